"""Ten thousand payloads that no producer should send, applied by every group on the real database."""

from collections import Counter

import pytest
from django.core.management import call_command
from django.db import connection

from tests.events.hostile import hostile_records, largest_records
from xlcfi.events.apply import Applier
from xlcfi.events.chores import Chores
from xlcfi.events.consuming import groups_named
from xlcfi.events.models import DeadLetter, FollowUp, Inbox, Outbox, PeriodicRun
from xlcfi.events.registry import discover

pytestmark = pytest.mark.django_db(transaction=True)

BATCH = 500


def applied(group, records):
    """Applies those of `records` that the group's topics carry; how many ended as what."""
    mine = [each for each in records if each.topic in group.kafka_topics]
    ends, applier = Counter(), Applier(group)
    for start in range(0, len(mine), BATCH):
        batch = mine[start : start + BATCH]
        outcome = applier.apply(batch)
        assert sum(outcome.counts.values()) == len(batch)
        for (_, end), count in outcome.counts.items():
            ends[end] += count
    assert ends.total() == len(mine)
    return ends


def expect_every_end_is_accounted_for(group, ends):
    letters = DeadLetter.objects.filter(group=group.name)
    assert letters.count() == ends["dead"]
    assert Inbox.objects.filter(group=group.name).count() == ends["applied"]
    for letter in letters.only("reason", "message", "cause", "field", "trace"):
        assert letter.reason
        assert letter.message
        # What the database could not hold is refused when it is read: a batch is not searched for it again and again.
        assert letter.cause == DeadLetter.Cause.INPUT, f"{letter.message}\n{letter.trace}"


def test_each_of_10_000_hostile_payloads_ends_as_a_dead_letter_with_a_reason_or_as_an_event_in_every_group():
    records = hostile_records(10_000, seed=3)
    for group in groups_named([]):
        ends = applied(group, records)
        assert ends["dead"] > 0
        assert ends["applied"] > 0
        expect_every_end_is_accounted_for(group, ends)
        again = applied(group, records[:1_000])
        assert again["applied"] == 0
        expect_every_end_is_accounted_for(group, ends)
    published = Outbox.objects.filter(topic__endswith=".DLT")
    assert published.count() == DeadLetter.objects.count()
    assert set(published.values_list("topic", flat=True)) == {f"{each.topic}.DLT" for each in records}
    expect_all_that_follows_to_go_through()


def expect_all_that_follows_to_go_through():
    """What was let in must not be too much for what is done with it later: sums, lists, repairs."""
    discover()
    Chores().settle()
    assert list(FollowUp.objects.values_list("job", "last_error")) == []
    assert list(PeriodicRun.objects.exclude(last_error="").values_list("name", "last_error")) == []
    call_command("rebuild", "--apply", verbosity=0)


def test_values_of_five_megabytes_end_in_the_same_two_ways():
    # What reads a value is the same for all groups: one is given all of it, the others the same in a tenth of the size.
    for number, group in enumerate(groups_named([])):
        ends = applied(group, largest_records() if number == 0 else largest_records(size=500_000))
        expect_every_end_is_accounted_for(group, ends)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(length(payload)) FROM events_deadletter")
        assert cursor.fetchone()[0] >= 5_000_000
    expect_all_that_follows_to_go_through()
