"""Partitions that come and go, on the real broker: what is in hand of a partition that went is dropped, whole."""

import json
import threading
import time
import uuid
from collections import defaultdict

import msgspec
import pytest
from django.db import connection
from kafka import KafkaAdminClient
from kafka.admin import MemberToRemove, OffsetSpec
from kafka.structs import TopicPartition

from tests.events.kafka import send, servers, topic_of_its_own
from tests.events.samples import payment
from xlcfi.events import RetryLater
from xlcfi.events.apply import Applier
from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.loop import Loop
from xlcfi.events.marks import Mark, listen
from xlcfi.events.record import Record
from xlcfi.observability.metrics import REGISTRY

pytestmark = pytest.mark.django_db(transaction=True)


class Renamed(KafkaSource):
    """Gives the records of a topic of the test's own as if they came in `payment.completed`."""

    def poll(self, seconds: float) -> list[Record]:
        return [msgspec.structs.replace(each, topic="payment.completed") for each in super().poll(seconds)]


@pytest.fixture(autouse=True)
def _a_broker(monkeypatch):
    servers()
    monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: ())
    monkeypatch.setattr("xlcfi.events.loop.wait_before", lambda attempt: 0.3)


@pytest.fixture
def topic():
    with topic_of_its_own(partitions=4) as name:
        yield name


@pytest.fixture
def kafka_group():
    return f"test-{uuid.uuid4().hex[:8]}"


def fill(topic, numbers, partitions=4):
    for partition in range(partitions):
        mine = [number for number in numbers if number % partitions == partition]
        values = [json.dumps(payment(eventId=f"p{n}", orderId=n)).encode() for n in mine]
        send(topic, values, partition=partition)


def wait_for(condition, seconds=40):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def offsets(group, topic):
    """By partition: what the group has committed, and where the log ends, as an admin's client sees it."""
    admin = KafkaAdminClient(bootstrap_servers=servers())
    try:
        committed = {each: found.offset for each, found in admin.list_group_offsets(group)[group].items()}
        places = [TopicPartition(topic, partition) for partition in range(4)]
        ends = admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
    finally:
        admin.close()
    return {each.partition: (committed.get(each, 0), ends[each].offset) for each in places}


def rebalances(group, kind):
    name = "analytics_event_rebalances_total"
    return REGISTRY.get_sample_value(name, {"group": group, "kind": kind}) or 0


class Consumer:
    """A replica in a thread. While `away` is set its handler fails as if the database were away."""

    def __init__(self, group, effects, source):
        self.source = source
        self.away = threading.Event()
        self.tried, self.done = [], []
        self.errors = []
        self._effects = effects
        self._stop = threading.Event()
        self.outcomes = []
        self._loop = Loop(
            [Applier(group(self._handle))],
            source,
            stop=self._stop,
            on_outcome=lambda _, outcome: self.outcomes.append(outcome),
        )
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _handle(self, batch):
        self.tried.append([event.order_id for event in batch.events])
        if self.away.is_set():
            raise RetryLater("the database is away")
        self._effects.add(batch)
        self.done += [event.order_id for event in batch.events]

    def _run(self):
        try:
            self._loop.run()
        except BaseException as error:
            self.errors.append(error)
            raise
        finally:
            connection.close()

    def end(self):
        self._stop.set()
        self._thread.join(20)
        assert self.errors == []


def test_what_is_retried_when_partitions_go_to_another_replica_is_dropped_and_only_that(
    group, effects, topic, kafka_group, monkeypatch
):
    # Both replicas have the inbox of one group.
    mine = group()
    monkeypatch.setattr("xlcfi.events.kafka_source.FILL_SECONDS", 2.0)
    fill(topic, range(1, 81))
    first = Consumer(lambda handle: with_handler(mine, handle), effects, Renamed(group=kafka_group, topics=[topic]))
    first.away.set()
    second = None
    try:
        wait_for(lambda: first.tried)
        whole = sorted(first.tried[0])
        second = Consumer(
            lambda handle: with_handler(mine, handle), effects, Renamed(group=kafka_group, topics=[topic])
        )
        wait_for(lambda: len(first.source._consumer.assignment()) == 2 and len(second.done) == 40)
        first.away.clear()
        wait_for(lambda: len(effects.orders()) == 80)
        fill(topic, range(81, 101))
        wait_for(lambda: len(effects.orders()) == 100)
    finally:
        for each in filter(None, (first, second)):
            each.end()
    kept = {number % 4 for number in first.done}
    gone = {0, 1, 2, 3} - kept
    assert len(kept) == len(gone) == 2
    assert whole == list(range(1, 81))
    # Not one record of the partitions that went was tried again, for the inbox to drop, and each of the others was.
    assert sum(outcome.total("duplicate") for outcome in first.outcomes) == 0
    assert first.outcomes[0].total("applied") == 40
    assert sorted(first.done + second.done) == list(range(1, 101))
    by_partition = defaultdict(list)
    for number in effects.orders():
        by_partition[number % 4].append(number)
    assert all(numbers == sorted(numbers) for numbers in by_partition.values())
    assert rebalances(kafka_group, "assigned") >= 2
    assert rebalances(kafka_group, "revoked") >= 1
    assert committed_all(kafka_group, topic)


def test_a_consumer_that_is_thrown_out_in_the_middle_of_a_batch_comes_back_and_doubles_nothing(
    group, effects, topic, kafka_group
):
    throws = [True]

    def handle(batch):
        effects.add(batch)
        if throws:
            throws.pop()
            admin = KafkaAdminClient(bootstrap_servers=servers())
            [member] = admin.describe_groups([kafka_group])[kafka_group]["members"]
            admin.remove_group_members(kafka_group, [MemberToRemove(member_id=member["member_id"])])
            admin.close()

    fill(topic, range(1, 41))
    outcomes = []
    reading = Renamed(group=kafka_group, topics=[topic])
    running = Loop([Applier(group(handle))], reading, on_outcome=lambda _, outcome: outcomes.append(outcome))
    try:
        wait_for(lambda: running.step() is not None and committed_all(kafka_group, topic))
        # Offsets of the batch could not be committed: the broker had given its partitions up. It came again.
        assert sum(outcome.total("duplicate") for outcome in outcomes) > 0
        assert sorted(effects.orders()) == list(range(1, 41))
        assert rebalances(kafka_group, "lost") == 1
        fill(topic, range(41, 45))
        wait_for(lambda: running.step() is not None and len(effects.orders()) == 44)
    finally:
        reading.close()


def committed_all(group, topic):
    return all(done == end for done, end in offsets(group, topic).values())


def with_handler(group, handle):
    """The same group, by its name, with a handler of the replica's own."""
    [handler] = group.handlers
    return msgspec.structs.replace(group, handlers=(msgspec.structs.replace(handler, handle=handle),))


def test_the_lag_is_the_end_of_the_log_minus_what_is_committed(group, effects, topic, kafka_group):
    reading = Renamed(group=kafka_group, topics=[topic])
    away = []

    def handle(batch):
        if away:
            raise RetryLater("away")
        effects.add(batch)

    stop = threading.Event()
    running = Loop([Applier(group(handle))], reading, stop=stop)

    def lags():
        return {each.partition: each.lag for each in reading.standing().waiting}

    def counted():
        return {partition: end - done for partition, (done, end) in offsets(kafka_group, topic).items()}

    try:
        fill(topic, range(1, 21))
        wait_for(lambda: running.step() is not None and len(effects.orders()) == 20)
        assert lags() == counted() == dict.fromkeys(range(4), 0)
        # In hand, and not done: a batch that is being retried when the consumer is told to stop.
        away.append(True)
        stop.set()
        fill(topic, range(21, 32))
        wait_for(lambda: running.step() is not None and sum(lags().values()) == 11, seconds=20)
        assert lags() == counted() == {0: 2, 1: 3, 2: 3, 3: 3}
        ages = [each.since for each in reading.standing().waiting]
        assert all(time.time() - 60 < since <= time.time() for since in ages)
        # Paused, so nothing is read that could tell the end: it is asked for.
        reading.keep_alive(0.05)
        fill(topic, range(32, 36))
        reading._ends_at = 0.0
        assert lags() == counted() == {0: 3, 1: 4, 2: 4, 3: 4}
    finally:
        reading.close()


def test_offsets_are_committed_after_the_batch_and_both_moments_are_marked(group, effects, topic, kafka_group):
    reading = Renamed(group=kafka_group, topics=[topic])
    seen = []

    def note(mark):
        done = sum(done for done, _ in offsets(kafka_group, topic).values())
        seen.append((mark, len(effects.orders()), done))

    fill(topic, range(1, 5))
    running = Loop([Applier(group())], reading)
    listen(note)
    try:
        wait_for(lambda: running.step() is not None and len(effects.orders()) == 4)
    finally:
        listen(None)
        reading.close()
    assert seen[0] == (Mark.BATCH_COMMITTED, seen[0][1], 0)
    assert seen[1] == (Mark.OFFSETS_COMMITTED, seen[0][1], seen[0][1])
    assert seen[-1] == (Mark.OFFSETS_COMMITTED, 4, 4)


def test_a_broker_that_is_not_there_leaves_no_thread_behind(monkeypatch):
    monkeypatch.setattr("xlcfi.events.kafka_source.CONNECT_SECONDS", 0.2)
    before = threading.active_count()
    for _ in range(3):
        with pytest.raises(RetryLater):
            KafkaSource(group="test-none", topics=["x"], servers=["127.0.0.1:1"])
    wait_for(lambda: threading.active_count() <= before, seconds=10)
