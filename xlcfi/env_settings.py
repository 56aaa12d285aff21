"""The list of every environment variable that the platform reads. Adding one is an entry here, nothing more."""

from dataclasses import dataclass

from xlcfi import env_kinds as kind
from xlcfi.api.keys import ENCODINGS
from xlcfi.env_kinds import Kind


@dataclass(frozen=True)
class Setting:
    """One environment variable. An empty one counts as not set.

    `default` is text as the environment would hold it, None where there is none: then a value must be given.
    `on_a_desk` replaces the default where DEPLOYMENT is development or test.
    """

    name: str
    kind: Kind
    default: str | None
    doc: str
    on_a_desk: str | None = None
    secret: bool = False
    looks: str = ""

    @property
    def looks_like(self) -> str:
        """What a value looks like, for people."""
        return self.looks or self.kind.looks_like


PRODUCTION, DESK = "production", ("development", "test")
KEY_LOOKS = "at least 86 characters of base64 (512 bits), as from: openssl rand -base64 64 | tr -d '\\n'"
# Known to everybody: that is why production refuses them.
DESK_SECRET_KEY = "only-for-development-and-tests-never-in-production-0123456789"
DESK_JWT_SECRET = "b25seSBmb3IgZGV2ZWxvcG1lbnQgYW5kIHRlc3RzLCBldmVyeWJvZHkga25vd3MgdGhpcyBrZXkgc28gbmV2ZXIgdXNlIGl0"

SETTINGS: tuple[Setting, ...] = (
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
    Setting(
        "INTERNAL_JWT_SECRET",
        kind.text(),
        None,
        "The key of the internal token, the same as in the Java services.",
        on_a_desk=DESK_JWT_SECRET,
        secret=True,
        looks=KEY_LOOKS,
    ),
    Setting(
        "INTERNAL_JWT_SECRET_PREVIOUS",
        kind.text(),
        "",
        "The key before, accepted while it is rotated; empty: none.",
        secret=True,
        looks=KEY_LOOKS,
    ),
    Setting(
        "INTERNAL_JWT_SECRET_ENCODING",
        kind.choice(*ENCODINGS),
        "base64",
        "How the Java side reads the secret: signWith(HS512, text) base64, hmacShaKeyFor(bytes) raw.",
    ),
    Setting(
        "INTERNAL_SHARED_SECRET",
        kind.text(),
        "",
        "The older X-Internal-Secret; empty: off.",
        secret=True,
        looks="at least 32 random characters",
    ),
    Setting("TRUSTED_GATEWAY_CIDRS", kind.networks(), "", "Peers whose X-User-Id is believed without a credential."),
    Setting(
        "GATEWAY_MARKER_HEADERS",
        kind.words(),
        "X-Forwarded-For,X-Forwarded-Host,Forwarded,X-Service-Name=api-gateway",
        "Headers (or header=value) that say: this came through the gateway.",
        looks="X-Forwarded-For,X-Service-Name=api-gateway",
    ),
    Setting("LEGACY_OPEN_CIDRS", kind.networks(), "", "Peers that get the older forms without a credential."),
    Setting(
        "RATE_LIMIT_PER_MINUTE",
        kind.integer(0, 1_000_000),
        "100",
        "Requests a minute for each gateway user; 0: no limit.",
    ),
    Setting("CORS_ALLOWED_ORIGINS", kind.origins(), "", "Web pages that may call from the browser."),
    Setting(
        "CSRF_TRUSTED_ORIGINS",
        kind.origins(),
        "",
        "Origins from which the admin's forms are taken, behind a proxy that ends TLS.",
    ),
    Setting(
        "JAVA_PRODUCT_SERVICE_URL",
        kind.http_url(),
        "",
        "The Java product service; empty: products come from the shared tables.",
    ),
    Setting("JAVA_MEMBER_SERVICE_URL", kind.http_url(), "", "The Java member service; empty: none."),
    Setting(
        "JAVA_PRODUCT_BATCH_PATH",
        kind.text(),
        "/api/internal/products/batch",
        "Path of the product service's batch request.",
        looks="/api/internal/products/batch",
    ),
    Setting("JAVA_JSON_NAMING", kind.choice("snake", "camel"), "snake", "How the Java services name their JSON keys."),
    Setting(
        "JAVA_CALL_BUDGET_MS",
        kind.integer(100, 1400),
        "1200",
        "Longest a call to a Java service takes, retries and all, in milliseconds.",
    ),
    Setting(
        "REBUILD_SETTLE_SECONDS",
        kind.integer(0, 86_400),
        "900",
        "How old a payment must be before the tables are believed rather than the events.",
    ),
    Setting(
        "RECONCILE_EVERY_MINUTES",
        kind.integer(0, 1_440),
        "10",
        "How often the consumers look for what no event told. 0: never; then `manage.py reconcile` has to.",
    ),
    Setting(
        "RECONCILE_LAG_MINUTES",
        kind.integer(1, 10_080),
        "15",
        "How far such a look goes back behind the last one: the longest transaction of the Java services.",
    ),
    Setting(
        "CO_PURCHASE_LARGEST_BASKET",
        kind.integer(2, 2_000),
        "500",
        "Orders of more distinct products count for their products, but not for what is bought together.",
    ),
    Setting(
        "JAVA_HEALTH_PATH",
        kind.text(),
        "/actuator/health",
        "Where the Java services tell their health.",
        looks="/actuator/health",
    ),
    Setting(
        "CONSUMER_BATCH_SIZE",
        kind.integer(1, 10_000),
        "2000",
        "The most records that a consumer takes at once; it takes fewer where the database is slow.",
    ),
    Setting(
        "CONSUMER_MAX_POLL_SECONDS",
        kind.integer(30, 3_600),
        "300",
        "How long a batch may take before the broker gives our partitions to another consumer.",
    ),
    Setting(
        "CONSUMER_FAILURE_LIMIT",
        kind.integer(0, 1_000_000),
        "50",
        "Events that our handlers may refuse within the window before the consumer stops; 0: no limit.",
    ),
    Setting(
        "CONSUMER_UNREADABLE_LIMIT",
        kind.integer(0, 1_000_000),
        "0",
        "Unreadable events within the window before the consumer stops; 0: no limit.",
    ),
    Setting(
        "CONSUMER_FAILURE_WINDOW", kind.integer(1, 86_400), "600", "The window of the two limits above, in seconds."
    ),
    Setting(
        "REVIEW_ANALYZED_TYPE_ID",
        kind.text(),
        "",
        "Java class that review.analyzed names in a __TypeId__ header; empty: no header.",
        looks="com.example.review.ReviewAnalyzedEvent",
    ),
    Setting(
        "INBOX_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "30",
        "Days for which applied events are remembered; longer than the broker keeps them. 0: for ever.",
    ),
    Setting(
        "OUTBOX_RETENTION_DAYS", kind.integer(0, 36_500), "7", "Days for which sent messages are kept. 0: for ever."
    ),
    Setting(
        "FOLLOW_UP_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "30",
        "Days after which follow-up work that failed a thousand times is given up. 0: never.",
    ),
    Setting(
        "DEAD_LETTER_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "180",
        "Days for which settled dead letters are kept, from the day they were settled. 0: for ever.",
    ),
    Setting(
        "FILE_POSITION_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "365",
        "Days for which it is remembered how far a file was read that nobody reads any more. 0: for ever.",
    ),
    Setting(
        "BEHAVIOR_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "730",
        "Days for which single behaviours are kept; what was counted from them stays. 0: for ever.",
    ),
    Setting(
        "ANALYTICS_EXCLUDED_USER_IDS",
        kind.whole_numbers(),
        "",
        "Accounts that the funnel leaves out: known bots, testers, staff. A rebuild applies a change to the past.",
        looks="7,42",
    ),
    Setting(
        "DELIVERY_PROMISE_DAYS",
        kind.integer(1, 60),
        "3",
        "Days within which a parcel is promised to arrive; what takes longer counts as late.",
    ),
    Setting(
        "DEAD_LETTER_SUFFIX",
        kind.topic_part(),
        ".DLT",
        "What a topic's name ends with for its dead letters; spring-kafka has -dlt from 3.3 on.",
        looks=".DLT or -dlt",
    ),
    Setting("LOG_LEVEL", kind.choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "The least that is logged."),
    Setting(
        "LOG_FORMAT",
        kind.choice("json", "text"),
        "json",
        "One JSON object a line, or text for people.",
        on_a_desk="text",
    ),
    Setting("SERVICE_NAME", kind.text(), "xlcfi-data", "What logs and health call this deployable."),
    Setting("APP_VERSION", kind.text(), "dev", "The release, as /health and the logs tell it."),
    Setting(
        "METRICS_PORT",
        kind.integer(0, 65_535),
        "0",
        "Port of /metrics and /health of the consumers; 0: none. Several in one container need the next setting too.",
    ),
    Setting(
        "PROMETHEUS_MULTIPROC_DIR",
        kind.text(),
        "",
        "Directory where the processes of one container put their figures together, emptied when it starts; empty: "
        "the web server makes one up.",
        looks="/run/metrics",
    ),
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
