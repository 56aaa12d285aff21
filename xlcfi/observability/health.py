"""Whether we can work: all probes at once, an answer within a second whatever hangs."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import psycopg2

from xlcfi.observability.metrics import DEPENDENCY_UP
from xlcfi.observability.probes import Deadline, Probe, probes_configured

PROBE_SECONDS = 0.8
KEEP_SECONDS = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checked:
    """What a probe found. `error` is the kind of fault only: anyone may read it; `detail` is for the log."""

    name: str
    required: bool
    latency_ms: float
    error: str | None = None
    detail: str = ""

    @property
    def up(self) -> bool:
        """Whether the dependency works."""
        return self.error is None


@dataclass(frozen=True)
class Vital:
    """How a part of this container is, as it tells itself. alive False: only a restart helps. ready False: it does no
    work now. about: for whoever reads the answer."""

    name: str
    alive: bool
    ready: bool
    about: Mapping[str, object]


@dataclass(frozen=True)
class Report:
    """What all probes found."""

    checks: tuple[Checked, ...]

    @property
    def status(self) -> Literal["ok", "degraded", "down"]:
        """down: something is away without which no request can be answered. degraded: something else is away."""
        away = [check for check in self.checks if not check.up]
        if any(check.required for check in away):
            return "down"
        return "degraded" if away else "ok"

    def as_json(self) -> dict[str, object]:
        """The report as the answer says it."""
        return {
            "status": self.status,
            "checks": {
                check.name: {
                    "status": "up" if check.up else "down",
                    "required": check.required,
                    "latency_ms": check.latency_ms,
                    "error": check.error,
                }
                for check in self.checks
            },
        }


class Readiness:
    """Asks all dependencies, and keeps the answer for `keep` seconds.

    Keeping it bounds what strangers can cause: the path needs no credentials, and each question to PostgreSQL is a new
    connection. Who asks while the probes run waits for that run.
    """

    def __init__(
        self,
        probes: Callable[[], Sequence[Probe]] = probes_configured,
        *,
        limit: float = PROBE_SECONDS,
        keep: float = KEEP_SECONDS,
    ) -> None:
        self._probes = probes
        self._required: set[str] = set()
        self._limit = limit
        self._keep = keep
        self._lock = threading.Lock()
        self._report: tuple[float, Report] | None = None
        self._running: dict[str, threading.Thread] = {}
        self._was_up: dict[str, bool] = {}

    def require(self, name: str) -> None:
        """This process can't do without the dependency `name`, whatever others can."""
        self._required.add(name)

    def report(self) -> Report:
        """The state of all dependencies, not older than `keep` seconds, within `limit` seconds."""
        with self._lock:
            if self._report is None or time.monotonic() - self._report[0] >= self._keep:
                report = self._run()
                self._report = time.monotonic(), report
                self._tell(report)
            return self._report[1]

    def _run(self) -> Report:
        results: dict[str, Checked] = {}
        probes = [replace(probe, required=True) if probe.name in self._required else probe for probe in self._probes()]
        for probe in probes:
            earlier = self._running.get(probe.name)
            # A probe that outlives its limit all the same (libpq looks up a host name) is not asked again before it is
            # back, or each question would leave a thread behind.
            if earlier is None or not earlier.is_alive():
                thread = threading.Thread(
                    target=_ask, args=(probe, self._limit, results), name=f"probe-{probe.name}", daemon=True
                )
                self._running[probe.name] = thread
                thread.start()
        until = time.monotonic() + self._limit + 0.05
        for probe in probes:
            self._running[probe.name].join(max(0.0, until - time.monotonic()))
        too_late = self._limit * 1000
        return Report(
            tuple(results.get(probe.name, Checked(probe.name, probe.required, too_late, "timeout")) for probe in probes)
        )

    def _tell(self, report: Report) -> None:
        for check in report.checks:
            DEPENDENCY_UP.labels(dependency=check.name).set(check.up)
            before = self._was_up.get(check.name, True)
            self._was_up[check.name] = check.up
            extra = {"dependency": check.name}
            if before and not check.up:
                _log.warning("%s is away: %s (%s)", check.name, check.error, check.detail, extra=extra)
            elif check.up and not before:
                _log.warning("%s is back", check.name, extra=extra)


def _ask(probe: Probe, limit: float, results: dict[str, Checked]) -> None:
    started = time.perf_counter()
    error, detail = None, ""
    try:
        probe.check(Deadline(limit))
    except (OSError, psycopg2.Error) as fault:
        error, detail = _kind(fault), str(fault)
    spent = round((time.perf_counter() - started) * 1000, 1)
    results[probe.name] = Checked(probe.name, probe.required, spent, error, detail)


def _kind(fault: BaseException) -> str:
    if isinstance(fault, TimeoutError):
        return "timeout"
    if isinstance(fault, ConnectionRefusedError) or "refused" in str(fault):
        return "refused"
    return type(fault).__name__


readiness = Readiness()

_vitals: list[Callable[[], Sequence[Vital]]] = []


def vitals_read_with(reader: Callable[[], Sequence[Vital]]) -> None:
    """Have `reader` asked for the parts of this container. It must not wait for anything that can hang."""
    _vitals[:] = [reader]


def vitals() -> list[Vital]:
    """The parts of this container; none in a process that is all there is."""
    return [vital for reader in _vitals for vital in reader()]
