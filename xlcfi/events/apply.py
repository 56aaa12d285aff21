"""Applying a batch of records for one group: one transaction, every effect once."""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import connection, transaction

from xlcfi.events.batch import Batch, QueuedJob
from xlcfi.events.dead_letters import Refusal, dead_letters_add, recent_failures
from xlcfi.events.decode import decode
from xlcfi.events.erasure import events_anonymised
from xlcfi.events.errors import ConsumerStopped, InvalidEvent, RetryLater
from xlcfi.events.failures import Fault, failure_of, fault_of, is_passing, is_timeout
from xlcfi.events.followups import followups_add
from xlcfi.events.inbox import inbox_add
from xlcfi.events.limits import limits
from xlcfi.events.marks import Mark, reached
from xlcfi.events.models import DeadLetter
from xlcfi.events.payloads import Event, payload_type
from xlcfi.events.record import Record
from xlcfi.events.registry import Group

logger = logging.getLogger(__name__)

# So many statement timeouts in a row of the same batch, and the events are looked at one by one.
TIMEOUTS_AT_MOST = 5


class Arrived(msgspec.Struct, frozen=True):
    """A record and the event in it."""

    record: Record
    event: Event


class Outcome(msgspec.Struct):
    """What became of the records of a batch, counted by (topic, "applied" | "duplicate" | "ignored" | "dead")."""

    counts: Counter[tuple[str, str]]
    refusals: list[Refusal]
    # When the applied events happened.
    moments: list[datetime]
    queued: int = 0
    seconds: float = 0.0

    def total(self, outcome: str) -> int:
        """How many records ended as `outcome`, in all topics."""
        return sum(count for (_, name), count in self.counts.items() if name == outcome)


# Records and what the text of each says, by the object's id(): an event, why there is none, None: nothing to do.
Prepared = Mapping[int, tuple[Record, Event | InvalidEvent | None]]


class Applier:
    """Applies batches for one group. limited: stop where too many events fail; off for what people send by hand."""

    def __init__(self, group: Group, *, limited: bool = True) -> None:
        self.group = group
        self._limited = limited
        self._slow_batch: tuple[str, ...] = ()
        self._timeouts = 0
        self._kinds = group.kinds
        self._wants = [
            (handler.handle, frozenset(payload_type(kind) for kind in handler.kinds)) for handler in group.handlers
        ]

    def prepare(self, records: Sequence[Record]) -> Prepared:
        """Decodes `records`: what can be done before their turn has come, in another thread than that of `apply`."""
        return {id(record): (record, self._decode(record)) for record in records}

    def apply(self, records: Sequence[Record], prepared: Prepared | None = None) -> Outcome:
        """Applies `records`, in their order, and keeps as dead letters those that can never be applied.

        prepared: what `prepare` made of these very records (and of others), where it was asked. On return all of it is
        committed. Raises RetryLater (nothing is done, the same can succeed later) and ConsumerStopped (nothing is done,
        a limit on failures is reached).
        """
        started = time.monotonic()
        outcome = Outcome(Counter(), [], [])
        arrived = self._sorted_out(records, prepared if prepared is not None else self.prepare(records), outcome)
        if not arrived and not outcome.refusals:
            return outcome
        applied: list[Arrived] = []
        failed: list[Refusal] = []
        queued: dict[QueuedJob, None] = {}
        error = failure_of(lambda: self._apply_whole(arrived, outcome.refusals, applied, queued))
        too_slow = self._times_out_always(records, error)
        if error is not None and (too_slow or not is_passing(error)):
            logger.warning("batch failed, looking for the events at fault", exc_info=error)
            applied.clear()
            queued.clear()
            error = failure_of(lambda: self._apply_apart(arrived, outcome.refusals, applied, failed, queued, too_slow))
        if error is not None:
            # Where it is no passing fault, even the bookkeeping fails: to try again is all that loses nothing.
            raise RetryLater(f"{type(error).__name__}: {error}") from error
        done = {id(each) for each in applied} | {id(refusal.record) for refusal in failed}
        rest = [each.record for each in arrived if id(each) not in done and id(each.record) not in done]
        _count_in(outcome.counts, "applied", (each.record for each in applied))
        _count_in(outcome.counts, "duplicate", rest)
        outcome.refusals.extend(failed)
        _count_in(outcome.counts, "dead", (refusal.record for refusal in outcome.refusals))
        outcome.moments = [each.event.occurred_at for each in applied]
        outcome.queued = len(queued)
        outcome.seconds = time.monotonic() - started
        return outcome

    def _times_out_always(self, records: Sequence[Record], error: Exception | None) -> bool:
        """Whether `error` is one more timeout of the same records, after so many that no passing load explains them.

        A single timeout is the database being busy; without an end to it, one event that can't be done in time would
        hold its partition for ever.
        """
        if error is None or not is_timeout(error):
            self._slow_batch, self._timeouts = (), 0
            return False
        batch = tuple(record.identity for record in records)
        self._timeouts = self._timeouts + 1 if batch == self._slow_batch else 1
        self._slow_batch = batch
        return self._timeouts >= TIMEOUTS_AT_MOST

    def _decode(self, record: Record) -> Event | InvalidEvent | None:
        try:
            return decode(record, self._kinds)
        except InvalidEvent as error:
            return error

    def _sorted_out(self, records: Sequence[Record], prepared: Prepared, outcome: Outcome) -> list[Arrived]:
        arrived = []
        for record in records:
            _, event = prepared[id(record)]
            if event is None:
                outcome.counts[record.topic, "ignored"] += 1
            elif isinstance(event, InvalidEvent):
                outcome.refusals.append(Refusal(record, fault_of(event)))
            else:
                arrived.append(Arrived(record, event))
        return arrived

    def _new(self, arrived: Sequence[Arrived]) -> list[Arrived]:
        """Those that the inbox did not know, each event once, in their order. They are noted as applied."""
        first: dict[str, Arrived] = {}
        for each in arrived:
            first.setdefault(each.event.event_id, each)
        new = inbox_add(group=self.group.name, event_ids=first)
        return [each for event_id, each in first.items() if event_id in new]

    def _apply_whole(
        self,
        arrived: Sequence[Arrived],
        refusals: Sequence[Refusal],
        applied: list[Arrived],
        queued: dict[QueuedJob, None],
    ) -> None:
        with transaction.atomic():
            new = self._new(arrived)
            wanted = self._handle(new)
            self._keep(refusals, wanted)
        applied.extend(new)
        queued.update(wanted)

    def _apply_apart(
        self,
        arrived: Sequence[Arrived],
        refusals: Sequence[Refusal],
        applied: list[Arrived],
        failed: list[Refusal],
        queued: dict[QueuedJob, None],
        too_slow: bool,
    ) -> None:
        """As `_apply_whole`, but halves what fails until the events at fault stand alone; only those are refused.

        Each part is a transaction of its own: within one, what handlers lock is locked in one order, and so replicas
        never wait for each other in a circle. Should the process end meanwhile, the inbox knows what is done.
        too_slow: a handler's statement that takes too long is such a fault as well.
        """
        allowed = self._failures_left(DeadLetter.Cause.HANDLER)
        first: dict[str, Arrived] = {}
        for each in arrived:
            first.setdefault(each.event.event_id, each)
        waiting = [list(first.values())]
        while waiting:
            part = waiting.pop()
            error = failure_of(lambda part=part: self._apply_whole(part, (), applied, queued))  # type: ignore[misc]
            if error is None:
                continue
            if is_passing(error) and not (too_slow and is_timeout(error)):
                raise error
            if len(part) == 1:
                failed.append(Refusal(part[0].record, _fault_in(part[0], error)))
                self._check_limit(failed, allowed, error)
            else:
                middle = len(part) // 2
                # The last in is the first out: the earlier half goes first, so that order is kept.
                waiting += [part[middle:], part[:middle]]
        # What was sent twice is refused twice, whether its records came in one batch or in two.
        faults = {refusal.fault.event_id: refusal.fault for refusal in failed}
        failed.extend(
            Refusal(each.record, faults[each.event.event_id])
            for each in arrived
            if each.event.event_id in faults and each is not first[each.event.event_id]
        )
        with transaction.atomic():
            self._keep([*refusals, *failed], {})

    def _handle(self, arrived: Sequence[Arrived]) -> dict[QueuedJob, None]:
        queued: dict[QueuedJob, None] = {}
        events = events_anonymised([each.event for each in arrived])
        for handle, types in self._wants:
            batch = Batch([event for event in events if type(event) in types])
            if batch.events:
                handle(batch)
                queued.update(batch.queued)
        if arrived:
            # Deferred foreign keys speak up now, while the events at fault can still be told apart, not at the commit.
            connection.check_constraints()
        return queued

    def _keep(self, refusals: Sequence[Refusal], queued: dict[QueuedJob, None]) -> None:
        inputs = sum(not refusal.fault.ours for refusal in refusals)
        if inputs and inputs > self._failures_left(DeadLetter.Cause.INPUT):
            raise ConsumerStopped(f"{self.group.name}: too many events that can't be read")
        dead_letters_add(group=self.group.name, refusals=refusals)
        if refusals:
            reached(Mark.DEAD_LETTER_KEPT)
        followups_add(jobs=queued)

    def _failures_left(self, cause: DeadLetter.Cause) -> float:
        """How many more events may fail for `cause` before the group has to stop."""
        bounds = limits()
        limit = bounds.handler_failures if cause is DeadLetter.Cause.HANDLER else bounds.unreadable
        if not limit or not self._limited:
            return float("inf")
        return limit - recent_failures(group=self.group.name, cause=cause, seconds=bounds.window)

    def _check_limit(self, failed: Sequence[Refusal], allowed: float, error: Exception) -> None:
        if sum(refusal.fault.ours for refusal in failed) > allowed:
            bounds = limits()
            raise ConsumerStopped(
                f"{self.group.name}: our handlers failed more than {bounds.handler_failures} times within "
                f"{bounds.window} s, the last time with {type(error).__name__}: {error}"
            ) from error


def _fault_in(arrived: Arrived, error: Exception) -> Fault:
    """The fault of a decoded event: its id is known, whoever raised."""
    return msgspec.structs.replace(fault_of(error), event_id=arrived.event.event_id)


def _count_in(counts: Counter[tuple[str, str]], outcome: str, records: Iterable[Record]) -> None:
    for record in records:
        counts[record.topic, outcome] += 1
