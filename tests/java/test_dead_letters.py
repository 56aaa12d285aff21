"""Our dead letters as a Java team's tool reads them: by Spring's own names and widths."""

import json

import pytest

from tests.analytics.plain_sql import rows

pytestmark = pytest.mark.django_db

GROUPS = ("analytics-payment-group", "recommendation-group")
CONTRACT = {
    "kafka_dlt-original-topic",
    "kafka_dlt-original-partition",
    "kafka_dlt-original-offset",
    "kafka_dlt-original-timestamp",
    "kafka_dlt-exception-fqcn",
    "kafka_dlt-exception-message",
    "kafka_dlt-exception-stacktrace",
}


def read(spring, kafka, topic, *, count):
    found = spring.ask("read-dead-letters", servers=kafka.servers, topic=kafka.topic(topic), count=count)
    assert len(found) == count
    return found


@pytest.fixture(scope="module")
def payments(told, spring):
    """The dead letters of payments: two records, refused by each of the two groups that read them."""
    return read(spring, told.broker, "payment.completed.DLT", count=4)


def test_java_finds_out_where_each_dead_letter_came_from(told, payments):
    for partition in (1, 2):
        sent = told.sent_to("payment.completed", partition)
        found = [each for each in payments if each["original_partition"] == partition]
        assert len(found) == len(GROUPS)
        for each in found:
            assert each["original_topic"] == "payment.completed"
            assert (each["original_offset"], each["original_timestamp"]) == (sent["offset"], sent["timestamp"])
            assert each["partition"] == partition, "the same partition as the record's"


def test_java_reads_why_it_was_refused(payments):
    for each in payments:
        assert "InvalidEvent" in each["exception"]
        assert each["stacktrace"].strip()
        words = "0 can't be an id" if each["original_partition"] == 2 else "is not JSON"
        assert words in each["message"]


def test_java_gets_back_its_key_its_value_and_its_own_headers(payments):
    by_partition = {each["original_partition"]: each for each in payments}
    event = by_partition[2]
    assert event["key"] == "7101"
    body = json.loads(event["value"])
    assert (body["eventId"], body["userId"], body["timestamp"]) == ("bad-1", 0, [2025, 11, 20, 12, 0])
    assert event["type"] == "com.xlcfi.payment.event.PaymentEvents$Completed"
    text = by_partition[1]
    assert (text["key"], text["value"], text["type"]) == (None, "김치 <xml/>", None)


def test_a_dead_letter_topic_with_fewer_partitions_gets_it_all_the_same(told, spring):
    found = read(spring, told.broker, "product.viewed.DLT", count=2)
    assert {(each["partition"], each["original_partition"]) for each in found} == {(0, 1)}
    assert {json.loads(each["value"])["eventId"] for each in found} == {"bad-3"}


def test_each_dead_letter_is_published_once_and_its_row_stays(told, payments):
    sent = rows("SELECT COUNT(*), COUNT(sent_at) FROM events_outbox WHERE topic LIKE '%%.DLT'")
    assert sent == [(6, 6)]
    assert rows("SELECT COUNT(*) FROM events_deadletter WHERE state = 'new'") == [(6,)]


def test_our_headers_have_the_names_and_the_widths_of_springs_own(told, spring, payments):
    kafka = told.broker
    failed = {"partition": 0, "offset": 2**40, "timestamp": 1763601330123, "key": "7", "value": "{}", "group": "x"}
    spring.ask("recover", servers=kafka.servers, topic=kafka.topic("user.behavior"), **failed)
    (springs,) = read(spring, kafka, "user.behavior.DLT", count=1)
    assert springs["original_offset"] == 2**40
    assert set(springs["headers"]) >= CONTRACT
    numbers = [name for name in CONTRACT if name.endswith(("partition", "offset", "timestamp"))]
    for each in payments:
        names = {name for name in each["headers"] if name.startswith("kafka_")}
        assert CONTRACT <= names <= set(springs["headers"])
        assert [each["headers"][name] for name in numbers] == [springs["headers"][name] for name in numbers]
