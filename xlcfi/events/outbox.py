"""Messages that we publish: rows first, in the transaction that makes them true; the relay sends them after it."""

import base64
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from django.db import connection

from xlcfi.events.record import EVENT_ID_MAX

T = TypeVar("T")

TOPIC_MAX = 249
ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 8_000_000
ERROR_MAX = 1_000

# The tables' models can't be imported here: what the apps use of this package is imported before them.
_ADD = """
INSERT INTO events_outbox (event_id, topic, "partition", "key", value, headers)
SELECT event_id, topic, "partition", "key", value, headers::jsonb
FROM unnest(%s::text[], %s::text[], %s::int[], %s::bytea[], %s::bytea[], %s::text[])
    WITH ORDINALITY AS given (event_id, topic, "partition", "key", value, headers, place)
ORDER BY place
ON CONFLICT (event_id) DO NOTHING
"""
_ANY = "SELECT 1 FROM events_outbox WHERE sent_at IS NULL ORDER BY topic, id LIMIT 1"
# The topics that have waiting rows, each found by one look into the index, however many rows it has.
_TOPICS = """
WITH RECURSIVE waiting (topic) AS (
    (SELECT topic FROM events_outbox WHERE sent_at IS NULL ORDER BY topic LIMIT 1)
    UNION ALL
    SELECT (SELECT o.topic FROM events_outbox o WHERE o.sent_at IS NULL AND o.topic > w.topic ORDER BY o.topic LIMIT 1)
    FROM waiting w WHERE w.topic IS NOT NULL
)
"""
# Nothing overtakes a refused message of its own key. A subquery with a limit stays what it is, one look into the index
# for each row: a join would have to read all that waits first.
_DUE = f"""{_TOPICS}
SELECT due.id, due.size
FROM (SELECT topic FROM waiting WHERE topic <> ALL(%(without)s::text[]) OFFSET 0) w CROSS JOIN LATERAL (
    SELECT o.id, coalesce(octet_length(o.value), 0) + coalesce(octet_length(o."key"), 0) AS size
    FROM events_outbox o
    WHERE o.sent_at IS NULL AND o.topic = w.topic AND o.next_try_at <= statement_timestamp() AND (
        SELECT b.id FROM events_outbox b
        WHERE b.sent_at IS NULL AND b.attempts > 0 AND b.topic = o.topic AND md5(b."key") = md5(o."key")
            AND b.id < o.id AND b.next_try_at > statement_timestamp()
        LIMIT 1
    ) IS NULL
    ORDER BY o.id LIMIT %(limit)s
) due
ORDER BY due.id LIMIT %(limit)s
"""
_ROWS = """
SELECT id, topic, "partition", "key", value, headers, attempts FROM events_outbox WHERE id = ANY(%s) ORDER BY id
"""
_SENT = "UPDATE events_outbox SET sent_at = statement_timestamp(), last_error = '' WHERE id = ANY(%s)"
_REFUSED = """
UPDATE events_outbox o SET attempts = o.attempts + 1, last_error = given.error,
    next_try_at = statement_timestamp() + given.wait * interval '1 second'
FROM unnest(%s::bigint[], %s::text[], %s::float8[]) AS given (id, error, wait) WHERE o.id = given.id
"""
_WAITING = f"""{_TOPICS}
SELECT (SELECT count(*) FROM events_outbox WHERE sent_at IS NULL),
    (SELECT extract(epoch FROM statement_timestamp() - min(first.created_at)) FROM waiting w CROSS JOIN LATERAL (
        SELECT created_at FROM events_outbox o WHERE o.sent_at IS NULL AND o.topic = w.topic ORDER BY o.id LIMIT 1
    ) first)
"""
_TROUBLES = """
SELECT topic, count(*), coalesce(max(last_error) FILTER (WHERE last_error <> ''), '') FROM events_outbox
WHERE sent_at IS NULL GROUP BY topic ORDER BY topic
"""

_LEGAL_TOPIC = re.compile(rf"(?!\.{{1,2}}$)[a-zA-Z0-9._-]{{1,{TOPIC_MAX}}}", re.ASCII)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Something to publish.

    event_id: names the message for ever, at most 100 characters; the receiver can tell a second arrival by it.
    partition: the one asked for; where the topic has fewer, or none is asked for, the producer chooses by the key.
    value None: a tombstone, which needs a key. Messages of one topic and key arrive in the order in which they were
    added; where two transactions add to the same key at once, that order is theirs to settle, by a lock.
    """

    event_id: str
    topic: str
    value: bytes | None
    key: bytes | None = None
    partition: int | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()


class Waiting(msgspec.Struct, frozen=True):
    """A row that is due. attempts: how often it was refused."""

    id: int
    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    attempts: int


class Refused(msgspec.Struct, frozen=True):
    """Why a row could not be sent, and in how many seconds it may be tried again."""

    id: int
    error: str
    wait: float


def outbox_add(*, messages: Iterable[Message]) -> None:
    """Publish `messages` if, and only if, the caller's transaction commits; at least once, in their order per key.

    The same event id again is left as it is. Raises ValueError where a message could never be sent.
    """
    rows = [_row(message) for message in messages]
    with connection.cursor() as cursor:
        for some in portions(rows, lambda row: len(row[3] or b"") + len(row[4] or b"")):
            cursor.execute(_ADD, [list(column) for column in zip(*some, strict=True)])


def outbox_waits() -> bool:
    """Whether anything is not sent yet."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY)
        return cursor.fetchone() is not None


def outbox_due(*, without: Collection[str], limit: int, size: int) -> list[Waiting]:
    """What is due, oldest first: at most `limit` rows of about `size` bytes, none of the topics `without`."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"without": list(without), "limit": limit})
        chosen: list[int] = []
        for row_id, row_size in cursor.fetchall():
            size -= row_size
            if chosen and size < 0:
                break
            chosen.append(row_id)
        if not chosen:
            return []
        cursor.execute(_ROWS, [chosen])
        return [
            Waiting(row_id, topic, partition, _bytes(key), _bytes(value), headers_given(json.loads(headers)), attempts)
            for row_id, topic, partition, key, value, headers, attempts in cursor.fetchall()
        ]


def outbox_settle(*, sent: Sequence[int], refused: Sequence[Refused]) -> None:
    """Notes what became of rows: `sent` ones the broker has acknowledged."""
    with connection.cursor() as cursor:
        if sent:
            cursor.execute(_SENT, [list(sent)])
        if refused:
            errors = [_storable(each.error)[:ERROR_MAX] for each in refused]
            cursor.execute(_REFUSED, [[each.id for each in refused], errors, [each.wait for each in refused]])


def outbox_waiting() -> tuple[int, float]:
    """How many messages are not sent yet, and for how many seconds the oldest has been waiting."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        count, age = cursor.fetchone()
    return int(count), max(0.0, float(age or 0))


def outbox_troubles() -> list[tuple[str, int, str]]:
    """What is not sent yet: topic, how many messages, and what the broker last said of one of them ("": nothing)."""
    with connection.cursor() as cursor:
        cursor.execute(_TROUBLES)
        return [(topic, int(count), error) for topic, count, error in cursor.fetchall()]


def topic_is_legal(name: str) -> bool:
    """Whether a broker can have a topic of that name."""
    return _LEGAL_TOPIC.fullmatch(name) is not None


def headers_kept(headers: Sequence[tuple[str, bytes | None]]) -> list[list[str | None]]:
    """Headers as JSON can hold them: bytes as base64, a name without what PostgreSQL can't store."""
    return [[_storable(name), None if value is None else base64.b64encode(value).decode()] for name, value in headers]


def headers_given(kept: Sequence[Sequence[str | None]]) -> list[tuple[str, bytes | None]]:
    """The headers that `headers_kept` has made into JSON."""
    return [(name or "", None if value is None else base64.b64decode(value)) for name, value in kept]


def portions(items: Iterable[T], size_of: Callable[[T], int]) -> Iterator[list[T]]:
    """`items` in lists that one statement can carry: 500 rows and 8 MB each, where not a single one is larger."""
    some: list[T] = []
    size = 0
    for item in items:
        if some and (len(some) == ROWS_AT_ONCE or size + size_of(item) > BYTES_AT_ONCE):
            yield some
            some, size = [], 0
        some.append(item)
        size += size_of(item)
    if some:
        yield some


def _row(message: Message) -> tuple[Any, ...]:
    if not 0 < len(message.event_id) <= EVENT_ID_MAX or "\x00" in message.event_id:
        raise ValueError(f"event_id must have 1 to {EVENT_ID_MAX} characters: {message.event_id[:200]!r}")
    if not 0 < len(message.topic) <= TOPIC_MAX or "\x00" in message.topic:
        raise ValueError(f"topic must have 1 to {TOPIC_MAX} characters: {message.topic[:300]!r}")
    if message.value is None and message.key is None:
        raise ValueError(f"{message.event_id}: a message without a value needs a key")
    headers = json.dumps(headers_kept(message.headers))
    return message.event_id, message.topic, message.partition, message.key, message.value, headers


def _bytes(found: memoryview | None) -> bytes | None:
    return None if found is None else bytes(found)


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
