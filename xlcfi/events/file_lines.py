"""A line of a file of events, and the record that it stands for.

    {"topic": "payment.completed", "key": "7", "partition": 0, "timestamp_ms": 1763601330123, "headers": {}, "value": …}

`value` is the text that the producer sent, as a JSON string, or, in files made by hand, the payload itself; null is a
tombstone. A line that is itself a payload with `eventType` is read as if it came in the topic of that kind.
"""

from collections.abc import Callable

import msgspec

from xlcfi.events.record import Record, record_identity
from xlcfi.events.topics import kind_named

# The topic of lines that are no records: whoever decodes them must refuse them.
UNREADABLE_TOPIC = "(unreadable line)"


class _Line(msgspec.Struct):
    topic: str | None = None
    key: str | int | None = None
    partition: int | None = None
    offset: int | None = None
    timestamp_ms: int | None = None
    headers: dict[str, str | None] | None = None
    value: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    event_type: str | None = msgspec.field(name="eventType", default=None)


_decoder = msgspec.json.Decoder(_Line)


def record_in(text: bytes, *, line: int, identity: Callable[[], str]) -> Record:
    """The record in the line `text`, number `line` (from 1), which `identity()` names unless it has an offset."""
    value: bytes | None = text
    try:
        parsed = _decoder.decode(text)
        if parsed.topic is not None and isinstance(parsed.value, msgspec.Raw):
            value = _value(parsed.value)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        parsed = _Line()
    if parsed.topic is not None and isinstance(parsed.value, msgspec.Raw):
        topic = parsed.topic
    elif parsed.topic is None and parsed.event_type is not None:
        topic = str(kind_named(parsed.event_type) or parsed.event_type)
    else:
        return Record(topic=UNREADABLE_TOPIC, partition=0, offset=line, identity=identity(), value=text)
    topic = topic.replace("\x00", "")
    partition = _within(parsed.partition, 2**31) or 0
    offset = _within(parsed.offset, 2**63)
    return Record(
        topic=topic,
        partition=partition,
        offset=line if offset is None else offset,
        # A line that tells partition and offset was taken from Kafka: the same record must not count twice.
        identity=identity() if offset is None else record_identity(topic, partition, offset),
        key=None if parsed.key is None else str(parsed.key).encode(),
        value=value,
        headers=tuple((name, None if text is None else text.encode()) for name, text in (parsed.headers or {}).items()),
        timestamp_ms=_within(parsed.timestamp_ms, 2**63),
    )


def _within(number: int | None, bound: int) -> int | None:
    return number if number is not None and 0 <= number < bound else None


def _value(raw: msgspec.Raw) -> bytes | None:
    text = bytes(raw).strip()
    if text == b"null":
        return None
    return msgspec.json.decode(text, type=str).encode() if text.startswith(b'"') else text
