"""Every spelling of every kind through the real broker, in each compression that a producer may choose."""

import time

import msgspec
import pytest

from tests.events.kafka import servers, topics_of_its_own
from tests.events.other_producer import OtherProducer
from tests.events.prefixed_source import PrefixedSource
from tests.events.spellings import every_spelling
from xlcfi.events import Topic
from xlcfi.events.apply import Applier
from xlcfi.events.consuming import groups_named
from xlcfi.events.decode import decode
from xlcfi.events.models import DeadLetter
from xlcfi.events.topics import AGGREGATE_TOPICS

CODECS = (None, "gzip", "snappy", "lz4", "zstd")
NAMES = [*map(str, Topic), *AGGREGATE_TOPICS]
ALL = frozenset(Topic)


def sent(prefix, codec):
    """Sends all cases in `codec`; {(topic, offset): case}."""
    producer = OtherProducer(bootstrap_servers=servers(), compression_type=codec, linger_ms=50, batch_size=100_000)
    told = [
        (case, producer.sends(f"{prefix}.{case.topic}", case.value, headers=case.headers)) for case in every_spelling()
    ]
    producer.flush()
    producer.close()
    return {(case.topic, found.get().offset): case for case, found in told}


def received(prefix, count):
    source = PrefixedSource(prefix=prefix, group="spellings", topics=NAMES)
    records, until = [], time.monotonic() + 60
    while len(records) < count and time.monotonic() < until:
        records += source.poll(0.5)
    source.close()
    return records


@pytest.mark.django_db
def test_every_spelling_of_every_kind_comes_through_kafka_in_every_compression_and_is_applied():
    with topics_of_its_own(NAMES) as prefix:
        cases = {}
        for codec in CODECS:
            cases |= sent(prefix, codec)
        records = received(prefix, len(cases))
    assert len(records) == len(cases) == len(CODECS) * len(every_spelling())
    for record in records:
        case = cases[record.topic, record.offset]
        expected = case.means
        if expected is not None and case.placed:
            expected = msgspec.structs.replace(expected, event_id=record.identity.removeprefix(f"{prefix}."))
            record = msgspec.structs.replace(record, identity=expected.event_id)
        assert record.headers == case.headers
        assert decode(record, ALL) == expected, case.title
    for group in groups_named([]):
        outcome = Applier(group).apply(records)
        assert not outcome.refusals, outcome.refusals[:3]
        assert outcome.total("applied") > 0
    assert not DeadLetter.objects.exists()
