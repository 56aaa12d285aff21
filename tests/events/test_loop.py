"""The loop neither loses nor doubles, whatever is away in the middle."""

import threading

import pytest
from django.db import connection, connections

from tests.events.samples import payments, record
from tests.factories import seoul
from xlcfi.events import InvalidEvent
from xlcfi.events.apply import Applier
from xlcfi.events.errors import ConsumerStopped
from xlcfi.events.loop import Loop
from xlcfi.events.models import DeadLetter
from xlcfi.events.source import MemorySource
from xlcfi.observability.metrics import REGISTRY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr("xlcfi.events.loop.wait_before", lambda attempt: 0.01)
    monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: ())


class CrashingSource(MemorySource):
    """Dies where the offsets should be committed, as a process that is killed there."""

    def commit(self, held=()):
        raise SystemExit("killed")


def loop(group, source, **about):
    return Loop([Applier(group)], source, **about)


def kill_this_backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]

    def kill():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        connections.close_all()

    thread = threading.Thread(target=kill)
    thread.start()
    thread.join()


def test_everything_is_applied_in_batches_and_committed(group, effects):
    position = [0]
    loop(group(), MemorySource(payments(25), position=position, batch=10)).run()
    assert effects.orders() == list(range(1, 26))
    assert position == [25]


def test_a_crash_between_the_commit_and_the_offsets_doubles_nothing(group, effects):
    position, records, mine = [0], payments(30), group()
    with pytest.raises(SystemExit):
        loop(mine, CrashingSource(records, position=position, batch=10)).run()
    assert (effects.orders(), position) == (list(range(1, 11)), [0])
    loop(mine, MemorySource(records, position=position, batch=10)).run()
    assert (effects.orders(), position) == (list(range(1, 31)), [30])


def test_a_backend_that_is_killed_in_the_middle_of_a_batch_is_survived(group, effects):
    kills = [2, 1]

    def handle(batch):
        effects.add(batch)
        if kills:
            kills.pop()
            kill_this_backend()

    outcomes = []
    loop(group(handle), MemorySource(payments(20), batch=10), on_outcome=lambda _, each: outcomes.append(each)).run()
    assert effects.orders() == list(range(1, 21))
    assert [each.total("applied") for each in outcomes] == [10, 10]
    assert not DeadLetter.objects.exists()


def test_a_connection_that_died_between_batches_is_replaced(group, effects):
    source = MemorySource(payments(20), batch=10)
    running = loop(group(), source)
    assert running.step()
    kill_this_backend()
    assert running.step()
    assert effects.orders() == list(range(1, 21))


def test_a_backend_killed_while_the_poison_is_searched_is_survived(group, effects):
    calls = []

    def handle(batch):
        calls.append(len(batch))
        if len(calls) == 4:
            kill_this_backend()
        for event in batch.events:
            if event.order_id == 3:
                raise InvalidEvent("never")
        effects.add(batch)

    loop(group(handle), MemorySource(payments(8))).run()
    assert effects.orders() == [1, 2, 4, 5, 6, 7, 8]
    assert DeadLetter.objects.count() == 1


def test_a_consumer_told_to_stop_while_the_database_is_away_leaves_without_committing(group, effects):
    from xlcfi.events import RetryLater

    stop, position = threading.Event(), [0]

    def handle(batch):
        stop.set()
        raise RetryLater("away")

    loop(group(handle), MemorySource(payments(3), position=position), stop=stop).run()
    assert position == [0]
    assert effects.orders() == []


def test_the_batch_in_work_is_finished_before_stopping(group, effects):
    stop, position = threading.Event(), [0]

    def handle(batch):
        stop.set()
        effects.add(batch)

    loop(group(handle), MemorySource(payments(20), position=position, batch=5), stop=stop).run()
    assert (effects.orders(), position) == ([1, 2, 3, 4, 5], [5])


def test_a_stopped_consumer_has_committed_nothing_of_the_batch_that_stopped_it(group, effects, settings):
    settings.CONSUMER_FAILURE_LIMIT = 2
    position = [0]

    def handle(batch):
        raise KeyError("a bug")

    with pytest.raises(ConsumerStopped):
        loop(group(handle), MemorySource(payments(5), position=position)).run()
    assert position == [0]
    assert not DeadLetter.objects.exists()


def test_several_groups_read_one_source(group, effects):
    seen = []
    both = [Applier(group()), Applier(group(lambda batch: seen.extend(batch.events)))]
    Loop(both, MemorySource([*payments(4), record(b"bad", offset=9)], batch=2)).run()
    assert len(effects.orders()) == len(seen) == 4
    assert DeadLetter.objects.count() == 2


def test_the_delay_from_the_event_to_its_commit_is_measured_for_each_group(group, clock):
    mine = group()
    clock.moment = seoul("2025-11-20 10:15:40.123456")
    loop(mine, MemorySource(payments(3))).run()

    def sample(name):
        return REGISTRY.get_sample_value(f"analytics_event_delay_seconds_{name}", {"group": mine.name})

    assert (sample("count"), sample("sum")) == (3, 30)
