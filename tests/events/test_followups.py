"""Work that follows a commit is done at least once, and equal work is taken together."""

import json
import threading
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models.functions import Now

from xlcfi.events import RetryLater, job, periodic
from xlcfi.events.batch import QueuedJob
from xlcfi.events.followups import followups_add, followups_run, followups_waiting
from xlcfi.events.models import FollowUp, PeriodicRun
from xlcfi.events.registry import PeriodicJob
from xlcfi.events.schedule import PeriodicRunner

calls = []
broken = []


@job(name="tests.remember")
def remember(**args):
    """Remembers its arguments, or fails."""
    calls.append(args)
    if broken:
        raise ValueError("not today")


@pytest.fixture(autouse=True)
def _nothing_remembered():
    calls.clear()
    broken.clear()


def add(**args):
    followups_add(jobs=[QueuedJob("tests.remember", json.dumps(args))])


def run(limit=10):
    return followups_run(limit=limit, seconds=10)


@contextmanager
def other_connection():
    """Runs `other_connection` code in a thread, which has a connection of its own."""
    result = []

    def call(function):
        def target():
            result.append(function())
            connection.close()

        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
        return result[-1]

    yield call


@pytest.mark.django_db
def test_jobs_are_done_in_order_and_their_rows_go():
    for number in range(3):
        add(number=number)
    assert followups_waiting()[0] == 3
    assert run() == 3
    assert calls == [{"number": 0}, {"number": 1}, {"number": 2}]
    assert followups_waiting() == (0, 0.0)


@pytest.mark.django_db
def test_equal_jobs_are_done_once():
    for _ in range(3):
        add(users=[1, 2])
    assert run() == 1
    assert calls == [{"users": [1, 2]}]
    assert not FollowUp.objects.exists()


@pytest.mark.django_db
def test_no_more_than_the_limit_is_done():
    for number in range(3):
        add(number=number)
    assert run(limit=2) == 2
    assert FollowUp.objects.count() == 1


@pytest.mark.django_db
def test_a_job_that_fails_is_kept_with_its_error_and_does_not_hold_up_others():
    broken.append(True)
    add(number=1)
    add(number=2)
    assert run() == 2
    rows = list(FollowUp.objects.order_by("id"))
    assert [row.attempts for row in rows] == [1, 1]
    assert rows[0].last_error == "ValueError: not today"
    assert run() == 0  # both wait for their next turn
    broken.clear()
    FollowUp.objects.update(run_after="2020-01-01T00:00:00Z")
    assert run() == 2
    assert not FollowUp.objects.exists()


@pytest.mark.django_db
def test_a_job_of_another_release_waits_for_it():
    followups_add(jobs=[QueuedJob("tests.from_tomorrow", "{}")])
    assert run() == 1
    row = FollowUp.objects.get()
    assert row.attempts == 1
    assert "no app of this release" in row.last_error


@pytest.mark.django_db(transaction=True)
def test_what_is_queued_while_an_equal_job_runs_is_done_afterwards():
    def slow(**args):
        calls.append(args)
        if len(calls) == 1:
            with other_connection() as elsewhere:
                elsewhere(lambda: add(user=1))
                # Not at the same time either: the older result could win.
                assert elsewhere(lambda: run(limit=1)) == 1

    from xlcfi.events import registry

    registry._jobs["tests.remember"] = slow
    try:
        add(user=1)
        assert run(limit=1) == 1
        assert len(calls) == 1
        FollowUp.objects.update(run_after="2020-01-01T00:00:00Z")
        assert run() == 1
        assert len(calls) == 2
    finally:
        registry._jobs["tests.remember"] = remember


@pytest.fixture
def schedule(monkeypatch):
    """The only periodic jobs are those that the test gives."""

    def use(*jobs):
        monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: jobs)

    return use


@pytest.mark.django_db(transaction=True)
def test_a_periodic_job_runs_when_it_is_due_in_one_process_only(schedule):
    ran = []
    schedule(PeriodicJob("tests.tick", 60.0, lambda: ran.append(1)))
    assert PeriodicRunner().run_due() == 1
    # Another process, which knows nothing of the first.
    assert PeriodicRunner().run_due() == 0
    PeriodicRun.objects.update(next_at="2020-01-01T00:00:00Z")
    assert PeriodicRunner().run_due() == 1
    assert len(ran) == 2


@pytest.mark.django_db(transaction=True)
def test_a_periodic_job_does_not_run_twice_at_once(schedule):
    ran = []

    def tick():
        ran.append(1)
        with other_connection() as elsewhere:
            assert elsewhere(lambda: PeriodicRunner().run_due()) == 0

    schedule(PeriodicJob("tests.tick", 0.001, tick))
    PeriodicRunner().run_due()
    assert ran == [1]


@pytest.mark.django_db
def test_a_periodic_job_that_fails_is_noted_and_comes_again(schedule):
    def tick():
        raise ValueError("no")

    ran = []
    schedule(PeriodicJob("tests.broken", 1.0, tick), PeriodicJob("tests.fine", 1.0, lambda: ran.append(1)))
    assert PeriodicRunner().run_due() == 2
    assert ran == [1]
    assert PeriodicRun.objects.get(name="tests.broken").last_error == "ValueError: no"


def test_two_functions_can_not_share_a_name():
    def remember_too():
        """Another job."""

    with pytest.raises(TypeError):
        job(name="tests.remember")(remember_too)
    with pytest.raises(TypeError):
        periodic(seconds=0)(remember_too)


gathered = []


@job(name="tests.gather", merge="ids")
def gather(*, ids):
    """Remembers what it was asked for, and whether that is a try of its own."""
    gathered.append(ids)
    if broken:
        raise RetryLater("the cache is away")


@pytest.mark.django_db(transaction=True)
def test_what_several_requests_ask_for_is_done_at_once_and_each_element_once():
    gathered.clear()
    for ids in ([3, 1], [2, 3], [5]):
        followups_add(jobs=[QueuedJob("tests.gather", json.dumps({"ids": ids}))])
    assert run() == 1
    assert gathered == [[1, 2, 3, 5]]
    assert followups_waiting()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_requests_taken_together_all_stay_when_the_job_is_put_off():
    gathered.clear()
    broken.append(True)
    for ids in ([1], [2]):
        followups_add(jobs=[QueuedJob("tests.gather", json.dumps({"ids": ids}))])
    run(limit=1)
    assert followups_waiting()[0] == 2
    broken.clear()
    FollowUp.objects.update(run_after=Now())
    run()
    assert gathered[-1] == [1, 2]
    assert followups_waiting()[0] == 0
