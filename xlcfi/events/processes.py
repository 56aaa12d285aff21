"""Consumers in processes of their own, and the port where their metrics and health are read."""

import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

from xlcfi.events.consuming import run_kafka
from xlcfi.events.errors import ConsumerStopped
from xlcfi.events.failures import failure_of
from xlcfi.events.pulse import signs_remove
from xlcfi.events.registry import Group, groups
from xlcfi.events.supervisor import Supervisor
from xlcfi.events.vital_signs import Watched
from xlcfi.observability import multiprocess
from xlcfi.observability.server import metrics_server_answer, metrics_server_bind, metrics_server_start

logger = logging.getLogger(__name__)

PARENT_LOOK_SECONDS = 1.0


class MetricsRefused(ValueError):
    """The metrics can't be offered as the settings say."""


def run_child(name: str, stop: threading.Event, place: Path | None = None) -> int:
    """What a supervised process does: consumes for the group called `name`; returns the exit code.

    `stop` is the supervisor's: the signal handlers that set it were inherited with it. place: where it leaves its signs
    of life.
    """
    _watch_parent(stop)
    try:
        run_kafka(groups()[name], stop, place=place)
    except ConsumerStopped as error:
        logger.error("consumer stopped: %s", error)
        return 1
    return 0


def run_single(group: Group, stop: threading.Event, *, metrics_port: int = 0, health_file: Path | None = None) -> None:
    """Consumes for `group` in this process. Raises ConsumerStopped and MetricsRefused."""
    with _place(needed=bool(metrics_port)) as place:
        if place is not None:
            Watched([group.short_name], place).offer()
        metrics_serve(metrics_port)
        run_kafka(group, stop, place=place, file=health_file)


def run_supervised(
    names: Sequence[str], stop: threading.Event, *, metrics_port: int = 0, health_file: Path | None = None
) -> int:
    """Consumes for each of the groups `names` in a process of its own; 0 if all ended well, 1 if not.

    metrics_port: where one more process answers for all of them; their counts meet in PROMETHEUS_MULTIPROC_DIR.
    health_file: touched for as long as all of them show signs of life. Raises MetricsRefused.
    """
    if metrics_port and multiprocess.directory() is None:
        raise MetricsRefused(
            "METRICS_PORT with several consumers needs PROMETHEUS_MULTIPROC_DIR: a directory of this container's own, "
            "in which their processes put their counts together."
        )
    with _place(needed=bool(metrics_port or health_file)) as place:
        if place is None:
            return Supervisor(names, lambda name: run_child(name, stop), stop=stop).supervise()
        signs_remove(place, names)
        watched = Watched(names, place)
        beside = {}
        if metrics_port:
            multiprocess.directory_empty(place)
            server = _metrics_port_taken(metrics_port, metrics_server_bind)
            beside["metrics"] = lambda name: _answer(server, watched, stop)

        def retire(pid: int) -> None:
            error = failure_of(lambda: multiprocess.process_retire(place, pid)) if metrics_port else None
            if error is not None:
                # Its own file is still there and still read.
                logger.warning("the counts of an ended process stay in its own file", exc_info=error)

        supervisor = Supervisor(
            names,
            lambda name: run_child(name, stop, place),
            stop=stop,
            beside=beside,
            on_end=retire,
            on_look=lambda: _touch(health_file, watched),
        )
        return supervisor.supervise()


def _answer(server: ThreadingHTTPServer, watched: Watched, stop: threading.Event) -> int:
    """What the process does that answers for the consumers."""
    _watch_parent(stop)
    watched.offer()
    metrics_server_answer(server)
    stop.wait()
    return 0


def _touch(file: Path | None, watched: Watched) -> None:
    if file is None or not watched.turning():
        return
    error = failure_of(file.touch)
    if error is not None:
        logger.warning("health file not written", extra={"error": str(error)})


@contextmanager
def _place(*, needed: bool) -> Iterator[Path | None]:
    """Where processes of this container leave their signs of life; None if nobody reads them."""
    place = multiprocess.directory()
    if not needed or place is not None:
        yield place if needed else None
        return
    with tempfile.TemporaryDirectory(prefix="xlcfi-consumers-") as made:
        yield Path(made)


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
