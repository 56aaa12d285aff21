"""A record as it arrived, whatever brought it."""

import hashlib

import msgspec

EVENT_ID_MAX = 100


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record of a topic.

    value: None for a tombstone. timestamp_ms: the broker's, milliseconds since 1970, None if there is none.
    identity: what names this record for ever: topic-partition-offset, or the file's SHA-256 and the line.
    from_kafka: a broker brought it just now. A file's record can have the identity of Kafka's, where it was taken from
    there; what becomes of it is nobody's business on the broker.
    """

    topic: str
    partition: int
    offset: int
    identity: str
    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    timestamp_ms: int | None = None
    from_kafka: bool = False


def record_identity(topic: str, partition: int, offset: int) -> str:
    """What names a record of Kafka."""
    return f"{topic}-{partition}-{offset}"


def bounded_id(text: str) -> str:
    """`text` as an event id that our column can hold: its SHA-256 where it is too long or holds a NUL."""
    if len(text) <= EVENT_ID_MAX and "\x00" not in text:
        return text
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
