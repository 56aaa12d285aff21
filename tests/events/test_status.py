"""`manage.py consume --status`: known offsets, and things that are away."""

import json
import uuid

import pytest
from django.db import connection
from kafka import KafkaConsumer
from kafka.structs import OffsetAndMetadata, TopicPartition

from tests.events.kafka import send, servers, topic_of_its_own
from tests.events.published import wait_until
from tests.events.samples import record
from tests.factories import seoul
from tests.flow.processes import manage
from xlcfi.events.dead_letters import Refusal, dead_letters_add
from xlcfi.events.failures import Fault
from xlcfi.events.models import FollowUp, Outbox
from xlcfi.events.status import GroupStatus, PartitionStatus, Status, consumers_status, database_status, groups_status
from xlcfi.events.status_text import status_json, status_text


def test_offsets_lag_and_members_of_a_group_are_those_that_the_broker_has():
    group, missing = f"test-{uuid.uuid4().hex[:8]}", f"test-{uuid.uuid4().hex[:8]}"
    with topic_of_its_own(partitions=3) as topic:
        send(topic, [b"x"] * 7, partition=0)
        send(topic, [b"x"] * 5, partition=1)
        member = KafkaConsumer(
            topic, bootstrap_servers=servers(), group_id=group, enable_auto_commit=False, metadata_max_age_ms=2_000
        )
        wait_until(lambda: member.poll(timeout_ms=100) is not None and member.assignment(), seconds=60)
        member.commit(
            {
                TopicPartition(topic, 0): OffsetAndMetadata(4, "2025-11-20T10:15:30+09:00 host-7", -1),
                TopicPartition(topic, 2): OffsetAndMetadata(0, "by hand", -1),
            }
        )
        [working] = groups_status({group: [topic, missing]}, servers=servers())
        member.close()
        [left] = groups_status({group: [topic, missing]}, servers=servers())
        [unknown] = groups_status({missing: [topic]}, servers=servers())
    assert working.partitions == [
        PartitionStatus(topic, 0, 4, 0, 7, seoul("2025-11-20 10:15:30"), "host-7"),
        PartitionStatus(topic, 1, None, 0, 5),
        PartitionStatus(topic, 2, 0, 0, 0),
    ]
    assert (working.lag, working.missing, len(working.members), working.stopped) == (8, [missing], 1, False)
    assert (left.lag, left.members, left.stopped) == (8, [], True)
    assert (unknown.lag, unknown.members, unknown.stopped) == (12, [], True)


def test_what_the_broker_has_dropped_does_not_wait_any_more():
    assert PartitionStatus("t", 0, committed=3, first=10, end=14).lag == 4
    assert PartitionStatus("t", 0, committed=None, first=10, end=14).lag == 4
    assert PartitionStatus("t", 0, committed=14, first=10, end=14).lag == 0


@pytest.mark.django_db
def test_what_waits_in_the_database_is_counted():
    refusals = [Refusal(record(b"?", offset=offset), Fault("not_json", "no")) for offset in range(3)]
    dead_letters_add(group="some-group", refusals=refusals)
    waiting = Outbox.objects.filter(sent_at=None).count()
    Outbox.objects.create(event_id="e-1", topic="t", value=b"x", attempts=2)
    FollowUp.objects.create(job="a.b", args={}, dedupe_key="k")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_outbox SET created_at = statement_timestamp() - interval '90 seconds'")
        cursor.execute("ANALYZE events_inbox")
    found = database_status()
    assert found.dead_letters == {"some-group": 3}
    assert (found.outbox_waiting, found.outbox_refused, found.outbox_age) == (waiting + 1, 1, 90)
    assert (found.follow_ups_waiting, found.inbox_rows) == (1, 0)


def test_a_group_with_lag_and_no_members_is_wrong_in_words_in_json_and_in_sum():
    place = PartitionStatus("payment.completed", 0, 5, 0, 9, seoul("2025-11-20 10:15:30"), "host-7")
    group = GroupStatus("some-group", "Empty", [], [place], ["order.created"])
    status = Status([group], None, [])
    assert not status.healthy
    text = status_text(status)
    assert "WRONG: some-group has no members, and 4 records wait for it." in text
    assert "not there yet: order.created" in text
    told = json.loads(status_json(status))
    assert (told["healthy"], told["groups"][0]["stopped"], told["groups"][0]["lag"]) == (False, True, 4)
    assert told["groups"][0]["partitions"][0]["lag"] == 4
    assert Status([GroupStatus("some-group", "Stable", ["one"], [place])], None, []).healthy


@pytest.mark.django_db
def test_a_broker_that_is_away_is_said_and_the_database_is_told_all_the_same(monkeypatch, group):
    monkeypatch.setattr("xlcfi.events.status.ASK_SECONDS", 0.3)
    status = consumers_status([group()], servers=["127.0.0.1:1"])
    assert status.groups is None
    assert status.database is not None
    assert "Kafka can't be reached at 127.0.0.1:1" in status.errors[0]
    assert not status.healthy


@pytest.mark.django_db(transaction=True)
def test_the_command_ends_with_1_when_the_database_is_away_and_tells_the_broker_all_the_same():
    ended = manage("consume", "analytics-payment", "--status", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert ended.returncode == 1
    assert "analytics-payment-group: " in ended.stdout
    assert "WRONG: PostgreSQL can't be asked: " in ended.stdout
    assert ended.stdout.endswith("not healthy\n")
    assert "Traceback" not in ended.stdout
