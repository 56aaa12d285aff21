"""Dead letters as messages for `{topic}.DLT`, with the headers that Spring's own recoverer writes."""

import json
import struct

from django.conf import settings

from xlcfi.events.failures import Fault
from xlcfi.events.outbox import Message, topic_is_legal
from xlcfi.events.record import Record, bounded_id

# What a broker takes by default, in one record with all that is around it.
BROKER_BYTES = 1_048_588
# A batch's own header, and the lengths and deltas of its only record at their longest.
AROUND_RECORD, AROUND_HEADER = 61 + 40, 10
# Less of a stack trace than this says nothing.
SHORTEST_TRACE = 200
EVENT_ID_HEADER = "xlcfi-event-id"
REASON_HEADER = "xlcfi-reason"
# What had to be left out, as "payload", "payload,headers" or "payload,headers,key".
LEFT_OUT_HEADER = "xlcfi-left-out"
SPRING_HEADERS = "kafka_dlt-"
_OURS = {EVENT_ID_HEADER, REASON_HEADER, LEFT_OUT_HEADER}
_CUT = "\n…\n".encode()

Headers = list[tuple[str, bytes | None]]


def dead_letter_topic(topic: str) -> str | None:
    """Where dead letters of `topic` go; None where no broker can have a topic of that name."""
    name = topic + settings.DEAD_LETTER_SUFFIX
    return name if topic_is_legal(name) else None


def dead_letter_message(*, letter_id: int, group: str, record: Record, fault: Fault) -> Message | None:
    """The message that tells the dead-letter topic of `record`; None where there can be no such topic.

    It fits into what a broker takes by default: first the stack trace is cut, then a pointer to our table takes the
    payload's place, then the original headers go, and at last the key.
    """
    topic = dead_letter_topic(record.topic)
    if topic is None:
        return None
    event_id = bounded_id(f"dlt:{group}:{record.identity}")
    told = _told(group, record, fault, event_id)
    trace = (fault.trace or f"{_exception(fault)}: {_message(fault)}").encode()
    original: Headers = [
        (name, value) for name, value in record.headers if not name.startswith(SPRING_HEADERS) and name not in _OURS
    ]
    whole = None if record.value is None and record.key is None else record.value
    size = len(record.value or b"")
    pointer = json.dumps({"deadLetterId": letter_id, "table": "events_deadletter", "size": size}).encode()
    ways: tuple[tuple[str, bytes | None, bytes | None, Headers], ...] = (
        ("", record.key, whole, original),
        ("payload", record.key, pointer, original),
        ("payload,headers", record.key, pointer, []),
        ("payload,headers,key", None, pointer, []),
    )
    for left_out, key, value, kept in ways:
        if value is None and key is None:
            continue
        headers = [*kept, *told, *([(LEFT_OUT_HEADER, left_out.encode())] if left_out else [])]
        name = f"{SPRING_HEADERS}exception-stacktrace"
        room = BROKER_BYTES - _size(key, value, [*headers, (name, None)])
        if room >= min(len(trace), SHORTEST_TRACE):
            break
    headers.append((name, _cut(trace, room)))
    return Message(
        event_id=event_id, topic=topic, key=key, value=value, partition=record.partition, headers=tuple(headers)
    )


def _told(group: str, record: Record, fault: Fault, event_id: str) -> Headers:
    """Spring's headers but the trace, and ours. Its numbers are big-endian; its -1 is a record without a time."""
    untimed = record.timestamp_ms is None
    told = {
        "original-topic": record.topic.encode(),
        "original-partition": struct.pack(">i", record.partition),
        "original-offset": struct.pack(">q", record.offset),
        "original-timestamp": struct.pack(">q", -1 if record.timestamp_ms is None else record.timestamp_ms),
        "original-timestamp-type": b"NoTimestampType" if untimed else b"CreateTime",
        "original-consumer-group": group.encode(),
        "exception-fqcn": _exception(fault).encode(),
        "exception-message": _message(fault).encode(),
    }
    ours: Headers = [(EVENT_ID_HEADER, event_id.encode()), (REASON_HEADER, fault.reason.encode())]
    return [(SPRING_HEADERS + name, value) for name, value in told.items()] + ours


def _exception(fault: Fault) -> str:
    return fault.reason if fault.ours else "xlcfi.InvalidEvent"


def _message(fault: Fault) -> str:
    return f"{fault.field}: {fault.message}" if fault.field else fault.message


def _size(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    """At most so many bytes does a broker see, in a batch of this record alone."""
    inside = sum(len(name.encode()) + len(text or b"") + AROUND_HEADER for name, text in headers)
    return AROUND_RECORD + len(key or b"") + len(value or b"") + inside


def _cut(trace: bytes, room: int) -> bytes:
    """The end of a trace says what went wrong, its beginning where it came from; the middle goes first."""
    if len(trace) <= room:
        return trace
    half = max(room - len(_CUT), 0) // 2
    return trace[:half].decode(errors="ignore").encode() + _CUT + trace[-half:].decode(errors="ignore").encode()
