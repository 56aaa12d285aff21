"""Every event of `kinds` in every spelling of the contract, with what each must be read as."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from tests.events.kinds import MOMENT, SAMPLES, Sample
from tests.factories import seoul
from xlcfi.events import Event

# A LocalDateTime, a ZonedDateTime or an epoch as the services write it: JSON text -> the moment on Seoul's clock.
MOMENTS = {
    '"2025-11-20T10:15"': "2025-11-20 10:15:00",
    '"2025-11-20T10:15:30"': "2025-11-20 10:15:30",
    '"2025-11-20T10:15:30.1"': "2025-11-20 10:15:30.100000",
    '"2025-11-20T10:15:30.12"': "2025-11-20 10:15:30.120000",
    '"2025-11-20T10:15:30.123"': "2025-11-20 10:15:30.123000",
    '"2025-11-20T10:15:30.1234"': "2025-11-20 10:15:30.123400",
    '"2025-11-20T10:15:30.12345"': "2025-11-20 10:15:30.123450",
    '"2025-11-20T10:15:30.123456"': MOMENT,
    '"2025-11-20T10:15:30.1234567"': MOMENT,
    '"2025-11-20T10:15:30.12345678"': MOMENT,
    '"2025-11-20T10:15:30.123456789"': MOMENT,
    '"2025-11-20T23:59:59.999999999"': "2025-11-20 23:59:59.999999",
    '"2025-11-20T14:59:59.999999999Z"': "2025-11-20 23:59:59.999999",
    '"2025-11-20T15:00:00Z"': "2025-11-21 00:00:00",
    '"2025-11-20T10:15:30.5+09:00"': "2025-11-20 10:15:30.500000",
    '"2025-11-20T10:15:30+09:00[Asia/Seoul]"': "2025-11-20 10:15:30",
    '"2025-11-19T20:15:30-05:00"': "2025-11-20 10:15:30",
    "[2025,11,20,10,15]": "2025-11-20 10:15:00",
    "[2025,11,20,10,15,30]": "2025-11-20 10:15:30",
    "[2025,11,20,10,15,30,123456789]": MOMENT,
    "[2025,11,20,10,15,30,5000]": "2025-11-20 10:15:30.000005",
    "[2025,11,20,23,59,59,999999999]": "2025-11-20 23:59:59.999999",
    "1763601330": "2025-11-20 10:15:30",
    "1763601330.123456789": MOMENT,
    "1.763601330123456789E9": MOMENT,
    "1763601330.000000000": "2025-11-20 10:15:30",
    "1763650799.999999999": "2025-11-20 23:59:59.999999",
    "1763601330123": "2025-11-20 10:15:30.123000",
}
_DIGITS = "123456789"
for _count in range(1, 10):
    _read = f"2025-11-20 10:15:30.{_DIGITS[:_count][:6]:0<6}"
    for _zone, _hour in (("Z", "01"), ("+09", "10"), ("+0900", "10"), ("-05:30", "19")):
        _day, _minute = ("19", "45") if _zone == "-05:30" else ("20", "15")
        MOMENTS[f'"2025-11-{_day}T{_hour}:{_minute}:30.{_DIGITS[:_count]}{_zone}"'] = _read
AMOUNTS = {
    "1000": "1000.00",
    "1000.00": "1000.00",
    "12345.67": "12345.67",
    "1E+3": "1000.00",
    "1e3": "1000.00",
    "3.59E+4": "35900.00",
    "9007199254740993.01": "9007199254740993.01",
    '"35900"': "35900.00",
    '"35900.50"': "35900.50",
    '"1E+3"': "1000.00",
}
USERS = ("userId", "memberId", "buyerId", "user_id")
TOTALS = ("amount", "total", "totalAmount")
HEADERS = (("__TypeId__", b"com.xlcfi.platform.events.SomeEvent"), ("traceparent", None))


@dataclass(frozen=True)
class Case:
    """A record's topic, value and headers, and the event in it.

    placed: it has no event id, so its place in Kafka is its identity; `means.event_id` is "" then. means: None where
    there is nothing to do.
    """

    title: str
    topic: str
    value: bytes | None
    means: Event | None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    placed: bool = False


def raw(text: str) -> str:
    """A value that stands in the JSON as `text`, where json.dumps would spell it otherwise."""
    return f"@@{text}@@"


def written(body: dict[str, Any]) -> bytes:
    """`body` as JSON; `...` takes a field away."""
    text = json.dumps({name: value for name, value in body.items() if value is not ...}, ensure_ascii=False)
    return re.sub(r'"@@(.*?)@@"', lambda found: found[1].replace('\\"', '"'), text).encode()


def pascal(kind: str) -> str:
    """`order.created` as `OrderCreated`."""
    return "".join(word.capitalize() for word in kind.split("."))


def every_spelling() -> list[Case]:
    """All of them."""
    return [case for sample in SAMPLES for case in spellings_of(sample)]


def spellings_of(sample: Sample) -> Iterator[Case]:
    """`sample` in every spelling that its kind has."""

    def case(title: str, change: dict[str, Any], means: dict[str, Any] | None = None, **about: Any) -> Case:
        value = about.pop("value", None) or written({**sample.body, **change})
        event = about.pop("event", None) or msgspec.structs.replace(sample.means, **(means or {}))
        topic = about.pop("topic", str(sample.topic))
        return Case(f"{sample.title}: {title}", topic, value, event, **about)

    yield case("as the contract shows it", {})
    for text, moment in MOMENTS.items():
        yield case(f"timestamp {text}", {"timestamp": raw(text)}, {"occurred_at": seoul(moment)})
    if sample.user:
        for name in USERS:
            yield case(f"user as {name}", {sample.user: ..., name: 4242}, {"user_id": 4242})
        yield case("user beside an empty name", {sample.user: None, "memberId": "4242"}, {"user_id": 4242})
    if sample.amount:
        for name in TOTALS:
            yield case(f"amount as {name}", {sample.amount: ..., name: 100}, {sample.amount: Decimal("100.00")})
        for text, amount in AMOUNTS.items():
            yield case(f"amount {text}", {sample.amount: raw(text)}, {sample.amount: Decimal(amount)})
    yield from _kinds_named(sample, case)
    yield case("wrapped once more as text", {}, value=json.dumps(written(sample.body).decode()).encode())
    yield case("with fields that nobody knows", {"schemaVersion": 3, "coupon": {"lines": [1, None, {"x": 1e3}]}})
    yield case("with a type header", {}, headers=HEADERS)
    yield case("spaced and indented", {}, value=json.dumps(sample.body, indent=2).encode())
    yield case(
        "with names in snake case", {}, value=written({_snake(name): each for name, each in sample.body.items()})
    )
    for title, absent in (("no", ...), ("a null", None), ("an empty", "")):
        yield case(f"with {title} eventId", {"eventId": absent}, {"event_id": ""}, placed=True)
    yield Case(f"{sample.title}: a tombstone", str(sample.topic), None, None)
    kept = {"eventId", "eventType", "timestamp", *sample.needed}
    empty = {name: None for name in sample.body if name not in kept}
    yield case("nulls for all that is empty", empty, event=sample.emptied)
    yield case("without what is empty", dict.fromkeys(empty, ...), event=sample.emptied)


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)


def _kinds_named(sample: Sample, case: Any) -> Iterator[Case]:
    spelled = str(sample.topic).replace(".", "_").upper(), pascal(str(sample.topic)), str(sample.topic)
    for kind in spelled:
        yield case(f"eventType {kind} in its own topic", {"eventType": kind})
        if sample.aggregate:
            yield case(f"eventType {kind} in {sample.aggregate}", {"eventType": kind}, topic=sample.aggregate)
            yield case(f"type {kind} in {sample.aggregate}", {"eventType": ..., "type": kind}, topic=sample.aggregate)
    yield case("without eventType in its own topic", {"eventType": ...})
