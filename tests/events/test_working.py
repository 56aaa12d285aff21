"""A batch is applied beside the loop, which fetches the next one meanwhile and commits nothing of it."""

import json
import threading

import pytest
from django.db import connection

from xlcfi.events.apply import Applier
from xlcfi.events.errors import ConsumerStopped
from xlcfi.events.loop import Loop
from xlcfi.events.record import Record
from xlcfi.events.source import MemorySource
from xlcfi.events.working import Beside


def record(order):
    value = {"orderId": order, "userId": 1, "amount": 10, "timestamp": "2025-11-20T10:00:00", "eventId": f"e{order}"}
    return Record(
        topic="payment.completed",
        partition=0,
        offset=order,
        identity=f"payment.completed-0-{order}",
        value=json.dumps(value).encode(),
    )


class Watched(MemorySource):
    """Tells when it was asked for a second batch, and keeps what was committed."""

    def __init__(self, count):
        super().__init__([record(order) for order in range(1, count + 1)], batch=2)
        self.polls = 0
        self.second_asked = threading.Event()
        self.commits = []

    def poll(self, seconds):
        self.polls += 1
        if self.polls == 2:
            self.second_asked.set()
        return super().poll(seconds)

    def commit(self, held=()):
        super().commit(held)
        self.commits.append(self._committed[0])


@pytest.fixture
def run(settings, monkeypatch):
    settings.CONSUMER_BATCH_SIZE = 2
    monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: ())

    def start(group, source, stop=None):
        Loop([Applier(group)], source, stop=stop, worker=Beside()).run()

    return start


@pytest.mark.django_db(transaction=True)
def test_the_next_batch_is_fetched_while_one_is_applied(run, group, effects):
    source, met = Watched(4), []

    def apply(batch):
        met.append(source.second_asked.wait(timeout=20))
        effects.add(batch)

    run(group(apply), source)
    assert met[0] is True
    assert effects.orders() == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_what_is_held_is_not_committed_before_its_own_turn(run, group, effects):
    source, before = Watched(7), []

    def apply(batch):
        if source.polls == 1:
            source.second_asked.wait(timeout=20)
        before.append((batch.events[0].order_id, source._committed[0]))
        effects.add(batch)

    run(group(apply), source)
    # Each batch begins where the commits before it end, however much was polled by then.
    assert before == [(1, 0), (3, 2), (5, 4), (7, 6)]
    assert source.commits == [2, 4, 6, 7]
    assert effects.orders() == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.django_db(transaction=True)
def test_who_is_told_to_end_finishes_the_batch_in_work_and_lets_the_held_one_come_again(run, group, effects):
    source, stop = Watched(6), threading.Event()

    def apply(batch):
        source.second_asked.wait(timeout=20)
        stop.set()
        effects.add(batch)

    run(group(apply), source, stop)
    assert effects.orders() == [1, 2]
    assert source.commits == [2]


@pytest.mark.django_db(transaction=True)
def test_records_that_went_to_another_consumer_while_they_were_held_are_not_applied(run, group, effects):
    class Losing(Watched):
        def still_ours(self, records):
            return [each for each in records if each.offset != 3]

    source = Losing(4)

    def apply(batch):
        source.second_asked.wait(timeout=20)
        effects.add(batch)

    run(group(apply), source)
    assert effects.orders() == [1, 2, 4]


@pytest.mark.django_db(transaction=True)
def test_a_limit_on_failures_stops_the_loop_from_beside(run, group, effects, settings):
    settings.CONSUMER_FAILURE_LIMIT = 1

    def broken(batch):
        raise ValueError("a bad release")

    with pytest.raises(ConsumerStopped):
        run(group(broken), Watched(4))
    assert not [thread for thread in threading.enumerate() if thread.name == "apply"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cuts_the_workers_line_is_survived_beside_too(run, group, effects, monkeypatch):
    monkeypatch.setattr("xlcfi.events.loop.wait_before", lambda attempt: 0.01)
    cuts = [1]

    def apply(batch):
        effects.add(batch)
        if cuts:
            cuts.pop()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    run(group(apply), Watched(6))
    assert effects.orders() == [1, 2, 3, 4, 5, 6]
