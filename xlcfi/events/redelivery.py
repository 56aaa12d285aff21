"""What people do with dead letters: send them through again, or give them up. Both leave a trace."""

import base64
from collections import Counter
from collections.abc import Iterable

from django.db import transaction

from xlcfi.clock import now
from xlcfi.events.apply import Applier
from xlcfi.events.errors import ConsumeError
from xlcfi.events.models import DeadLetter
from xlcfi.events.record import Record
from xlcfi.events.registry import GROUP_SUFFIX, discover, groups


class NotRetryable(ConsumeError):
    """This dead letter can't be sent through: it is settled, or its group is gone."""


def record_of(letter: DeadLetter) -> Record:
    """The record as it arrived: the same identity, so that the inbox knows it where the event has no id."""
    return Record(
        topic=letter.topic,
        partition=letter.partition,
        offset=letter.offset,
        identity=letter.record_id,
        key=None if letter.key is None else bytes(letter.key),
        value=None if letter.payload is None else bytes(letter.payload),
        headers=tuple((name, None if text is None else base64.b64decode(text)) for name, text in letter.headers),
        timestamp_ms=letter.timestamp_ms,
    )


def dead_letter_retry(*, letter_id: int, who: str) -> str:
    """Sends a dead letter through its group's handlers again, through the same inbox.

    Returns "applied", "duplicate" or "ignored" (it is settled then) or "dead" (it stays as it is, with a line in its
    history). Raises NotRetryable, DeadLetter.DoesNotExist, and RetryLater where the database is away.
    """
    discover()
    with transaction.atomic():
        letter = DeadLetter.objects.select_for_update().get(pk=letter_id)
        if letter.state != DeadLetter.State.NEW:
            raise NotRetryable(f"Dead letter {letter_id} is settled: {letter.get_state_display()}.")
        group = groups().get(letter.group.removesuffix(GROUP_SUFFIX))
        if group is None:
            raise NotRetryable(f"No app of this release serves {letter.group}.")
        outcome = Applier(group, limited=False).apply([record_of(letter)])
        (result,) = {name for _, name in outcome.counts}
        if result == "dead":
            _note(letter, who, "retry failed", outcome.refusals[0].fault.message)
        else:
            letter.state = DeadLetter.State.RETRIED
            _note(letter, who, "retried", result)
        letter.save(update_fields=["state", "history"])
    return result


def dead_letters_discard(*, letter_ids: Iterable[int], who: str, reason: str) -> Counter[str]:
    """Gives dead letters up, because of `reason`. Returns how many were "discarded" and how many "settled" before."""
    counts: Counter[str] = Counter()
    with transaction.atomic():
        for letter in DeadLetter.objects.select_for_update().filter(pk__in=list(letter_ids)).order_by("pk"):
            if letter.state != DeadLetter.State.NEW:
                counts["settled"] += 1
                continue
            letter.state = DeadLetter.State.DISCARDED
            _note(letter, who, "discarded", reason)
            letter.save(update_fields=["state", "history"])
            counts["discarded"] += 1
    return counts


def _note(letter: DeadLetter, who: str, what: str, note: str) -> None:
    letter.history = [*letter.history, {"at": now().isoformat(), "who": who, "what": what, "note": note}]
