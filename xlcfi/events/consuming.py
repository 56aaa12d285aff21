"""Putting a consumer together and running it."""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from xlcfi.events.apply import Applier, Outcome
from xlcfi.events.database import long_statements
from xlcfi.events.errors import RetryLater
from xlcfi.events.failures import wait_before
from xlcfi.events.file_source import FileSource
from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.limits import limits
from xlcfi.events.loop import Loop
from xlcfi.events.registry import Group, discover, groups

logger = logging.getLogger(__name__)

STATEMENT_MS = 120_000


class UnknownConsumer(LookupError):
    """No app has registered a consumer of that name."""


def groups_named(names: Sequence[str]) -> list[Group]:
    """The groups with these short names (or full ones), all if none is given. Raises UnknownConsumer."""
    discover()
    known = groups()
    if not names:
        return list(known.values())
    found = {}
    for name in names:
        group = known.get(name) or known.get(name.removesuffix("-group"))
        if group is None:
            listed = ", ".join(known) or "none is registered"
            raise UnknownConsumer(f"There is no consumer {name!r}. Consumers: {listed}.")
        found[group.name] = group
    return list(found.values())


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set: the batch in work is finished, then the process ends."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def run_kafka(group: Group, stop: threading.Event) -> None:
    """Consumes for `group` until `stop` is set. Raises ConsumerStopped."""
    long_statements(STATEMENT_MS)
    source = _connected(group, stop)
    if source is not None:
        Loop([Applier(group)], source, stop=stop).run()


def _connected(group: Group, stop: threading.Event) -> KafkaSource | None:
    attempt = 0
    while not stop.is_set():
        try:
            return KafkaSource(group=group.name, topics=group.kafka_topics)
        except RetryLater as error:
            attempt += 1
            logger.warning("broker does not answer", extra={"group": group.name, "error": str(error)})
            stop.wait(wait_before(attempt))
    return None


def run_file(chosen: Sequence[Group], path: Path, *, follow: bool, stop: threading.Event) -> None:
    """Consumes the lines of `path` for all of `chosen` at once, from where the same groups stopped before."""
    long_statements(STATEMENT_MS)
    source = FileSource(path, reader=_reader(chosen), follow=follow, batch=limits().batch)
    loop = Loop([Applier(group) for group in chosen], source, stop=stop)
    loop.run()
    if not follow and not stop.is_set():
        loop.settle()


def replay(
    chosen: Sequence[Group],
    path: Path,
    *,
    stop: threading.Event,
    on_outcome: Callable[[Applier, Outcome, int], None],
) -> None:
    """Applies every line of `path` for `chosen`; what the inbox knows is passed over. Then does the follow-up work.

    on_outcome: called after each batch of each group, with the bytes of text read so far.
    """
    long_statements(STATEMENT_MS)
    source = FileSource(path, batch=limits().batch)

    def report(applier: Applier, outcome: Outcome) -> None:
        on_outcome(applier, outcome, source.bytes_read)

    loop = Loop([Applier(group) for group in chosen], source, stop=stop, on_outcome=report)
    loop.run()
    if not stop.is_set():
        loop.settle()


def _reader(chosen: Sequence[Group]) -> str:
    """Under which name a file's position is kept: another set of groups is another reader."""
    names = "+".join(sorted(group.short_name for group in chosen))
    return names if len(names) <= 64 else names[:31] + ".." + names[-31:]
