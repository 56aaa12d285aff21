"""What the paths for machines answer: health for the orchestrator, metrics for Prometheus.

Plain functions, without Django's request: a consumer, which has no web server, gives the same answers on METRICS_PORT.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from django.conf import settings

from xlcfi.api.envelope import failure_envelope, failure_headers, success_envelope
from xlcfi.errors import DataError, Unavailable
from xlcfi.observability.exposition import CONTENT_TYPE, metrics_text
from xlcfi.observability.health import readiness, vitals
from xlcfi.observability.version import version

RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True)
class Answer:
    """A body with its status and headers."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def health() -> Answer:
    """This process answers, and which one it is. Asks nobody else: use health/ready for that."""
    return _said({"status": "ok", "service": service_name(), "version": version()})


def live() -> Answer:
    """This container need not be restarted. Never depends on anything outside, or a database that is away would have
    every container restarted."""
    stuck = [vital for vital in vitals() if not vital.alive]
    if stuck:
        details = {"consumers": {vital.name: vital.about for vital in stuck}}
        return refused(Unavailable("Stuck: " + ", ".join(vital.name for vital in stuck), details=details))
    return _said({"status": "ok"})


def ready() -> Answer:
    """Whether work should be sent here: 503 while something required is away or a consumer of this container does not
    consume, else 200, degraded or not."""
    report, parts = readiness.report(), vitals()
    told: dict[str, object] = dict(report.as_json())
    if parts:
        told["consumers"] = {part.name: {"ready": part.ready, **part.about} for part in parts}
    away = [check.name for check in report.checks if check.required and not check.up]
    away += [part.name for part in parts if not part.ready]
    if away:
        told["status"] = "down"
        return refused(Unavailable(f"Away: {', '.join(away)}", details=told, retry_after=RETRY_AFTER_SECONDS))
    return _said(told)


def metrics() -> Answer:
    """All metrics for Prometheus."""
    return Answer(metrics_text(), content_type=CONTENT_TYPE)


ANSWERS: Mapping[str, Callable[[], Answer]] = {
    "health": health,
    "health/live": live,
    "health/ready": ready,
    "metrics": metrics,
}
"""By path, without the slash in front."""


def service_name() -> str:
    """What logs and health call this deployable."""
    return settings.SERVICE_NAME


def _said(data: object) -> Answer:
    return Answer(msgspec.json.encode(success_envelope(data)))


def refused(error: DataError) -> Answer:
    """`error` in the envelope."""
    return Answer(msgspec.json.encode(failure_envelope(error)), error.http_status, headers=failure_headers(error))
