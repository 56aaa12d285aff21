"""The consumer loop: poll, apply, commit, move the offsets, and again."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import wait
from functools import partial
from typing import TypeVar

import msgspec
from django.db import InterfaceError, OperationalError, connection

from xlcfi.clock import now
from xlcfi.events.apply import Applier, Outcome, Prepared
from xlcfi.events.chores import Chores, Helper
from xlcfi.events.errors import RetryLater
from xlcfi.events.failures import failure_of, is_timeout, wait_before
from xlcfi.events.limits import limits
from xlcfi.events.marks import Mark, reached
from xlcfi.events.pace import Pace
from xlcfi.events.pulse import Pulse
from xlcfi.events.record import Record
from xlcfi.events.source import Source
from xlcfi.events.topics import AGGREGATE_TOPICS, Topic
from xlcfi.events.working import Inline, Worker
from xlcfi.observability import metrics

logger = logging.getLogger(__name__)

T = TypeVar("T")

POLL_SECONDS = 0.5
# How soon a consumer that waits for the database notices that it should stop.
WAIT_SLICE_SECONDS = 0.5
# While a batch is applied, nothing but more records ends the wait for them.
FETCH_SECONDS = 0.02
_LABELS = {*map(str, Topic), *AGGREGATE_TOPICS}


class Fetched(msgspec.Struct, frozen=True):
    """A batch of records, and what each applier made of them beforehand."""

    records: list[Record] = []
    prepared: list[Prepared] = []


class Loop:
    """Applies what `source` gives for each of `appliers`, until told to stop or until there is nothing more.

    pulse: told of every turn, and of what came of it. helper: does the chores; without one the loop does them itself.
    worker: applies the batches; where that is a thread beside this one, the next batch is fetched and decoded while the
    database is at work. One batch at most is held like that, and nothing of it is committed before its own turn.
    """

    def __init__(
        self,
        appliers: Sequence[Applier],
        source: Source,
        *,
        stop: threading.Event | None = None,
        on_outcome: Callable[[Applier, Outcome], None] | None = None,
        pulse: Pulse | None = None,
        helper: Helper | None = None,
        worker: Worker | None = None,
    ) -> None:
        self._appliers = appliers
        self._source = source
        self._stop = stop or threading.Event()
        self._chores = Chores(self._stopping)
        self._helper = helper or self._chores
        self._worker = worker or Inline()
        self._held = Fetched()
        self._on_outcome = on_outcome or (lambda applier, outcome: None)
        self._pulse = pulse or Pulse()
        self._pace = Pace(limits().batch)
        self._failures = 0

    def run(self) -> None:
        """Runs until `stop` is set (a batch in work is finished) or the source is exhausted.

        Raises ConsumerStopped when our handlers fail too often, and SourceBroken.
        """
        try:
            while not self._stop.is_set() and (self._held.records or not self._source.exhausted):
                self.step()
        finally:
            self._worker.end()
            self._source.close()

    def step(self) -> bool:
        """One round; whether it applied anything."""
        self._pulse.turned()
        batch = self._held if self._held.records else self._fetched(POLL_SECONDS)
        self._held = Fetched()
        if batch is None:
            self._stop.wait(wait_before(self._failures))
            return False
        if not batch.records:
            self._helper.run()
            return False
        queued, seconds = 0, 0.0
        for place in range(len(self._appliers)):
            outcomes = self._apply(place, batch)
            if outcomes is None:
                return False
            queued += sum(outcome.queued for outcome in outcomes)
            seconds += sum(outcome.seconds for outcome in outcomes)
        reached(Mark.BATCH_COMMITTED)
        self._commit()
        reached(Mark.OFFSETS_COMMITTED)
        behind = len(batch.records) >= self._pace.size
        self._pace.took(len(batch.records), seconds)
        self._pulse.applied()
        self._helper.run(queued=queued > 0, behind=behind)
        return True

    def _fetched(self, seconds: float) -> "Fetched | None":
        """What the source gives within `seconds`; None where it does not answer."""
        self._source.limit(self._pace.size)
        try:
            records = self._source.poll(seconds)
        except (RetryLater, OperationalError, InterfaceError) as error:
            # A file's position is in the database, which can be away as well.
            self._failures += 1
            logger.warning("source does not answer", extra={"error": str(error)})
            connection.close()
            return None
        self._failures = 0
        return Fetched(records, [applier.prepare(records) for applier in self._appliers] if records else [])

    def settle(self) -> None:
        """Does all follow-up work that is due now."""
        self._chores.settle()

    def _apply(self, place: int, batch: "Fetched") -> list[Outcome] | None:
        """Applies `batch` by the applier at `place`, trying again for as long as a passing fault lasts; None when
        stopped meanwhile.

        In one transaction, or in several, in order, where a statement for all of them took too long.
        """
        applier, prepared = self._appliers[place], batch.prepared[place]
        outcomes: list[Outcome] = []
        # What was fetched while the batch before was applied may be another consumer's by now.
        parts, attempt = [self._source.still_ours(batch.records)], 0
        while parts:
            try:
                outcome = self._done(partial(applier.apply, parts[0], prepared))
            except RetryLater as error:
                attempt += 1
                self._put_back(applier, error, attempt)
                if error.__cause__ is not None and is_timeout(error.__cause__):
                    parts[:1] = _parts(parts[0], self._pace.timed_out(len(parts[0])))
                if not self._waited(wait_before(attempt)):
                    return None
                # What went to another consumer while we waited is his: were it applied here as well, it could come
                # before something that he has yet to apply.
                parts = [ours for part in parts if (ours := self._source.still_ours(part))]
            else:
                attempt = 0
                del parts[0]
                _measure(applier, outcome)
                self._on_outcome(applier, outcome)
                outcomes.append(outcome)
        return outcomes

    def _done(self, action: Callable[[], T]) -> T:
        """Has the worker do `action`; meanwhile the next batch is fetched, and then the membership is kept up.

        Meanwhile partitions can go to another consumer. What the worker applies of them is applied once all the same,
        and in order: whoever applies a record first notes it in the inbox, where the other waits for him.
        """
        future = self._worker.begin(action)
        while not future.done():
            if self._held.records or self._stop.is_set() or self._source.exhausted:
                wait([future], timeout=WAIT_SLICE_SECONDS)
                if not future.done():
                    self._source.keep_alive(0.0)
            else:
                self._held = self._fetched(FETCH_SECONDS) or self._held
        return future.result()

    def _put_back(self, applier: Applier, error: RetryLater, attempt: int) -> None:
        self._pulse.retrying()
        metrics.EVENT_RETRIES.labels(group=applier.group.name).inc()
        about = {"group": applier.group.name, "attempt": attempt, "error": str(error)}
        logger.warning("batch put back", extra=about)
        # The connection may be the broken thing, or a pool may have handed us a dead one.
        self._worker.begin(_connection_drop).result()

    def _stopping(self) -> bool:
        # Whoever asks is at work: that is a sign of life too.
        self._pulse.turned()
        return self._stop.is_set()

    def _waited(self, seconds: float) -> bool:
        """Waits without losing the partitions; False when told to stop."""
        while seconds > 0 and not self._stop.is_set():
            self._pulse.turned()
            self._source.keep_alive(min(seconds, WAIT_SLICE_SECONDS))
            seconds -= WAIT_SLICE_SECONDS
        return not self._stop.is_set()

    def _commit(self) -> None:
        error = failure_of(lambda: self._source.commit(self._held.records))
        if error is not None:
            # The effects are committed. Should the records come again, the inbox knows them.
            logger.warning("position not kept", exc_info=error)
            connection.close()


def _connection_drop() -> None:
    # Named here, not by whoever asks: a connection belongs to the thread that looks it up.
    connection.close()


def _parts(records: list[Record], size: int) -> list[list[Record]]:
    return [records[start : start + size] for start in range(0, len(records), size)]


def _measure(applier: Applier, outcome: Outcome) -> None:
    group = applier.group.name
    for (topic, name), count in outcome.counts.items():
        # Files can name any topic; a label takes known values only.
        metrics.EVENTS.labels(topic=topic if topic in _LABELS else "other", outcome=name).inc(count)
    for refusal in outcome.refusals:
        topic = refusal.record.topic if refusal.record.topic in _LABELS else "other"
        metrics.DEAD_LETTERS.labels(topic=topic, reason=refusal.fault.reason).inc()
    if not outcome.seconds:
        return
    metrics.EVENT_BATCH_SECONDS.labels(group=group).observe(outcome.seconds)
    metrics.EVENT_BATCH_SIZE.labels(group=group).observe(sum(outcome.counts.values()))
    committed, delay = now(), metrics.EVENT_DELAY.labels(group=group)
    for moment in outcome.moments:
        delay.observe(max((committed - moment).total_seconds(), 0.0))
