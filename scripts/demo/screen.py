"""What the demo shows when it is ready."""

from scripts.demo.keys import Keys


def screen(*, port: int, keys: Keys, admin: str, token: str, kafka: bool) -> str:
    """The addresses, the login, and a line to try it with."""
    base = f"http://127.0.0.1:{port}"
    secret = "from your environment" if keys.jwt_is_given else keys.jwt
    events = "a purchase a second, through your Kafka" if kafka else "a purchase a second, from a file"
    rows = [
        ("Dashboard", f"{base}/v1/analytics/dashboard?period=month"),
        ("API docs", f"{base}/v1/docs"),
        ("Admin", f"{base}/admin/   login: {admin} / {keys.admin_password}"),
        ("Health", f"{base}/health/ready"),
        ("Metrics", f"{base}/metrics"),
        ("Live events", events),
        ("Token secret", f"INTERNAL_JWT_SECRET={secret}" if not keys.jwt_is_given else secret),
    ]
    width = max(len(name) for name, _ in rows)
    lines = ["", "=" * 78, "XLCfi data platform is ready / 준비되었습니다", "-" * 78]
    lines += [f"{name:<{width}}  {value}" for name, value in rows]
    lines += [
        "-" * 78,
        "Try it (the token is good for an hour; a new one: make token):",
        "",
        f"curl -s '{base}/v1/analytics/dashboard?period=month' -H 'X-Internal-Token: {token}'",
        "",
        "Logs: var/demo/logs   Ctrl-C stops everything, the data stays / 종료: Ctrl-C",
        "=" * 78,
    ]
    return "\n".join(lines)
