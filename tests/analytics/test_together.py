"""Replicas, a folding process and a rebuild at work at once: nothing is lost, nothing doubled, nobody deadlocks."""

import random
import threading

import pytest
from django.db import connection

from tests.analytics import ours, plain_sql
from tests.analytics.telling import fold, rebuild, tell
from tests.analytics.test_rebuild import Story, expect_plain_sql

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs):
    """Run the jobs in threads of their own; raises what the first of them raised."""
    failures = []
    start = threading.Barrier(len(jobs))

    def run(job):
        start.wait(timeout=10)
        try:
            job()
        except Exception as failure:  # noqa: BLE001  # told to the test's own thread below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "someone is stuck"
    if failures:
        raise failures[0]


def replica(story, seed):
    """All events of the story, in an order and in batches of its own."""

    def work():
        pick = random.Random(seed)
        events = list(story.events)
        pick.shuffle(events)
        while events:
            size = pick.randint(1, 15)
            tell(*events[:size])
            events = events[size:]

    return work


def test_two_replicas_a_folder_and_a_rebuild_at_once_end_where_plain_sql_ends(market, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    story = Story(market, 31)

    def folding():
        for _ in range(30):
            fold()

    at_once(replica(story, 1), replica(story, 2), folding, rebuild)
    rebuild()
    expect_plain_sql(story)
    assert ours.statuses() == plain_sql.statuses()


def test_after_a_backfill_reading_from_earliest_while_a_rebuild_runs_changes_nothing(market, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    story = Story(market, 32)
    tell(*[event for event in story.events if type(event).__name__ == "PaymentRefunded"])
    rebuild()
    before = ours.snapshot()
    at_once(replica(story, 3), rebuild, replica(story, 4))
    fold()
    assert ours.snapshot() == before
