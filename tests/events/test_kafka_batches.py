"""What a poll of the real broker gives: whole batches, and records of any size."""

import json
import uuid

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from tests.events.kafka import servers, topic_of_its_own
from tests.events.samples import payment
from tests.events.test_rebalance import Renamed, fill, wait_for
from xlcfi.events.apply import Applier
from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.loop import Loop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_broker(monkeypatch):
    servers()
    monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: ())


@pytest.fixture
def topic():
    with topic_of_its_own(partitions=4) as name:
        yield name


@pytest.fixture
def kafka_group():
    return f"test-{uuid.uuid4().hex[:8]}"


def test_a_backlog_fills_batches_though_an_answer_of_the_broker_holds_little(topic, kafka_group, monkeypatch):
    # Some thirty events: an answer holds about 120 of four partitions.
    monkeypatch.setattr("xlcfi.events.kafka_source.PARTITION_BYTES", 16_000)
    monkeypatch.setattr("xlcfi.events.kafka_source.FILL_SECONDS", 10.0)
    fill(topic, range(1, 1_201))
    reading = KafkaSource(group=kafka_group, topics=[topic])
    reading.limit(500)
    polls = []
    try:
        wait_for(lambda: polls.append(reading.poll(0.5)) or sum(map(len, polls)) == 1_200)
        sizes = [len(records) for records in polls if records]
        # The first poll may come before all four partitions are known to it. Without filling there are ten at least.
        assert max(sizes) == 500
        assert len(sizes) <= 5
        for partition in range(4):
            mine = [each.offset for records in polls for each in records if each.partition == partition]
            assert mine == list(range(300))
    finally:
        reading.close()


def test_records_of_5_mb_pass_where_the_topic_allows_them(group, effects, kafka_group):
    name = f"test-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=servers())
    admin.create_topics([NewTopic(name, 1, 1, topic_configs={"max.message.bytes": str(6 * 2**20)})])
    try:
        producer = KafkaProducer(bootstrap_servers=servers(), max_request_size=6 * 2**20)
        sizes = [10, 5_000_000, 5_200_000, 10]
        for number, size in enumerate(sizes, start=1):
            value = json.dumps(payment(eventId=f"b{number}", orderId=number, note="x" * size)).encode()
            producer.send(name, value=value, partition=0)
        producer.flush()
        producer.close()
        reading = Renamed(group=kafka_group, topics=[name])
        running = Loop([Applier(group())], reading)
        wait_for(lambda: running.step() is not None and len(effects.orders()) == 4)
        reading.close()
    finally:
        admin.delete_topics([name])
        admin.close()
    assert effects.orders() == [1, 2, 3, 4]
