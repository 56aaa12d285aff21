"""Keeping events that can't be applied, and telling the dead-letter topics of them."""

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.db import connection
from django.db.models.functions import Now

from xlcfi.events.dead_letter_topics import dead_letter_message
from xlcfi.events.failures import Fault
from xlcfi.events.models import DeadLetter
from xlcfi.events.outbox import Message, headers_kept, outbox_add, portions
from xlcfi.events.record import Record

logger = logging.getLogger(__name__)

RECORD_ID_MAX = 400

_INSERT = """
INSERT INTO events_deadletter (
    consumer_group, record_id, topic, "partition", record_offset, timestamp_ms, "key", headers, payload, event_id,
    cause, reason, field, message, trace, state, history
)
SELECT consumer_group, record_id, topic, "partition", record_offset, timestamp_ms, "key", headers::jsonb, payload,
       event_id, cause, reason, field, message, trace, 'new', '[]'
FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::bigint[], %s::bytea[], %s::text[],
            %s::bytea[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    WITH ORDINALITY AS given (
        consumer_group, record_id, topic, "partition", record_offset, timestamp_ms, "key", headers, payload, event_id,
        cause, reason, field, message, trace, place
    )
ORDER BY place
ON CONFLICT (consumer_group, record_id) DO NOTHING
RETURNING id, record_id
"""


class Refusal(msgspec.Struct, frozen=True):
    """A record and why it can't be applied."""

    record: Record
    fault: Fault


def dead_letters_add(*, group: str, refusals: Iterable[Refusal]) -> None:
    """Keeps `refusals` of `group`, in the transaction of their batch. The same record again is left as it is.

    What a broker brought is published to its dead-letter topic by the same transaction, once: with its row.
    """
    # Two replicas with the same records wait for each other in one order, never in a circle; an order that is also
    # that of a partition, so that the messages of a key keep theirs.
    given = sorted(refusals, key=lambda each: (each.record.topic, each.record.partition, each.record.offset))
    for some in portions(given, lambda refusal: len(refusal.record.value or b"")):
        _add(group, some)


def recent_failures(*, group: str, cause: DeadLetter.Cause, seconds: int) -> int:
    """How many events of `group` failed in the last `seconds` and still wait for somebody.

    Counted in the table, not in the process: a consumer that stopped and is started again must not begin at zero.
    """
    since = Now() - timedelta(seconds=seconds)
    return DeadLetter.objects.filter(group=group, cause=cause, state=DeadLetter.State.NEW, created_at__gt=since).count()


def _add(group: str, refusals: Sequence[Refusal]) -> None:
    # One sorted statement, not the ORM's: a batch of nothing but dead letters is to be as quick as one of events.
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT, [list(column) for column in zip(*(_row(group, each) for each in refusals), strict=True)]
        )
        letters = {record_id: letter_id for letter_id, record_id in cursor.fetchall()}
    messages: list[Message] = []
    for refusal in refusals:
        # Whoever else kept the same record, before or meanwhile, has published it, too.
        letter_id = letters.pop(_record_id(refusal), None)
        if letter_id is None or not refusal.record.from_kafka:
            continue
        message = dead_letter_message(letter_id=letter_id, group=group, record=refusal.record, fault=refusal.fault)
        if message is None:
            logger.error("no dead-letter topic can have this name", extra={"topic": refusal.record.topic})
        else:
            messages.append(message)
    outbox_add(messages=messages)


def _record_id(refusal: Refusal) -> str:
    return refusal.record.identity.replace("\x00", "")[:RECORD_ID_MAX]


def _row(group: str, refusal: Refusal) -> tuple[Any, ...]:
    """A row in the order of the columns of `_INSERT`."""
    record, fault = refusal.record, refusal.fault
    return (
        group,
        _record_id(refusal),
        record.topic[:255],
        record.partition,
        record.offset,
        record.timestamp_ms,
        record.key,
        json.dumps(headers_kept(record.headers)),
        record.value,
        fault.event_id,
        str(DeadLetter.Cause.HANDLER if fault.ours else DeadLetter.Cause.INPUT),
        fault.reason,
        fault.field,
        fault.message,
        fault.trace,
    )
