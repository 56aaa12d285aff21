"""What people do with dead letters: send them through again, or give them up. Both leave a trace."""

from collections.abc import Iterable

import msgspec
from django.db import transaction

from xlcfi.clock import now
from xlcfi.events.apply import Applier
from xlcfi.events.errors import ConsumeError
from xlcfi.events.models import DeadLetter
from xlcfi.events.outbox import headers_given
from xlcfi.events.record import Record
from xlcfi.events.registry import GROUP_SUFFIX, discover, groups


class NotRetryable(ConsumeError):
    """This dead letter can't be sent through: it is settled (`state` says how), or no app of this release wants it."""

    def __init__(self, message: str, *, state: str) -> None:
        super().__init__(message)
        self.state = state


class Retried(msgspec.Struct, frozen=True):
    """What became of a dead letter that was sent through again.

    result: "applied", "duplicate" (it was applied meanwhile), "ignored" (nobody wants it any more), or "dead": it
    failed again, `why` says with what.
    """

    result: str
    why: str = ""


def record_of(letter: DeadLetter) -> Record:
    """The record as it arrived: the same identity, so that the inbox knows it where the event has no id."""
    return Record(
        topic=letter.topic,
        partition=letter.partition,
        offset=letter.offset,
        identity=letter.record_id,
        key=None if letter.key is None else bytes(letter.key),
        value=None if letter.payload is None else bytes(letter.payload),
        headers=tuple(headers_given(letter.headers)),
        timestamp_ms=letter.timestamp_ms,
    )


def dead_letter_retry(*, letter_id: int, who: str) -> Retried:
    """Sends a dead letter through its group's handlers again, through the same inbox.

    It is settled then, unless it failed again: then it waits as before, with what failed in its history. Whoever comes
    second waits for the first, and finds it settled. Raises NotRetryable, DeadLetter.DoesNotExist, and RetryLater where
    the database is away.
    """
    discover()
    with transaction.atomic():
        letter = DeadLetter.objects.select_for_update().get(pk=letter_id)
        if letter.state != DeadLetter.State.NEW:
            raise NotRetryable(f"Dead letter {letter_id} is settled: {letter.get_state_display()}.", state=letter.state)
        group = groups().get(letter.group.removesuffix(GROUP_SUFFIX))
        if group is None:
            raise NotRetryable(f"No app of this release serves {letter.group}.", state=letter.state)
        outcome = Applier(group, limited=False).apply([record_of(letter)])
        (result,) = {name for _, name in outcome.counts}
        if result == "dead":
            fault = outcome.refusals[0].fault
            retried = Retried(result, ": ".join(filter(None, (fault.reason, fault.field, fault.message))))
            _note(letter, who, "retry failed", retried.why)
        else:
            retried = Retried(result)
            letter.state = DeadLetter.State.RETRIED
            _note(letter, who, "retried", result)
        letter.save(update_fields=["state", "history"])
    return retried


def dead_letters_discard(*, letter_ids: Iterable[int], who: str, reason: str) -> dict[int, str]:
    """Gives dead letters up, because of `reason`, in one transaction. Returns the state that each was in before.

    Those that were new are discarded now, the others stay as they are; one that does not exist is not in the answer.
    """
    before: dict[int, str] = {}
    with transaction.atomic():
        for letter in DeadLetter.objects.select_for_update().filter(pk__in=list(letter_ids)).order_by("pk"):
            before[letter.pk] = letter.state
            if letter.state != DeadLetter.State.NEW:
                continue
            letter.state = DeadLetter.State.DISCARDED
            _note(letter, who, "discarded", reason)
            letter.save(update_fields=["state", "history"])
    return before


def _note(letter: DeadLetter, who: str, what: str, note: str) -> None:
    letter.history = [*letter.history, {"at": now().isoformat(), "who": who, "what": what, "note": note}]
