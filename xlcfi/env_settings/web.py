"""Environment variables: the web server."""

from xlcfi import env_kinds as kind
from xlcfi.env_settings.setting import Setting

WEB: tuple[Setting, ...] = (
    Setting(
        "BIND", kind.text(), "", "Address and port of the web server; empty: 0.0.0.0 and PORT.", looks="127.0.0.1:8000"
    ),
    Setting("PORT", kind.integer(1, 65_535), "8000", "Port of the web server."),
    Setting("WEB_CONCURRENCY", kind.integer(1, 64), "2", "Processes of the web server."),
    Setting("WEB_THREADS", kind.integer(1, 256), "12", "Threads of each of them; each may hold a database connection."),
    Setting(
        "WEB_TIMEOUT",
        kind.integer(1, 3_600),
        "30",
        "Seconds after which a web process that has stopped altogether is replaced.",
    ),
    Setting(
        "WEB_GRACEFUL_TIMEOUT",
        kind.integer(0, 3_600),
        "20",
        "Seconds that requests under way get when the web server stops.",
    ),
    Setting(
        "WEB_KEEPALIVE",
        kind.integer(0, 3_600),
        "75",
        "Seconds an idle connection is kept; longer than the gateway keeps it.",
    ),
    Setting(
        "WEB_MAX_REQUESTS",
        kind.integer(0, 100_000_000),
        "50000",
        "Requests after which a web process is renewed; 0: never.",
    ),
    Setting(
        "FORWARDED_ALLOW_IPS",
        kind.words(),
        "127.0.0.1,::1",
        "Peers whose X-Forwarded-Proto says that the request came by TLS.",
        looks="127.0.0.1,10.1.2.3",
    ),
)
