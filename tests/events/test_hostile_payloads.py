"""Whatever the bytes are, reading them ends in an event, in nothing, or in a refusal."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.events.hostile import hostile_records
from tests.events.samples import PAYMENT, record
from tests.events.spellings import every_spelling
from xlcfi.events import Event, Topic
from xlcfi.events.decode import decode
from xlcfi.events.errors import InvalidEvent
from xlcfi.events.failures import fault_of
from xlcfi.events.file_lines import record_in
from xlcfi.events.payloads.values import BIGINT_MAX

ALL = frozenset(Topic)
TOPICS = [*map(str, Topic), "order-events", "payment-events", "delivery-events", "product-events", "other"]

numbers = st.one_of(
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**53 + 1, 2**63, 10**40, 1e308, 1e-308, 5e-324]),
    st.floats(allow_nan=False, allow_infinity=False),
)
leaves = st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=20))
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
names = st.sampled_from(
    [*PAYMENT, "type", "user_id", "productId", "behaviorType", "data", "rating", "reviewId", "content", "total"]
)
bodies = st.dictionaries(names, anything, max_size=8).map(lambda changed: {**PAYMENT, **changed})


def outcome(value, topic="payment.completed"):
    try:
        found = decode(record(value, topic=topic), ALL)
    except InvalidEvent as error:
        fault = fault_of(error)
        assert fault.reason
        assert fault.message
        assert "\x00" not in fault.message + fault.field
        return fault.reason
    assert found is None or isinstance(found, Event)
    return found


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(TOPICS))
def test_arbitrary_bytes_are_survived(value, topic):
    outcome(value, topic)


@settings(max_examples=300, deadline=None)
@given(anything, st.sampled_from(TOPICS))
def test_arbitrary_json_is_survived(value, topic):
    outcome(value, topic)


@settings(max_examples=500, deadline=None)
@given(bodies, st.sampled_from(TOPICS))
def test_an_event_with_arbitrary_fields_is_survived_and_within_bounds(body, topic):
    found = outcome(body, topic)
    if isinstance(found, Event):
        assert found.occurred_at.utcoffset().total_seconds() == 9 * 3600
        assert 2000 <= found.occurred_at.year <= 2099
        assert 0 < len(found.event_id) <= 100
        for name in ("order_id", "user_id", "product_id", "payment_id"):
            number = getattr(found, name, None)
            assert number is None or 1 <= number <= BIGINT_MAX


lines = st.dictionaries(
    st.sampled_from(["topic", "value", "key", "partition", "offset", "timestamp_ms", "headers", "eventType"]),
    st.one_of(anything, st.sampled_from(TOPICS), bodies.map(json.dumps)),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(lines.map(lambda line: json.dumps(line).encode()), st.binary(max_size=100)))
def test_arbitrary_lines_of_a_file_are_survived(text):
    found = record_in(text, line=1, identity=lambda: "file:x:1")
    assert 0 <= found.partition < 2**31
    assert 0 <= found.offset < 2**63
    with contextlib.suppress(InvalidEvent):
        decode(found, ALL)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b" ",
        b"null",
        b"NaN",
        b"{}x",
        b"{",
        b"\xff\xfe{}",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'"\\udc00"',
        b"[" * 200_000,
        b"[" * 900 + b"]" * 900,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        json.dumps("[" * 100_000).encode(),
        b'{"timestamp": ' + b"9" * 5000 + b"}",
        b'{"amount": 1' + b"0" * 1_000_000 + b"}",
        b'{"amount": 1.' + b"3" * 1_000_000 + b"}",
        b'{"amount": 1e99999999999999999999999999}',
        b'{"eventId": "' + b"x" * 5_000_000 + b'"}',
    ],
    ids=lambda value: repr(value[:12]),
)
def test_hostile_bytes_are_refused_with_a_reason(value):
    assert isinstance(outcome(value), str)


def test_the_quick_way_of_reading_says_what_the_tolerant_way_says(monkeypatch):
    records = [each for each in hostile_records(10_000, seed=21) if each.topic in set(Topic)]
    records += [record(case.value, topic=case.topic, headers=case.headers) for case in every_spelling()]
    quick = [told(each) for each in records]
    monkeypatch.setattr("xlcfi.events.decode._quickly", lambda kind, record: None)
    for each, found in zip(records, quick, strict=True):
        assert found == told(each), each.value[:500]


def told(arrived):
    """The event in a record, or why there is none."""
    try:
        return decode(arrived, ALL)
    except InvalidEvent as error:
        return error.code, error.field, error.message, error.event_id


def test_deep_data_is_refused_and_not_stored():
    inner = b'{"a":' * 100 + b"1" + b"}" * 100
    body = b'{"timestamp": 1763601330, "behaviorType": "x", "data": ' + inner + b"}"
    assert outcome(body, "user.behavior") == "impossible"


def test_a_huge_number_in_an_unknown_field_is_no_crash():
    value = json.dumps({**PAYMENT, "unknown": "@@"}).replace('"@@"', "9" * 4_000).encode()
    assert isinstance(outcome(value), Event)
