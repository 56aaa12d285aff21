"""Keeping events that can't be applied."""

import base64
from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec
from django.db.models.functions import Now

from xlcfi.events.failures import Fault
from xlcfi.events.models import DeadLetter
from xlcfi.events.record import Record


class Refusal(msgspec.Struct, frozen=True):
    """A record and why it can't be applied."""

    record: Record
    fault: Fault


def _text_safe(headers: Sequence[tuple[str, bytes | None]]) -> list[list[str | None]]:
    return [
        [name.replace("\x00", ""), None if value is None else base64.b64encode(value).decode()]
        for name, value in headers
    ]


def dead_letters_add(*, group: str, refusals: Iterable[Refusal]) -> None:
    """Keeps `refusals` of `group`, in the transaction of their batch. The same record again is left as it is."""
    DeadLetter.objects.bulk_create(
        [
            DeadLetter(
                group=group,
                record_id=refusal.record.identity[:400],
                topic=refusal.record.topic[:255],
                partition=refusal.record.partition,
                offset=refusal.record.offset,
                timestamp_ms=refusal.record.timestamp_ms,
                key=refusal.record.key,
                headers=_text_safe(refusal.record.headers),
                payload=refusal.record.value,
                event_id=refusal.fault.event_id,
                cause=DeadLetter.Cause.HANDLER if refusal.fault.ours else DeadLetter.Cause.INPUT,
                reason=refusal.fault.reason,
                field=refusal.fault.field,
                message=refusal.fault.message,
                trace=refusal.fault.trace,
            )
            for refusal in refusals
        ],
        ignore_conflicts=True,
        batch_size=100,
    )


def recent_failures(*, group: str, cause: DeadLetter.Cause, seconds: int) -> int:
    """How many events of `group` failed in the last `seconds` and still wait for somebody.

    Counted in the table, not in the process: a consumer that stopped and is started again must not begin at zero.
    """
    since = Now() - timedelta(seconds=seconds)
    return DeadLetter.objects.filter(group=group, cause=cause, state=DeadLetter.State.NEW, created_at__gt=since).count()
