"""Every kind of event, in every spelling that some service uses, means what was written down by hand for it."""

import msgspec
import pytest

from tests.events.kinds import SAMPLE_OF, SAMPLES
from tests.events.samples import record
from tests.events.spellings import every_spelling, written
from xlcfi.events import Topic
from xlcfi.events.decode import decode
from xlcfi.events.errors import InvalidEvent
from xlcfi.events.payloads import payload_type

ALL = frozenset(Topic)
CASES = every_spelling()


def test_there_is_a_sample_of_every_kind_and_it_says_all_that_the_kind_can_say():
    assert set(SAMPLE_OF) == ALL
    for sample in SAMPLES:
        assert type(sample.means) is payload_type(sample.topic)
    # order.completed is the older, shorter shape.
    said = [sample for sample in SAMPLES if sample.topic is not Topic.ORDER_COMPLETED]
    for sample in said:
        assert None not in msgspec.structs.astuple(sample.means), sample.title


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_spelling_is_read_as_it_is_meant(case):
    arrived = record(case.value, topic=case.topic, partition=3, offset=12, headers=case.headers)
    expected = case.means
    if expected is not None and case.placed:
        expected = msgspec.structs.replace(expected, event_id=f"{case.topic}-3-12")
    assert decode(arrived, ALL) == expected


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title)
def test_what_a_kind_can_not_do_without_is_missed_by_its_name(sample):
    for field in sample.needed:
        for absent in (None, ...):
            with pytest.raises(InvalidEvent) as caught:
                decode(record(written({**sample.body, field: absent}), topic=str(sample.topic)), ALL)
            assert (caught.value.code, caught.value.field) == ("missing", field)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.aggregate], ids=lambda sample: sample.title)
def test_an_event_in_a_topic_of_its_siblings_is_refused(sample):
    sibling = next(other for other in SAMPLES if other.aggregate == sample.aggregate and other is not sample)
    with pytest.raises(InvalidEvent, match="in the topic of") as caught:
        decode(record(written(sample.body), topic=str(sibling.topic)), ALL)
    assert caught.value.code == "kind_mismatch"


def test_the_seventh_number_of_a_time_counts_nanoseconds_also_in_a_wrapped_event():
    sample = SAMPLE_OF[Topic.DELIVERY_STARTED]
    text = written({**sample.body, "timestamp": [2025, 11, 20, 10, 15, 30, 7_000]}).decode()
    found = decode(record(text, topic=sample.aggregate), ALL)
    assert found.occurred_at.microsecond == 7
