"""What no producer should send, through the real broker: large values, odd keys, names of headers that are no text."""

import time
from collections import Counter

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from tests.events.hostile import hostile_records, largest_records
from tests.events.kafka import servers, topics_of_its_own
from tests.events.other_producer import Name, OtherProducer
from tests.events.prefixed_source import PrefixedSource
from tests.events.samples import payment, record
from xlcfi.events import Topic
from xlcfi.events.apply import Applier
from xlcfi.events.consuming import groups_named
from xlcfi.events.loop import Loop
from xlcfi.events.models import DeadLetter, Inbox
from xlcfi.events.topics import AGGREGATE_TOPICS

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = [*map(str, Topic), *AGGREGATE_TOPICS]
LARGEST = 6_000_000


@pytest.fixture
def prefix(monkeypatch):
    """Topics of the test's own on which values of 5 MB are allowed."""
    # Reading many of these keeps a busy machine from its heartbeats for longer than the usual ten seconds; that what is
    # delivered again changes nothing is the subject of others.
    monkeypatch.setattr("xlcfi.events.kafka_source.SESSION_SECONDS", 60.0)
    with topics_of_its_own(NAMES) as found:
        admin = KafkaAdminClient(bootstrap_servers=servers())
        configs = {"max.message.bytes": str(LARGEST)}
        admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, f"{found}.{name}", configs=configs) for name in NAMES]
        )
        admin.close()
        yield found


def sent(prefix, records, codec=None):
    producer = OtherProducer(
        bootstrap_servers=servers(),
        compression_type=codec,
        max_request_size=LARGEST,
        batch_size=100_000,
        linger_ms=20,
    )
    for each in records:
        producer.sends(f"{prefix}.{each.topic}", each.value, key=each.key, headers=each.headers)
    producer.flush()
    producer.close()


def consumed(group, prefix, count, seconds=90):
    """What became of the `count` records that wait for `group`."""
    ends = Counter()
    source = PrefixedSource(prefix=prefix, group=group.name, topics=group.kafka_topics)

    def note(applier, outcome):
        ends.update({end: outcome.total(end) for end in ("applied", "duplicate", "ignored", "dead")})

    loop, until = Loop([Applier(group)], source, on_outcome=note), time.monotonic() + seconds
    while ends.total() < count and time.monotonic() < until:
        loop.step()
    source.close()
    return ends


def test_hostile_records_of_every_size_pass_through_the_loop_of_every_group(prefix):
    # All of the largest are applied in test_hostile_batches; here a few show that they come through the broker whole.
    records = [*hostile_records(700, seed=11), *largest_records()[::4]]
    sent(prefix, records[::2])
    sent(prefix, records[1::2], codec="gzip")
    for group in groups_named([]):
        mine = [each for each in records if each.topic in group.kafka_topics]
        ends = consumed(group, prefix, len(mine))
        assert ends.total() == len(mine)
        assert ends["dead"] > 0
        letters = DeadLetter.objects.filter(group=group.name)
        assert letters.count() == ends["dead"]
        assert not letters.filter(reason="").exists()
        assert not letters.filter(message="").exists()
        assert Inbox.objects.filter(group=group.name).count() == ends["applied"]


@pytest.mark.parametrize("codec", [None, "zstd"])
def test_a_header_whose_name_is_no_text_does_not_stop_its_partition(prefix, codec):
    name = Name(b"caf\xe9\xff")
    records = [
        record(payment(orderId=1, eventId="a")),
        record(payment(orderId=2, eventId="b"), headers=((name, b"1"), ("plain", None), (name, None))),
        record(b"\xff", headers=((name, b"2"), ("이름", b"3"))),
        record(payment(orderId=3, eventId="c"), headers=(("plain", b"4"),)),
    ]
    sent(prefix, records, codec)
    (group,) = groups_named(["analytics-payment"])
    ends = consumed(group, prefix, len(records), seconds=30)
    assert ends == {"applied": 3, "dead": 1, "duplicate": 0, "ignored": 0}
    letter = DeadLetter.objects.get()
    assert letter.headers == [["caf\\xe9\\xff", "Mg=="], ["이름", "Mw=="]]


def test_a_whole_batch_of_such_headers_is_read_as_it_was_sent(prefix):
    names = [bytes([200 + number % 50]) * (1 + number % 200) for number in range(2_000)]
    values = [f"{number:05}".encode() * (number % 7) for number in range(2_000)]
    sent(
        prefix,
        [
            record(value, key=value[:3], headers=((Name(name), name),) if number % 3 else (("x", None),))
            for number, (name, value) in enumerate(zip(names, values, strict=True))
        ],
    )
    source = PrefixedSource(prefix=prefix, group="headers", topics=["payment.completed"])
    found, until = [], time.monotonic() + 30
    while len(found) < 2_000 and time.monotonic() < until:
        found += source.poll(0.5)
    source.close()
    assert [each.value for each in found] == values
    assert [each.key for each in found] == [value[:3] for value in values]
    for number, each in enumerate(found):
        spelled = names[number].decode("utf-8", "backslashreplace")
        assert each.headers == (((spelled, names[number]),) if number % 3 else (("x", None),))
