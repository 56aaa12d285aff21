"""The consumer loop: poll, apply, commit, move the offsets, and again."""

import logging
import threading
from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError, connection

from xlcfi.clock import now
from xlcfi.events.apply import Applier, Outcome
from xlcfi.events.chores import Chores
from xlcfi.events.errors import RetryLater
from xlcfi.events.failures import failure_of, wait_before
from xlcfi.events.record import Record
from xlcfi.events.source import Source
from xlcfi.events.topics import AGGREGATE_TOPICS, Topic
from xlcfi.observability import metrics

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
# How soon a consumer that waits for the database notices that it should stop.
WAIT_SLICE_SECONDS = 0.5
_LABELS = {*map(str, Topic), *AGGREGATE_TOPICS}


class Loop:
    """Applies what `source` gives for each of `appliers`, until told to stop or until there is nothing more."""

    def __init__(
        self,
        appliers: Sequence[Applier],
        source: Source,
        *,
        stop: threading.Event | None = None,
        on_outcome: Callable[[Applier, Outcome], None] | None = None,
    ) -> None:
        self._appliers = appliers
        self._source = source
        self._stop = stop or threading.Event()
        self._chores = Chores(self._stop.is_set)
        self._on_outcome = on_outcome or (lambda applier, outcome: None)
        self._failures = 0

    def run(self) -> None:
        """Runs until `stop` is set (a batch in work is finished) or the source is exhausted.

        Raises ConsumerStopped when our handlers fail too often, and SourceBroken.
        """
        try:
            while not self._stop.is_set() and not self._source.exhausted:
                self.step()
        finally:
            self._source.close()

    def step(self) -> bool:
        """One round; whether it applied anything."""
        try:
            records = self._source.poll(POLL_SECONDS)
        except (RetryLater, OperationalError, InterfaceError) as error:
            # A file's position is in the database, which can be away as well.
            self._failures += 1
            logger.warning("source does not answer", extra={"error": str(error)})
            connection.close()
            self._stop.wait(wait_before(self._failures))
            return False
        self._failures = 0
        if not records:
            self._chores.run()
            return False
        queued = 0
        for applier in self._appliers:
            outcome = self._apply(applier, records)
            if outcome is None:
                return False
            queued += outcome.queued
        self._commit()
        self._chores.run(queued=queued > 0)
        return True

    def settle(self) -> None:
        """Does all follow-up work that is due now."""
        self._chores.settle()

    def _apply(self, applier: Applier, records: Sequence[Record]) -> Outcome | None:
        """Applies `records`, trying again for as long as a passing fault lasts; None when stopped meanwhile."""
        attempt = 0
        while True:
            try:
                outcome = applier.apply(records)
            except RetryLater as error:
                attempt += 1
                wait = wait_before(attempt)
                metrics.EVENT_RETRIES.labels(group=applier.group.name).inc()
                logger.warning(
                    "batch put back",
                    extra={
                        "group": applier.group.name,
                        "attempt": attempt,
                        "wait": round(wait, 2),
                        "error": str(error),
                    },
                )
                # The connection may be the broken thing, or a pool may have handed us a dead one.
                connection.close()
                if not self._waited(wait):
                    return None
            else:
                _measure(applier, outcome)
                self._on_outcome(applier, outcome)
                return outcome

    def _waited(self, seconds: float) -> bool:
        """Waits without losing the partitions; False when told to stop."""
        while seconds > 0 and not self._stop.is_set():
            self._source.keep_alive(min(seconds, WAIT_SLICE_SECONDS))
            seconds -= WAIT_SLICE_SECONDS
        return not self._stop.is_set()

    def _commit(self) -> None:
        error = failure_of(self._source.commit)
        if error is not None:
            # The effects are committed. Should the records come again, the inbox knows them.
            logger.warning("position not kept", exc_info=error)
            connection.close()


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
