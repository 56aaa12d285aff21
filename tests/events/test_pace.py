"""Batches get smaller where the database is slow, and larger again."""

import pytest
from django.db import connection

from tests.events.samples import payments
from xlcfi.events.apply import Applier
from xlcfi.events.loop import Loop
from xlcfi.events.models import DeadLetter
from xlcfi.events.pace import Pace
from xlcfi.events.source import MemorySource


def test_a_consumer_begins_with_500_and_doubles_after_full_quick_batches_up_to_its_most():
    pace = Pace(2_000)
    sizes = [pace.size]
    for _ in range(4):
        pace.took(pace.size, 0.2)
        sizes.append(pace.size)
    assert sizes == [500, 1_000, 2_000, 2_000, 2_000]
    assert Pace(300).size == 300


def test_a_quick_batch_that_was_not_full_says_nothing():
    pace = Pace(2_000)
    pace.took(499, 0.1)
    assert pace.size == 500


def test_a_slow_batch_halves_the_next_down_to_a_least_and_one_in_between_changes_nothing():
    pace = Pace(2_000)
    sizes = []
    for _ in range(5):
        pace.took(pace.size, 3.1)
        sizes.append(pace.size)
    pace.took(pace.size, 2.0)
    assert sizes == [250, 125, 62, 50, 50]
    assert pace.size == 50


def test_a_timeout_quarters_and_the_least_is_tried_again_as_it_is():
    pace = Pace(2_000)
    assert [pace.timed_out(2_000), pace.timed_out(500), pace.timed_out(125), pace.timed_out(50)] == [500, 125, 50, 50]
    assert pace.timed_out(20) == 20


@pytest.fixture
def _no_waiting(monkeypatch):
    monkeypatch.setattr("xlcfi.events.loop.wait_before", lambda attempt: 0.01)
    monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: ())


@pytest.mark.usefixtures("_no_waiting")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_slows_down_gets_smaller_batches_and_larger_ones_when_it_is_well(group, effects, monkeypatch):
    monkeypatch.setattr("xlcfi.events.pace.SLOW_SECONDS", 0.3)
    monkeypatch.setattr("xlcfi.events.pace.QUICK_SECONDS", 0.3)
    sizes, slow = [], [True, True, False, False, False]

    def handle(batch):
        sizes.append(len(batch))
        if slow.pop(0):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.4)")
        effects.add(batch)

    Loop([Applier(group(handle))], MemorySource(payments(900), batch=400)).run()
    assert sizes[:2] == [400, 200]
    assert sizes[2] == 100
    assert sizes[3] == 200
    assert effects.orders() == list(range(1, 901))


@pytest.mark.usefixtures("_no_waiting")
@pytest.mark.django_db(transaction=True)
def test_a_batch_whose_statement_takes_too_long_is_applied_in_parts_in_order_and_nothing_is_refused(group, effects):
    sizes = []

    def handle(batch):
        sizes.append(len(batch))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 250")
            # Two milliseconds for each event: 200 of them are too many, 50 are not.
            cursor.execute("SELECT pg_sleep(%s)", [0.002 * len(batch)])
        effects.add(batch)

    position = [0]
    Loop([Applier(group(handle))], MemorySource(payments(200), position=position, batch=200)).run()
    assert sizes == [200, 50, 50, 50, 50]
    assert effects.orders() == list(range(1, 201))
    assert position == [200]
    assert not DeadLetter.objects.exists()
