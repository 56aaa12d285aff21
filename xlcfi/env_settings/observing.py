"""Environment variables: logs, metrics, and what this deployable is called."""

from xlcfi import env_kinds as kind
from xlcfi.env_settings.setting import Setting

OBSERVING: tuple[Setting, ...] = (
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
)
