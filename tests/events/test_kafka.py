"""Against the real broker: nothing lost, nothing doubled, whoever comes and goes."""

import json
import signal
import sys
import threading
import time
import urllib.request
import uuid

import msgspec
import pytest
from django.db import connection

from tests.events.kafka import send, servers, topic_of_its_own, topics, topics_of_its_own
from tests.events.samples import payment
from tests.events.test_commands import started
from tests.observability.servers import free_port
from xlcfi.events import RetryLater
from xlcfi.events.apply import Applier
from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.loop import Loop
from xlcfi.events.models import DeadLetter, Inbox
from xlcfi.events.record import Record

pytestmark = pytest.mark.django_db(transaction=True)


class Renamed(KafkaSource):
    """Gives the records of a topic of the test's own as if they came in `payment.completed`."""

    def poll(self, seconds: float) -> list[Record]:
        return [msgspec.structs.replace(each, topic="payment.completed") for each in super().poll(seconds)]


@pytest.fixture(autouse=True)
def _a_broker():
    servers()


@pytest.fixture(autouse=True)
def _no_other_jobs(monkeypatch):
    monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: ())


@pytest.fixture
def topic():
    with topic_of_its_own(partitions=4) as name:
        yield name


@pytest.fixture
def kafka_group():
    return f"test-{uuid.uuid4().hex[:8]}"


def source(kafka_group, topic):
    return Renamed(group=kafka_group, topics=[topic])


def fill(topic, numbers):
    for partition in range(4):
        mine = [number for number in numbers if number % 4 == partition]
        send(topic, [json.dumps(payment(eventId=f"p{n}", orderId=n)).encode() for n in mine],
             partition=partition)  # fmt: skip


def wait_for(condition, seconds=40):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about")


def test_two_replicas_share_the_work_one_leaves_and_nothing_is_lost_or_doubled(group, effects, topic, kafka_group):
    mine = group()
    stops = [threading.Event(), threading.Event()]
    errors = []

    def consume(stop):
        try:
            Loop([Applier(mine)], source(kafka_group, topic), stop=stop).run()
        except BaseException as error:
            errors.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=consume, args=(stop,)) for stop in stops]
    fill(topic, range(1, 401))
    threads[0].start()
    wait_for(lambda: len(effects.orders()) >= 100)
    threads[1].start()
    fill(topic, range(401, 801))
    wait_for(lambda: len(effects.orders()) >= 500)
    stops[0].set()
    threads[0].join(20)
    fill(topic, range(801, 1001))
    wait_for(lambda: len(effects.orders()) >= 1000)
    stops[1].set()
    threads[1].join(20)
    assert errors == []
    applied = effects.orders()
    assert sorted(applied) == list(range(1, 1001))
    for partition in range(4):
        in_partition = [number for number in applied if number % 4 == partition]
        assert in_partition == sorted(in_partition)


def test_a_restart_goes_on_behind_what_was_committed(group, effects, topic, kafka_group):
    mine = group()
    fill(topic, range(1, 11))
    first = source(kafka_group, topic)
    running = Loop([Applier(mine)], first)
    wait_for(lambda: running.step() is not None and len(effects.orders()) == 10)
    first.close()
    fill(topic, range(11, 13))
    second = source(kafka_group, topic)
    records = []
    wait_for(lambda: records.extend(second.poll(0.3)) or len(records) >= 2)
    second.close()
    assert len(records) == 2


def test_partitions_are_kept_through_a_long_wait_for_the_database(group, effects, topic, kafka_group, monkeypatch):
    monkeypatch.setattr("xlcfi.events.loop.wait_before", lambda attempt: 1.0)
    away = [1, 2, 3]

    def handle(batch):
        if away:
            away.pop()
            raise RetryLater("the database is away")
        effects.add(batch)

    fill(topic, range(1, 41))
    reading = source(kafka_group, topic)
    running = Loop([Applier(group(handle))], reading)
    wait_for(lambda: running.step() is not None and len(effects.orders()) == 40)
    assert sorted(effects.orders()) == list(range(1, 41))
    assert Inbox.objects.count() == 40
    fill(topic, range(41, 45))
    wait_for(lambda: running.step() is not None and len(effects.orders()) == 44)
    reading.close()


def test_what_no_producer_should_send_becomes_dead_letters_with_its_place(group, effects, topic, kafka_group):
    send(topic, [b"\xff", None, b"{}"], partition=3)
    fill(topic, [4])
    reading = source(kafka_group, topic)
    running = Loop([Applier(group())], reading)
    wait_for(lambda: running.step() is not None and len(effects.orders()) == 1 and DeadLetter.objects.count() == 2)
    reading.close()
    places = DeadLetter.objects.order_by("offset").values_list("partition", "offset", "reason")
    assert list(places) == [(3, 0, "not_json"), (3, 2, "missing")]


def test_waiting_for_a_topic_does_not_create_it(kafka_group):
    missing = f"test-{uuid.uuid4().hex[:8]}"
    waiting = KafkaSource(group=kafka_group, topics=[missing])
    for _ in range(4):
        assert waiting.poll(0.25) == []
    waiting.close()
    assert missing not in topics()


def test_all_consumers_in_one_container_start_work_end_together_and_are_measured_on_one_port(tmp_path):
    port = free_port()
    with topics_of_its_own(["payment.completed"]) as prefix:
        send(f"{prefix}.payment.completed", [b"not json either"])
        everything = started(
            [sys.executable, "-m", "tests.events.consume_with_prefix", prefix],
            METRICS_PORT=str(port),
            PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "metrics"),
        )
        readers = {"analytics-payment-group", "recommendation-group"}
        wait_for(lambda: set(DeadLetter.objects.values_list("group", flat=True)) == readers)
        counted = 'analytics_dead_letters_total{reason="not_json",topic="payment.completed"} 2.0'
        wait_for(lambda: counted in fetched(port, "metrics"), seconds=10)
        assert '"success":true' in fetched(port, "health/live")
        everything.send_signal(signal.SIGTERM)
        output, _ = everything.communicate(timeout=12)
        assert everything.returncode == 0, output


def fetched(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as response:
        return response.read().decode()


def test_a_broker_that_does_not_answer_is_no_crash(monkeypatch):
    monkeypatch.setattr("xlcfi.events.kafka_source.CONNECT_SECONDS", 0.5)
    with pytest.raises(RetryLater):
        KafkaSource(group="test-none", topics=["x"], servers=["127.0.0.1:1"])
