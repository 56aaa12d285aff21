"""Dead letters on their topics: as Spring's own recoverer writes them, and never larger than a broker takes."""

import json
import struct

import msgspec
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from kafka.record.default_records import DefaultRecordBatchBuilder

from tests.events.kafka import topics_of_its_own
from tests.events.published import received, relayed, wait_until
from tests.events.samples import payment, record
from xlcfi.env import EnvironmentRefused, environment
from xlcfi.events.apply import Applier
from xlcfi.events.dead_letter_topics import dead_letter_message, dead_letter_topic
from xlcfi.events.dead_letters import Refusal, dead_letters_add
from xlcfi.events.failures import Fault
from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.loop import Loop
from xlcfi.events.models import DeadLetter, Outbox
from xlcfi.events.redelivery import dead_letter_retry
from xlcfi.events.relay import Relay

INPUT = Fault(reason="not_json", message="is not JSON")
OURS = Fault(reason="KeyError", message="'x'", trace="Traceback\n  …\nKeyError: 'x'\n", ours=True)
# A broker's default for the largest batch it takes.
BROKER_TAKES = 1_048_588


def from_kafka(value=b"\xff", **changed):
    return msgspec.structs.replace(record(value), from_kafka=True, **changed)


def message(given, fault=INPUT, letter_id=8):
    return dead_letter_message(letter_id=letter_id, group="analytics-group", record=given, fault=fault)


def bytes_on_the_wire(given):
    """The record in a batch of its own, as the client writes it."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=False,
        producer_id=2**62,
        producer_epoch=2**14,
        base_sequence=2**30,
        batch_size=2**24,
    )
    builder.append(0, 1763601330123, given.key, given.value, list(given.headers))
    return len(builder.build())


def test_the_headers_are_spring_s_byte_for_byte_and_the_rest_is_kept():
    given = from_kafka(
        b"\xff",
        topic="payment.completed",
        partition=258,
        offset=2**40 + 7,
        identity="payment.completed-258-1099511627783",
        key=b"\x007",
        timestamp_ms=1763601330123,
        headers=(
            ("__TypeId__", b"com.example.Payment"),
            ("kafka_dlt-original-topic", b"an earlier round"),
            ("xlcfi-event-id", b"an earlier round"),
            ("twice", b"1"),
            ("twice", None),
        ),
    )
    made = message(given, Fault(reason="impossible", message="must be positive", field="items[0].quantity"))
    assert made.topic == "payment.completed.DLT"
    assert made.partition == 258
    assert (made.key, made.value) == (b"\x007", b"\xff")
    assert made.headers == (
        ("__TypeId__", b"com.example.Payment"),
        ("twice", b"1"),
        ("twice", None),
        ("kafka_dlt-original-topic", b"payment.completed"),
        ("kafka_dlt-original-partition", b"\x00\x00\x01\x02"),
        ("kafka_dlt-original-offset", b"\x00\x00\x01\x00\x00\x00\x00\x07"),
        # 1763601330123 = 0x19A 9ED4 AFCB
        ("kafka_dlt-original-timestamp", b"\x00\x00\x01\x9a\x9e\xd4\xaf\xcb"),
        ("kafka_dlt-original-timestamp-type", b"CreateTime"),
        ("kafka_dlt-original-consumer-group", b"analytics-group"),
        ("kafka_dlt-exception-fqcn", b"xlcfi.InvalidEvent"),
        ("kafka_dlt-exception-message", b"items[0].quantity: must be positive"),
        ("xlcfi-event-id", b"dlt:analytics-group:payment.completed-258-1099511627783"),
        ("xlcfi-reason", b"impossible"),
        ("kafka_dlt-exception-stacktrace", b"xlcfi.InvalidEvent: items[0].quantity: must be positive"),
    )


def test_a_failure_of_ours_names_its_exception_and_tells_its_trace():
    headers = dict(message(from_kafka(timestamp_ms=None), OURS).headers)
    assert headers["kafka_dlt-exception-fqcn"] == b"KeyError"
    assert headers["kafka_dlt-exception-stacktrace"].decode() == "Traceback\n  …\nKeyError: 'x'\n"
    assert headers["kafka_dlt-original-timestamp"] == b"\xff" * 8
    assert headers["kafka_dlt-original-timestamp-type"] == b"NoTimestampType"


def test_topics_are_named_by_the_setting_and_names_that_no_broker_takes_are_left_out(settings):
    assert dead_letter_topic("a.b_c-D9") == "a.b_c-D9.DLT"
    assert dead_letter_topic("x" * 245) == "x" * 245 + ".DLT"
    for name in ("x" * 246, "주문", "a b", "(unreadable line)", "a/b", "a\n"):
        assert dead_letter_topic(name) is None
    settings.DEAD_LETTER_SUFFIX = "-dlt"
    assert dead_letter_topic("payment.completed") == "payment.completed-dlt"
    assert message(from_kafka(topic="x" * 246)) is None


def test_a_suffix_that_no_topic_can_have_stops_the_start():
    assert environment({"DEPLOYMENT": "test"})["DEAD_LETTER_SUFFIX"] == ".DLT"
    assert environment({"DEPLOYMENT": "test", "DEAD_LETTER_SUFFIX": "-dlt"})["DEAD_LETTER_SUFFIX"] == "-dlt"
    for wrong in (" DLT x", "/dlt", "x" * 51):
        with pytest.raises(EnvironmentRefused, match="DEAD_LETTER_SUFFIX"):
            environment({"DEPLOYMENT": "test", "DEAD_LETTER_SUFFIX": wrong})


def test_an_event_id_that_is_too_long_for_us_is_a_hash():
    ids = {message(from_kafka(identity="x" * 200 + str(number))).event_id for number in (1, 2)}
    assert len(ids) == 2
    assert all(each.startswith("sha256:") and len(each) == 71 for each in ids)


@pytest.mark.parametrize("size", [1_000_000, 1_040_000, 1_046_000, 1_047_000, 1_047_500])
def test_a_payload_that_fits_is_kept_and_the_trace_cut_in_its_middle(size):
    fault = Fault(reason="KeyError", message="m", trace="begin " + "한" * 20_000 + " end", ours=True)
    made = message(from_kafka(bytes(size)), fault)
    assert made.value == bytes(size)
    assert BROKER_TAKES - 200 <= bytes_on_the_wire(made) <= BROKER_TAKES
    trace = dict(made.headers)["kafka_dlt-exception-stacktrace"].decode()
    assert trace.startswith("begin 한")
    assert trace.endswith("한 end")
    assert "xlcfi-left-out" not in dict(made.headers)


@pytest.mark.parametrize("size", [1_048_300, 2_000_000, 5_000_000])
def test_for_a_payload_that_does_not_fit_a_pointer_goes_out(size):
    made = message(from_kafka(bytes(size), headers=(("a", b"b"),)), OURS)
    assert json.loads(made.value) == {"deadLetterId": 8, "table": "events_deadletter", "size": size}
    headers = dict(made.headers)
    assert headers["xlcfi-left-out"] == b"payload"
    assert (headers["a"], made.key) == (b"b", b"7")
    assert headers["kafka_dlt-exception-stacktrace"].decode() == OURS.trace


def test_headers_and_a_key_of_megabytes_are_left_out_as_well():
    large = (("a", bytes(2_000_000)),)
    made = message(from_kafka(b"{}", headers=large))
    assert dict(made.headers)["xlcfi-left-out"] == b"payload,headers"
    assert made.key == b"7"
    made = message(from_kafka(b"{}", headers=large, key=bytes(2_000_000)))
    assert dict(made.headers)["xlcfi-left-out"] == b"payload,headers,key"
    assert made.key is None
    assert bytes_on_the_wire(made) < 10_000
    assert message(from_kafka(None, key=None)).value is not None
    assert message(from_kafka(None)).value is None


def letters(refusals):
    with transaction.atomic():
        dead_letters_add(group="analytics-group", refusals=refusals)


@pytest.mark.django_db
def test_what_a_broker_brought_is_published_once_and_what_a_file_brought_is_not():
    letters([Refusal(from_kafka(), INPUT), Refusal(record(b"x", offset=1), INPUT)])
    letters([Refusal(from_kafka(), OURS)])
    assert DeadLetter.objects.count() == 2
    assert list(Outbox.objects.values_list("event_id", flat=True)) == ["dlt:analytics-group:payment.completed-0-0"]
    # Not even after the outbox was pruned: the row is what was published.
    Outbox.objects.all().delete()
    letters([Refusal(from_kafka(), OURS)])
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_two_groups_that_fail_on_one_record_publish_a_letter_each():
    letters([Refusal(from_kafka(), INPUT)])
    dead_letters_add(group="recommendation-group", refusals=[Refusal(from_kafka(), INPUT)])
    assert Outbox.objects.count() == 2


@pytest.mark.django_db
def test_a_letter_without_a_possible_topic_is_kept_all_the_same():
    letters([Refusal(from_kafka(topic="x" * 249), INPUT)])
    assert DeadLetter.objects.count() == 1
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_five_hundred_letters_take_a_few_statements():
    refusals = [
        Refusal(from_kafka(offset=number, identity=f"payment.completed-0-{number}"), INPUT) for number in range(500)
    ]
    with CaptureQueriesContext(connection) as queries:
        letters(reversed(refusals))
    # Savepoints of the test and of bulk_create included.
    assert len(queries) <= 8
    assert DeadLetter.objects.count() == 500
    # Whatever the order in which they failed, that of the partition.
    offsets = [dict(headers_of(row))["kafka_dlt-original-offset"] for row in Outbox.objects.order_by("id")]
    assert offsets == [struct.pack(">q", number) for number in range(500)]


def headers_of(row):
    from xlcfi.events.outbox import headers_given

    return headers_given(row.headers)


@pytest.mark.django_db
def test_a_batch_that_is_rolled_back_publishes_nothing():
    with transaction.atomic():
        dead_letters_add(group="analytics-group", refusals=[Refusal(from_kafka(), INPUT)])
        transaction.set_rollback(True)
    assert not Outbox.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_from_topic_to_dead_letter_topic_through_the_loop_and_the_relay(group, effects, monkeypatch):
    monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: ())
    with topics_of_its_own(["payment.completed", "payment.completed.DLT"], partitions=3) as prefix:
        from tests.events.kafka import send

        monkeypatch.setattr(Relay, "topic_name", lambda self, topic: f"{prefix}.{topic}")
        mine = group()
        monkeypatch.setattr("xlcfi.events.redelivery.groups", lambda: {mine.short_name: mine})
        send(f"{prefix}.payment.completed", [b"\xff", b'{"eventType":', payment_bytes(userId=13)], partition=2)

        class Renamed(KafkaSource):
            def poll(self, seconds):
                return [msgspec.structs.replace(each, topic="payment.completed") for each in super().poll(seconds)]

        source = Renamed(group=f"{prefix}-group", topics=[f"{prefix}.payment.completed"])
        loop = Loop([Applier(mine)], source)
        wait_until(lambda: loop.step() is not None and DeadLetter.objects.count() == 3)
        source.close()
        relayed()
        records = received(f"{prefix}.payment.completed.DLT", 3)
        assert [(each.partition, each.key, each.value) for each in records] == [
            (2, b"7", b"\xff"),
            (2, b"7", b'{"eventType":'),
            (2, b"7", payment_bytes(userId=13)),
        ]
        told = [dict(each.headers) for each in records]
        assert [struct.unpack(">q", each["kafka_dlt-original-offset"]) for each in told] == [(0,), (1,), (2,)]
        assert {each["kafka_dlt-original-consumer-group"] for each in told} == {mine.name.encode()}
        assert [each["kafka_dlt-exception-fqcn"] for each in told] == [
            b"xlcfi.InvalidEvent",
            b"xlcfi.InvalidEvent",
            b"IntegrityError",
        ]
        assert b"effects_user_id_check" in told[2]["kafka_dlt-exception-stacktrace"]
        # A retry that fails again is told by the row's history, not by the topic.
        assert dead_letter_retry(letter_id=DeadLetter.objects.get(offset=2).pk, who="somebody").result == "dead"
        relayed()
        assert len(received(f"{prefix}.payment.completed.DLT", 3, quiet=0.5)) == 3


def payment_bytes(**changed):
    return json.dumps(payment(**changed)).encode()


@pytest.mark.django_db(transaction=True)
def test_the_largest_letters_are_taken_by_a_broker_of_default_settings(monkeypatch):
    with topics_of_its_own(["payment.completed.DLT"]) as prefix:
        monkeypatch.setattr(Relay, "topic_name", lambda self, topic: f"{prefix}.{topic}")
        fault = Fault(reason="KeyError", message="m", trace="t" * 20_000, ours=True)
        letters(
            [
                Refusal(from_kafka(bytes(size), offset=size, identity=f"payment.completed-0-{size}"), fault)
                for size in (1_030_000, 1_046_000, 1_047_700, 2_000_000)
            ]
        )
        relayed()
        assert list(Outbox.objects.filter(sent_at=None)) == []
        records = received(f"{prefix}.payment.completed.DLT", 4)
        assert [len(each.value) for each in records][:3] == [1_030_000, 1_046_000, 1_047_700]
        assert json.loads(records[3].value)["size"] == 2_000_000
