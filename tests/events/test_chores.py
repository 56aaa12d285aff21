"""Chores are done beside the loop, and do not hold up what waits in the broker."""

import json
import threading
import time

import pytest
from django.db import transaction

from xlcfi.events import job
from xlcfi.events.batch import QueuedJob
from xlcfi.events.chores import BEHIND_SECONDS, Chores, ChoresBeside
from xlcfi.events.followups import followups_add, followups_waiting

done = []


@job(name="tests.chore")
def chore(*, number):
    done.append((number, threading.current_thread().name))


def ask(number):
    with transaction.atomic():
        followups_add(jobs=[QueuedJob("tests.chore", json.dumps({"number": number}))])


def wait_until(true, seconds=20):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    assert true()


@pytest.fixture(autouse=True)
def _nothing_done(monkeypatch):
    done.clear()
    monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: ())


@pytest.mark.django_db(transaction=True)
def test_follow_up_work_is_done_by_a_thread_of_its_own():
    with ChoresBeside(threading.Event()) as helper:
        ask(1)
        helper.run(queued=True)
        wait_until(lambda: followups_waiting()[0] == 0)
    assert done == [(1, "chores")]


@pytest.mark.django_db(transaction=True)
def test_the_thread_ends_with_the_loop_and_leaves_what_it_did_not_begin():
    with ChoresBeside(threading.Event()) as helper:
        pass
    ask(2)
    helper.run(queued=True)
    assert "chores" not in {thread.name for thread in threading.enumerate()}
    assert not done
    assert followups_waiting()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_while_events_wait_in_the_broker_follow_up_work_comes_in_turns(monkeypatch):
    moment = [1_000.0]
    monkeypatch.setattr("xlcfi.events.chores.time.monotonic", lambda: moment[0])
    chores = Chores()
    ask(3)
    chores.run(queued=True, behind=True)
    ask(4)
    moment[0] += BEHIND_SECONDS - 1
    chores.run(queued=True, behind=True)
    assert [number for number, _ in done] == [3]
    moment[0] += 2
    chores.run(queued=True, behind=True)
    assert [number for number, _ in done] == [3, 4]


@pytest.mark.django_db(transaction=True)
def test_whoever_has_caught_up_does_follow_up_work_at_once(monkeypatch):
    moment = [1_000.0]
    monkeypatch.setattr("xlcfi.events.chores.time.monotonic", lambda: moment[0])
    chores = Chores()
    ask(5)
    chores.run(queued=True, behind=True)
    ask(6)
    chores.run(queued=True)
    assert [number for number, _ in done] == [5, 6]
