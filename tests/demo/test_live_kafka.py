"""The live feeder against the real broker."""

from kafka import KafkaConsumer, TopicPartition

from tests.events.kafka import servers, topic_of_its_own
from tests.factories import seoul
from xlcfi.demo.live import KafkaSink


def test_an_event_reaches_the_broker_with_its_key_and_its_moment():
    moment = seoul("2026-02-14 23:59:59.999999")
    with topic_of_its_own() as topic:
        sink = KafkaSink(servers())
        sink.send(topic, "7", '{"이름": "김치"}', moment)
        sink.close()
        consumer = KafkaConsumer(bootstrap_servers=servers(), auto_offset_reset="earliest", consumer_timeout_ms=10_000)
        consumer.assign([TopicPartition(topic, 0)])
        record = next(iter(consumer))
        consumer.close()
    assert (record.key, record.value.decode()) == (b"7", '{"이름": "김치"}')
    assert record.timestamp == int(moment.timestamp() * 1000)
