"""From the bytes of a record to a typed event."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from xlcfi.events.errors import InvalidEvent
from xlcfi.events.file_lines import UNREADABLE_TOPIC
from xlcfi.events.payloads import Event
from xlcfi.events.payloads.base import build
from xlcfi.events.payloads.moments import read_moment
from xlcfi.events.payloads.quick import built, read_quickly
from xlcfi.events.payloads.values import mistyped
from xlcfi.events.record import Record, bounded_id
from xlcfi.events.topics import AGGREGATE_TOPICS, Topic, kind_named

# Floats would lose cents and microseconds. Whole numbers come as int, of any size.
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_KIND_FIELDS = ("eventType", "event_type", "type")
_ID_FIELDS = ("eventId", "event_id")
_KIND_OF_TOPIC = {str(kind): kind for kind in Topic}


def decode(record: Record, wanted: frozenset[Topic]) -> Event | None:
    """The event in `record`, or None where there is nothing to do: a tombstone, a kind not known or not `wanted`.

    Raises InvalidEvent, and nothing else, whatever the bytes are.
    """
    if record.topic == UNREADABLE_TOPIC:
        raise InvalidEvent("is neither a record nor an event with eventType", code="not_json")
    kind = _KIND_OF_TOPIC.get(record.topic)
    if record.value is None or (kind is None and record.topic not in AGGREGATE_TOPICS):
        return None
    if kind is not None and kind not in wanted:
        return None
    if kind is not None:
        event = _quickly(kind, record)
        if event is not None:
            return event
    body = _object_in(record.value)
    named = _kind_in(body, shared=kind is None)
    if kind is None:
        kind = named
    if kind is None or kind not in wanted:
        return None
    event_id = ""
    try:
        event_id = _event_id(body, record)
        if named is not None and named is not kind:
            raise InvalidEvent(f"a {named} in the topic of {kind}", code="kind_mismatch", field="eventType")
        return build(kind, body, event_id=event_id, occurred_at=_occurred_at(body, record))
    except InvalidEvent as error:
        error.event_id = event_id
        raise


def _quickly(kind: Topic, record: Record) -> Event | None:
    """The event, where it is spelled as the contract has it in the topic of its own; None: look more closely."""
    quick = read_quickly(kind, record.value or b"")
    if quick is None or type(quick.event_id) is not str or type(quick.timestamp) is not str:
        return None
    event_id = quick.event_id.strip()
    if not event_id or kind_named(quick.kind) is not kind:
        return None
    try:
        occurred_at = read_moment(quick.timestamp, "timestamp")
    except InvalidEvent:
        return None
    return built(kind, quick, event_id=bounded_id(event_id), occurred_at=occurred_at)


def _parsed(text: bytes | str) -> Any:
    try:
        return _decoder.decode(text)
    except RecursionError as error:
        raise InvalidEvent("is nested too deep", code="not_json") from error
    except (msgspec.MsgspecError, ValueError, ArithmeticError) as error:
        raise InvalidEvent(f"is not JSON: {error}"[:300], code="not_json") from error


def _object_in(value: bytes) -> dict[str, Any]:
    body = _parsed(value)
    if isinstance(body, str):
        # Some producers serialize what is already JSON text.
        body = _parsed(body)
    if not isinstance(body, dict):
        raise InvalidEvent("is no JSON object", code="not_an_object")
    return body


def _kind_in(body: Mapping[str, Any], *, shared: bool) -> Topic | None:
    """The kind that the payload names. In a topic of its own an event need not name it, and `type` can mean the shape
    of something else there: only a shared topic's `type` is read.
    """
    spellings = [spelling for name in _KIND_FIELDS if (spelling := body.get(name)) is not None]
    if not shared:
        return kind_named(body.get("eventType"))
    if not spellings:
        raise InvalidEvent("is missing", code="missing", field="eventType")
    return next((kind for spelling in spellings if (kind := kind_named(spelling))), None)


def _event_id(body: Mapping[str, Any], record: Record) -> str:
    for name in _ID_FIELDS:
        given = body.get(name)
        if given is None or given == "":
            continue
        if isinstance(given, bool) or not isinstance(given, str | int):
            raise mistyped(given, "an event id", name)
        text = str(given).strip()
        if text:
            return bounded_id(text)
    return bounded_id(record.identity)


def _occurred_at(body: Mapping[str, Any], record: Record) -> datetime:
    given = body.get("timestamp")
    if given is None and record.timestamp_ms is not None and record.timestamp_ms >= 0:
        # Better the moment at which it was sent than an event lost.
        return read_moment(record.timestamp_ms, "record timestamp")
    if given is None:
        raise InvalidEvent("is missing", code="missing", field="timestamp")
    return read_moment(given, "timestamp")
