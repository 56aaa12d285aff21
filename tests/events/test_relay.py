"""The relay, between the real database and the real broker."""

import signal
import subprocess
import sys
import threading
import time
import uuid

import pytest
from django.db import connection, transaction
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from tests.events.kafka import servers, topic_of_its_own, topics_of_its_own
from tests.events.published import due_now, received, relayed, relaying, unsent, wait_until
from tests.flow.processes import Running, environment
from xlcfi.events import Message, marks, outbox_add
from xlcfi.events.models import Outbox
from xlcfi.events.relay import Relay
from xlcfi.observability import metrics

pytestmark = pytest.mark.django_db(transaction=True)

KILLED_AFTER_SENDING = """
import os, signal, django
django.setup()
from xlcfi.events import marks
from xlcfi.events.relay import Relay
marks.listen(lambda mark: os.kill(os.getpid(), signal.SIGKILL))
Relay().round()
"""


@pytest.fixture(autouse=True)
def _a_broker():
    servers()


@pytest.fixture
def topic():
    with topic_of_its_own(partitions=3) as name:
        yield name


def add(topic, numbers, *, keys=1, size=0, **changed):
    """Messages numbered in their order, spread over `keys` keys."""
    outbox_add(
        messages=[
            Message(
                **{
                    "event_id": f"{topic}-{number}",
                    "topic": topic,
                    "key": b"key-%d" % (number % keys),
                    "value": b"%d" % number + bytes(size),
                }
                | changed
            )
            for number in numbers
        ]
    )


def numbers_by_key(records):
    found = {}
    for record in records:
        found.setdefault(record.key, []).append(int(record.value))
    return found


def test_a_committed_message_arrives_with_all_that_it_has_and_one_rolled_back_never(topic):
    headers = (("first", b"\x00\xff"), ("first", b""), ("none", None))
    with relaying():
        with transaction.atomic():
            add(topic, [1])
            transaction.set_rollback(True)
        add(topic, [2], key=b"\x00k", value=b"\xff\x00", headers=headers)
        add(topic, [3], value=None, partition=2)
        add(topic, [4], key=None, partition=1)
        wait_until(lambda: Outbox.objects.exclude(sent_at=None).count() == 3)
        records = received(topic, 3, quiet=1.0)
    (second,) = [record for record in records if record.key == b"\x00k"]
    assert second.value == b"\xff\x00"
    assert second.headers == [("first", b"\x00\xff"), ("first", b""), ("none", b"")]
    rest = {(record.partition, record.key, record.value) for record in records if record is not second}
    assert rest == {(2, b"key-0", None), (1, None, b"4")}


def test_each_key_arrives_in_order_and_a_busy_key_does_not_hold_up_a_round(topic):
    add(topic, range(1, 701), keys=7)
    add(topic, range(1001, 1101), keys=1)
    before = metrics.OUTBOX_MESSAGES.labels(topic=topic, outcome="sent")._value.get()
    relayed()
    found = numbers_by_key(received(topic, 800))
    assert {key: sorted(numbers) for key, numbers in found.items()} == found
    assert sum(map(len, found.values())) == 800
    assert unsent() == []
    assert metrics.OUTBOX_MESSAGES.labels(topic=topic, outcome="sent")._value.get() == before + 800


def test_where_the_topic_has_fewer_partitions_the_producer_chooses_by_the_key(topic):
    add(topic, range(12), keys=4, partition=7)
    relayed()
    records = received(topic, 12)
    places = {}
    for record in records:
        places.setdefault(record.key, set()).add(record.partition)
    assert all(len(partitions) == 1 for partitions in places.values())


def test_what_the_broker_refuses_holds_up_its_own_key_only_and_says_why():
    topic = f"test-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=servers())
    admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"max.message.bytes": "2000"})])
    try:
        add(topic, range(1, 5), keys=2)
        add(topic, [5], keys=2, value=bytes(5000))
        add(topic, range(6, 10), keys=2)
        relayed()
        found = numbers_by_key(received(topic, 6, quiet=0.5))
        assert found == {b"key-0": [2, 4, 6, 8], b"key-1": [1, 3]}
        assert unsent() == [f"{topic}-{number}" for number in (5, 7, 9)]
        refused = Outbox.objects.get(event_id=f"{topic}-5")
        assert refused.attempts == 1
        assert "MessageSizeTooLarge" in refused.last_error
        # Not before its time.
        relayed()
        refused.refresh_from_db()
        assert refused.attempts == 1
        due_now()
        relayed()
        refused.refresh_from_db()
        assert refused.attempts == 2
        Outbox.objects.filter(event_id=f"{topic}-5").update(value=b"5")
        due_now()
        relayed()
        assert numbers_by_key(received(topic, 9))[b"key-1"] == [1, 3, 5, 7, 9]
    finally:
        admin.delete_topics([topic])
        admin.close()


def test_a_topic_that_can_not_be_stops_nobody_else(topic):
    with topics_of_its_own(["a.b"]) as prefix:
        # Kafka takes a dot and an underscore for the same in the names of its figures.
        colliding = f"{prefix}.a_b"
        add(colliding, range(3), keys=3)
        add("not a topic", range(3), keys=3)
        add(topic, range(3), keys=3)
        relayed()
        assert len(received(topic, 3)) == 3
        errors = dict(Outbox.objects.exclude(last_error="").values_list("topic", "last_error"))
        assert errors.keys() == {colliding, "not a topic"}
        assert len(unsent()) == 6


def test_a_relay_that_is_killed_after_sending_sends_again_under_the_same_event_id(topic):
    add(topic, range(3), keys=3, headers=(("xlcfi-event-id", b"the same"),))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AFTER_SENDING],
        env={**environment(), "DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin"},
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(received(topic, 3, quiet=0.5)) == 3
    assert len(unsent()) == 3
    # The lock went with the process.
    relayed()
    records = received(topic, 6, quiet=0.5)
    assert sorted(int(record.value) for record in records) == [0, 0, 1, 1, 2, 2]
    assert all(record.headers == [("xlcfi-event-id", b"the same")] for record in records)
    assert unsent() == []


def test_the_mark_is_reached_between_the_acknowledgement_and_the_note(topic):
    add(topic, [1])
    seen = []
    marks.listen(lambda mark: seen.append((mark, len(received(topic, 1)), unsent())))
    try:
        relayed()
    finally:
        marks.listen(None)
    assert seen == [(marks.Mark.RELAY_SENT, 1, [f"{topic}-1"])]


def test_many_relays_at_once_neither_double_nor_interleave(topic):
    add(topic, range(1, 301), keys=3)
    with relaying(), relaying(), relaying():
        add(topic, range(301, 601), keys=3)
        wait_until(lambda: Outbox.objects.filter(sent_at=None).count() == 0)
    found = numbers_by_key(received(topic, 600, quiet=0.5))
    assert found == {b"key-%d" % key: [n for n in range(1, 601) if n % 3 == key] for key in range(3)}


def test_while_another_relay_is_at_it_a_round_does_nothing(topic):
    add(topic, [1])
    at_it, go_on = threading.Event(), threading.Event()

    def wait(mark):
        at_it.set()
        go_on.wait(30)

    marks.listen(wait)
    try:
        with relaying():
            assert at_it.wait(30)
            assert Relay().round().busy
            go_on.set()
            wait_until(lambda: unsent() == [])
    finally:
        marks.listen(None)
        go_on.set()
    assert len(received(topic, 1, quiet=0.5)) == 1


def test_the_relay_goes_on_when_its_database_connection_is_cut(topic):
    with relaying():
        add(topic, [1])
        wait_until(lambda: unsent() == [])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        add(topic, [2])
        wait_until(lambda: unsent() == [])
    assert len(received(topic, 2)) == 2


def test_without_a_broker_in_the_settings_messages_wait(settings, topic):
    settings.KAFKA_BOOTSTRAP_SERVERS = []
    add(topic, [1])
    with relaying():
        time.sleep(0.1)
    assert unsent() == [f"{topic}-1"]


def test_the_command_sends_until_it_is_told_to_end(topic):
    running = Running("relay")
    try:
        add(topic, range(5))
        wait_until(lambda: unsent() == [])
        assert running.end() == 0, running.output
    finally:
        running.kill()
    assert len(received(topic, 5)) == 5


def test_messages_of_many_megabytes_are_sent_in_rounds(topic):
    add(topic, range(25), keys=5, size=900_000)
    relayed()
    assert unsent() == []
    records = received(topic, 25)
    assert {len(record.value) for record in records} <= {900_001, 900_002}
