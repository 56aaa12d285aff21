"""Environment variables: where it runs, and the servers that it shares with the Java services."""

from xlcfi import env_kinds as kind
from xlcfi.env_settings.setting import DESK, DESK_SECRET_KEY, PRODUCTION, Setting

SERVERS: tuple[Setting, ...] = (
    Setting(
        "DEPLOYMENT",
        kind.choice(PRODUCTION, *DESK),
        PRODUCTION,
        "Which rules hold: production refuses everything unsafe.",
    ),
    Setting(
        "SECRET_KEY",
        kind.text(),
        None,
        "Signs the admin's sessions.",
        on_a_desk=DESK_SECRET_KEY,
        secret=True,
        looks="at least 50 random characters",
    ),
    Setting("DEBUG", kind.flag(), "false", "Django's debug mode. Never in production."),
    Setting(
        "ALLOWED_HOSTS",
        kind.words(),
        None,
        "Host names this server answers to.",
        on_a_desk="*",
        looks="data.example.com,10.0.0.7",
    ),
    Setting(
        "DATABASE_URL",
        kind.database_url(),
        None,
        "The PostgreSQL database shared with the Java services.",
        on_a_desk="postgres://postgres@127.0.0.1:55432/xlcfi",
        secret=True,
    ),
    Setting(
        "DATABASE_CONN_MAX_AGE",
        kind.integer(0, 86_400),
        "60",
        "Seconds a database connection is kept for the next request.",
    ),
    Setting(
        "DATABASE_STATEMENT_TIMEOUT_MS",
        kind.integer(0, 3_600_000),
        "4000",
        "Longest SQL statement of a web request, in milliseconds; 0: no limit.",
    ),
    Setting("TEST_DATABASE_NAME", kind.text(), "test_xlcfi", "The database that the tests make and drop."),
    Setting("PLATFORM_SCHEMA", kind.text(), "public", "PostgreSQL schema of the Java-owned tables."),
    Setting(
        "REDIS_URL",
        kind.redis_url(),
        None,
        "The Redis shared with the Java services. It may be away at any moment.",
        on_a_desk="redis://127.0.0.1:56379/0",
        secret=True,
    ),
    Setting(
        "KAFKA_BOOTSTRAP_SERVERS",
        kind.hosts_and_ports(),
        "",
        "Kafka's brokers; empty: no Kafka, events come from files only.",
    ),
)
