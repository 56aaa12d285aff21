"""All metrics as Prometheus text."""

import logging
import platform
import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from xlcfi.cache.redis import RedisAway
from xlcfi.observability.metrics import BUILD_INFO, METRICS, REGISTRY, SCRAPED, MetricSpec
from xlcfi.observability.multiprocess import directory, files_locked
from xlcfi.observability.scrape import Labels, ScrapedGauge
from xlcfi.observability.version import version

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_READERS_SECONDS = 1.0
# Not every error of a database: SQL that is wrong must be heard of.
_AWAY = (OperationalError, InterfaceError, RedisAway, OSError)
_log = logging.getLogger(__name__)

BUILD_INFO.read_with(lambda: {(version(), platform.python_version()): 1.0})


class _GaugeReaders:
    """Runs the readers of the scraped gauges in one thread, so that a database that hangs can't hold up a scrape."""

    def __init__(self, gauges: Mapping[str, ScrapedGauge]) -> None:
        self._gauges = gauges
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def read(self, seconds: float) -> dict[str, dict[Labels, float]]:
        """Samples by metric name, of the readers that answered within `seconds`."""
        samples: dict[str, dict[Labels, float]] = {}
        for name, gauge in self._gauges.items():
            if gauge.quick:
                self._read(name, samples)
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                # The readers of an earlier scrape still hang. One stuck thread tells enough; two would be a leak.
                return samples
            self._thread = threading.Thread(target=self._run, args=(samples,), name="metrics-readers", daemon=True)
            thread = self._thread
            thread.start()
        thread.join(seconds)
        return dict(samples)

    def _run(self, samples: dict[str, dict[Labels, float]]) -> None:
        # The stack calls all of them even if one raises: a mistake in a reader ends up in the log, not in the others.
        with ExitStack() as stack:
            stack.callback(connections.close_all)
            for name in [name for name, gauge in self._gauges.items() if not gauge.quick]:
                stack.callback(self._read, name, samples)

    def _read(self, name: str, samples: dict[str, dict[Labels, float]]) -> None:
        with suppress(*_AWAY):
            samples[name] = self._gauges[name].read()


_readers = _GaugeReaders(SCRAPED)


class _EveryMetric(Collector):
    """Each declared metric in the order of its declaration, those without a sample too."""

    def collect(self) -> Iterable[Metric]:
        scraped = _readers.read(_READERS_SECONDS)
        counted = {family.name: family for family in _counted()}
        for spec in METRICS:
            family = Metric(_family_name(spec), spec.help, spec.type)
            if spec.name in SCRAPED:
                for labels, value in scraped.get(spec.name, {}).items():
                    family.add_sample(spec.name, dict(zip(spec.labels, labels, strict=True)), value)
            elif family.name in counted:
                family.samples = counted[family.name].samples
            yield family


def _counted() -> Iterable[Metric]:
    path = directory()
    if path is None:
        return REGISTRY.collect()
    with files_locked(path, exclusive=False):
        collector: Any = MultiProcessCollector(None, str(path))  # type: ignore[no-untyped-call]
        return list(collector.collect())


def _family_name(spec: MetricSpec) -> str:
    # The library's counters are called without the suffix that their samples have.
    return spec.name.removesuffix("_total") if spec.type == "counter" else spec.name


def metrics_text() -> bytes:
    """All metrics in Prometheus' text format 0.0.4 (CONTENT_TYPE), within about a second whatever hangs."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_EveryMetric())
    return generate_latest(registry)
