"""Putting a consumer together and running it."""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from xlcfi.events.apply import Applier, Outcome
from xlcfi.events.chores import ChoresBeside
from xlcfi.events.database import long_statements
from xlcfi.events.errors import ConsumerStopped, RetryLater
from xlcfi.events.failures import wait_before
from xlcfi.events.file_source import FileSource
from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.limits import limits
from xlcfi.events.loop import Loop
from xlcfi.events.pulse import Pulse
from xlcfi.events.registry import Group, discover, groups
from xlcfi.events.relay import relay_thread
from xlcfi.events.watchdog import Watchdog
from xlcfi.events.working import Beside

logger = logging.getLogger(__name__)

STATEMENT_MS = 120_000
# A relay in the middle of a round is left to its end no longer than this: what it had sent is sent again.
RELAY_SECONDS = 5.0


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
        # Not here and now: the handler interrupts the main thread, which may be waiting for `stop` and hold its lock.
        signal.signal(number, lambda *_: threading.Thread(target=stop.set).start())
    return stop


def run_kafka(group: Group, stop: threading.Event, *, place: Path | None = None, file: Path | None = None) -> None:
    """Consumes for `group`, and relays what waits in the outbox, until `stop` is set. Raises ConsumerStopped.

    Ends within ten seconds of `stop`, whatever hangs. place, file: as in Watchdog.
    """
    long_statements(STATEMENT_MS)
    pulse = Pulse(consumer=group.short_name, group=group.name)
    sources: list[KafkaSource] = []
    with Watchdog(pulse, stop, place=place, file=file, leave=lambda: _leave(sources)):
        relay = relay_thread(stop)
        source = _connected(group, stop, pulse)
        if source is not None:
            sources.append(source)
            pulse.stands(source.standing)
            with ChoresBeside(stop) as helper:
                loop = Loop([Applier(group)], source, stop=stop, pulse=pulse, helper=helper, worker=Beside())
                _run(loop, pulse)
        relay.join(RELAY_SECONDS)


def _run(loop: Loop, pulse: Pulse) -> None:
    try:
        loop.run()
    except ConsumerStopped as error:
        pulse.stopped(str(error))
        raise


def _leave(sources: Sequence[KafkaSource]) -> None:
    for source in sources:
        source.close()


def _connected(group: Group, stop: threading.Event, pulse: Pulse) -> KafkaSource | None:
    attempt = 0
    while not stop.is_set():
        pulse.turned()
        try:
            return KafkaSource(group=group.name, topics=group.kafka_topics)
        except RetryLater as error:
            attempt += 1
            logger.warning("broker does not answer", extra={"group": group.name, "error": str(error)})
            stop.wait(wait_before(attempt))
    return None


def run_file(
    chosen: Sequence[Group], path: Path, *, follow: bool, stop: threading.Event, file: Path | None = None
) -> None:
    """Consumes the lines of `path` for all of `chosen` at once, from where the same groups stopped before.

    file: touched at every turn of the loop.
    """
    long_statements(STATEMENT_MS)
    source = FileSource(path, reader=_reader(chosen), follow=follow, batch=limits().batch)
    pulse = Pulse()
    loop = Loop([Applier(group) for group in chosen], source, stop=stop, pulse=pulse)
    with Watchdog(pulse, stop, file=file):
        _run(loop, pulse)
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
