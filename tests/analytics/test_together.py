"""Replicas, a folding process and a rebuild at work at once: nothing is lost, nothing doubled, nobody deadlocks."""

import random

import pytest

from tests.analytics import ours, plain_sql
from tests.analytics.telling import fold, rebuild, tell
from tests.analytics.test_rebuild import Story, expect_plain_sql
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


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
    tell(*story.news)
    rebuild()
    before = ours.snapshot()
    at_once(replica(story, 3), rebuild, replica(story, 4))
    fold()
    assert ours.snapshot() == before
