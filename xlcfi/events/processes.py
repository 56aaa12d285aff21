"""Consumers in processes of their own, and the port where their metrics and health are read."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from http.server import ThreadingHTTPServer

from xlcfi.events.consuming import run_kafka
from xlcfi.events.errors import ConsumerStopped
from xlcfi.events.failures import failure_of
from xlcfi.events.registry import groups
from xlcfi.events.supervisor import Supervisor
from xlcfi.observability import multiprocess
from xlcfi.observability.server import metrics_server_answer, metrics_server_bind, metrics_server_start

logger = logging.getLogger(__name__)

PARENT_LOOK_SECONDS = 1.0


class MetricsRefused(ValueError):
    """The metrics can't be offered as the settings say."""


def run_child(name: str, stop: threading.Event) -> int:
    """What a supervised process does: consumes for the group called `name`; returns the exit code.

    `stop` is the supervisor's: the signal handlers that set it were inherited with it.
    """
    _watch_parent(stop)
    try:
        run_kafka(groups()[name], stop)
    except ConsumerStopped as error:
        logger.error("consumer stopped: %s", error)
        return 1
    return 0


def run_supervised(names: Sequence[str], stop: threading.Event, *, metrics_port: int = 0) -> int:
    """Consumes for each of the groups `names` in a process of its own; 0 if all ended well, 1 if not.

    metrics_port: where one more process answers for all of them; their counts meet in PROMETHEUS_MULTIPROC_DIR.
    Raises MetricsRefused.
    """
    if not metrics_port:
        return Supervisor(names, lambda name: run_child(name, stop), stop=stop).supervise()
    place = multiprocess.directory()
    if place is None:
        raise MetricsRefused(
            "METRICS_PORT with several consumers needs PROMETHEUS_MULTIPROC_DIR: a directory of this container's own, "
            "in which their processes put their counts together."
        )
    multiprocess.directory_empty(place)
    server = _metrics_port_taken(metrics_port, metrics_server_bind)

    def answer(name: str) -> int:
        _watch_parent(stop)
        metrics_server_answer(server)
        stop.wait()
        return 0

    def retire(pid: int) -> None:
        error = failure_of(lambda: multiprocess.process_retire(place, pid))
        if error is not None:
            # Its own file is still there and still read.
            logger.warning("the counts of an ended process stay in its own file", exc_info=error)

    supervisor = Supervisor(
        names, lambda name: run_child(name, stop), stop=stop, beside={"metrics": answer}, on_end=retire
    )
    return supervisor.supervise()


def metrics_serve(port: int) -> None:
    """Answers /metrics and /health… of this process on `port`, if it is not 0. Raises MetricsRefused."""
    if not port:
        return
    place = multiprocess.directory()
    if place is not None:
        multiprocess.directory_empty(place)
    _metrics_port_taken(port, metrics_server_start)


def _metrics_port_taken(port: int, take: Callable[[int], ThreadingHTTPServer]) -> ThreadingHTTPServer:
    try:
        return take(port)
    except OSError as error:
        raise MetricsRefused(f"METRICS_PORT {port} can't be used: {error}.") from error


def _watch_parent(stop: threading.Event) -> None:
    threading.Thread(target=_stop_with_parent, args=(os.getppid(), stop), daemon=True).start()


def _stop_with_parent(parent: int, stop: threading.Event) -> None:
    """A supervisor that was killed can't tell its children to end."""
    while not stop.wait(PARENT_LOOK_SECONDS):
        if os.getppid() != parent:
            stop.set()
