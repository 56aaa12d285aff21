"""Environment variables: the Java services."""

from xlcfi import env_kinds as kind
from xlcfi.env_settings.setting import Setting

JAVA: tuple[Setting, ...] = (
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
        "JAVA_HEALTH_PATH",
        kind.text(),
        "/actuator/health",
        "Where the Java services tell their health.",
        looks="/actuator/health",
    ),
)
