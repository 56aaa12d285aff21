"""Every metric of the project, declared here and nowhere else.

    from xlcfi.observability.metrics import EVENTS
    EVENTS.labels(topic="payment.completed", outcome="applied").inc()

`METRICS` lists name, type, labels and help of all of them in this order; docs/metrics.md is compared with it by a test.
Labels take few, known values: a route pattern, a topic, an outcome, never an id, a path or a message.

With PROMETHEUS_MULTIPROC_DIR set, the values of all processes that share that directory are added up (gunicorn.conf.py
sets it for the web's workers). Without it they live in the process.
"""

from dataclasses import dataclass
from typing import Literal

from xlcfi.observability.multiprocess import directory_ready
from xlcfi.observability.scrape import ScrapedGauge

directory_ready()

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics  # noqa: E402

# A second series per counter that says when it began: noise, and absent in multiprocess mode anyway.
disable_created_metrics()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class MetricSpec:
    """What a metric is called and what it means."""

    name: str
    type: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    help: str


METRICS: list[MetricSpec] = []
SCRAPED: dict[str, ScrapedGauge] = {}
REGISTRY = CollectorRegistry()

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_SLOW = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_DELAYS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 21_600.0, 86_400.0)
_SIZES = (1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0)


def _counter(name: str, labels: tuple[str, ...], help_text: str) -> Counter:
    METRICS.append(MetricSpec(name, "counter", labels, help_text))
    return Counter(name, help_text, labels, registry=REGISTRY)


def _histogram(name: str, labels: tuple[str, ...], help_text: str, buckets: tuple[float, ...]) -> Histogram:
    METRICS.append(MetricSpec(name, "histogram", labels, help_text))
    return Histogram(name, help_text, labels, buckets=buckets, registry=REGISTRY)


def _gauge(
    name: str, labels: tuple[str, ...], help_text: str, mode: Literal["livemax", "livesum", "livemostrecent"]
) -> Gauge:
    # Only "live" modes: the file of a process that has ended is removed, so that its last value does not stay for ever.
    METRICS.append(MetricSpec(name, "gauge", labels, help_text))
    return Gauge(name, help_text, labels, multiprocess_mode=mode, registry=REGISTRY)


def _scraped(name: str, labels: tuple[str, ...], help_text: str, *, quick: bool = False) -> ScrapedGauge:
    METRICS.append(MetricSpec(name, "gauge", labels, help_text))
    SCRAPED[name] = ScrapedGauge(name, help_text, labels, quick=quick)
    return SCRAPED[name]


# Requests
REQUESTS = _counter(
    "analytics_request_total",
    ("method", "endpoint", "status"),
    "Requests answered. endpoint is the route's pattern, 'unmatched' where no route fits.",
)
REQUEST_SECONDS = _histogram(
    "analytics_request_latency_seconds", ("method", "endpoint"), "Time from a request to its answer.", _FAST
)
ACTIVE_USERS = _scraped(
    "analytics_active_users",
    (),
    "Distinct gateway users seen in the last 5 minutes by all replicas (by this process alone while Redis is away).",
    quick=True,
)

# Events
EVENTS = _counter(
    "analytics_events_total",
    ("topic", "outcome"),
    "Events read, by outcome: applied, duplicate, ignored, dead.",
)
EVENT_DELAY = _histogram(
    "analytics_event_delay_seconds",
    ("group",),
    "From the moment an event tells it happened to the commit of its effect, end to end; a clock ahead of ours counts "
    "as no delay.",
    _DELAYS,
)
EVENT_BATCH_SECONDS = _histogram(
    "analytics_event_batch_seconds", ("group",), "Time to apply a batch of events, commit included.", _SLOW
)
EVENT_BATCH_SIZE = _histogram("analytics_event_batch_size", ("group",), "Events in a batch.", _SIZES)
EVENT_RETRIES = _counter(
    "analytics_event_retries_total", ("group",), "Batches put back because a dependency was away for a moment."
)
EVENT_REBALANCES = _counter(
    "analytics_event_rebalances_total",
    ("group", "kind"),
    "Changes of a consumer's partitions: assigned, revoked (also at its end), lost (the broker had given it up).",
)
EVENT_LAG = _scraped(
    "analytics_event_lag",
    ("group", "topic", "partition"),
    "Records of a partition that are not done yet, told by the consumer that has it.",
    quick=True,
)
EVENT_LAG_SECONDS = _scraped(
    "analytics_event_lag_seconds",
    ("group", "topic", "partition"),
    "Age of the oldest record of a partition that is not done yet, as far as it was read; 0 where none waits.",
    quick=True,
)
CONSUMER_UP = _scraped(
    "analytics_consumer_up",
    ("consumer",),
    "1 where the consumer is a member of its group and its loop turns, else 0.",
    quick=True,
)
CONSUMER_TURN_AGE = _scraped(
    "analytics_consumer_turn_age_seconds", ("consumer",), "How long ago the consumer's loop last turned.", quick=True
)
CONSUMER_BATCH_TIME = _scraped(
    "analytics_consumer_last_batch_timestamp_seconds",
    ("consumer",),
    "Unix time at which the consumer last committed a batch; none before its first.",
    quick=True,
)
DEAD_LETTERS = _counter(
    "analytics_dead_letters_total", ("topic", "reason"), "Events that could not be applied, by kind of fault."
)
FOLLOW_UPS = _counter(
    "analytics_follow_up_total", ("job", "outcome"), "Follow-up work by outcome: done, retried, failed."
)
FOLLOW_UP_QUEUE_LENGTH = _scraped(
    "analytics_follow_up_queue_length", (), "Follow-up work that was queued by events and waits."
)
FOLLOW_UP_QUEUE_AGE = _scraped(
    "analytics_follow_up_queue_age_seconds", (), "How long the oldest waiting follow-up work has been due."
)
OUTBOX_MESSAGES = _counter(
    "analytics_outbox_messages_total",
    ("topic", "outcome"),
    "Messages that we publish, by outcome: sent, refused (by the broker; tried again).",
)
OUTBOX_LENGTH = _scraped("analytics_outbox_length", (), "Messages that we publish and that are not sent yet.")
OUTBOX_AGE = _scraped(
    "analytics_outbox_age_seconds", (), "How long the oldest message that is not sent yet has waited."
)

# The Java services
UPSTREAM_CALLS = _counter(
    "analytics_upstream_calls_total",
    ("service", "outcome"),
    "Calls to a Java service by outcome: ok, timeout, error, rejected (4xx), open (breaker), full (bulkhead).",
)
UPSTREAM_SECONDS = _histogram(
    "analytics_upstream_seconds", ("service",), "Time of a call to a Java service, retries included.", _FAST
)
BREAKER_STATE = _gauge(
    "analytics_breaker_state",
    ("service",),
    "Circuit breaker: 0 closed, 1 half open, 2 open; the worst of the processes.",
    "livemax",
)

# Caches
CACHE_READS = _counter(
    "analytics_cache_total", ("cache", "outcome"), "Reads of a cache by outcome: hit, miss, stale, away."
)

# Our own tables
ROLLUP_BACKLOG = _scraped(
    "analytics_rollup_delta_backlog",
    ("rollup",),
    "Changes appended to a table of deltas (the label) and not folded in yet, counted up to 100,000.",
)

# Recommendations
EXPOSURES = _counter(
    "analytics_recommendation_exposures_total",
    ("outcome",),
    "Answers of recommendations noted, by outcome: written, spilled (to Redis, the database was away), dropped (lost).",
)
FEEDBACK = _counter(
    "analytics_recommendation_feedback_total",
    ("outcome",),
    "What clients and events told of recommended products, by outcome: accepted, pending, duplicate, or why refused.",
)

# Models
MODEL_VERSION = _gauge(
    "analytics_model_version",
    ("name",),
    "Version of the model that answers, as the process knows it that swapped last; 0 where none does any more.",
    "livemostrecent",
)
MODEL_DAMAGED = _counter(
    "analytics_model_damaged_total",
    ("name",),
    "Times a process could not use a version of the model (missing, damaged, another checksum); an older one answers.",
)
MODEL_AGE = _scraped("analytics_model_age_seconds", ("name",), "How long ago the version that serves was trained.")
MODEL_UNUSABLE = _scraped(
    "analytics_model_damaged", ("name",), "1 where the version that should serve was found damaged, else 0."
)
MODEL_DRIFT = _scraped(
    "analytics_model_drift",
    ("name",),
    "Highest PSI of a feature in the latest week that was compared with what the serving version was trained on.",
)

# The process
DEPENDENCY_UP = _gauge(
    "analytics_dependency_up",
    ("dependency",),
    "1 where the last readiness probe reached the dependency, 0 where not.",
    "livemostrecent",
)
BUILD_INFO = _scraped(
    "analytics_build_info", ("version", "python"), "Always 1: the labels say what is running.", quick=True
)
