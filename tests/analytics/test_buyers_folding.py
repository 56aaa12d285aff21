"""However buyers' changes come and whenever they are folded, the rows are those of a rebuild and of sums by hand."""

import random
from datetime import date, timedelta

import pytest

from analytics.jobs.sums import latest_orders_settle
from analytics.selectors.people.newcomers import newcomers
from analytics.selectors.people.segments import segment_buyers, segments
from analytics.services.buyers.folding import buyers_fold
from analytics.services.buyers.rebuilding import buyers_rebuild
from tests.analytics.people_by_hand import People, people_tables
from tests.analytics.plain_sql import rows
from tests.analytics.telling import tell
from tests.analytics.test_rebuild import Story
from tests.factories import seoul
from xlcfi.clock import FixedClock, Period, use_clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(settings):
    settings.REBUILD_SETTLE_SECONDS = 0


def fold_buyers(**options):
    while buyers_fold(**options):
        pass


def expect_rebuild_finds_nothing():
    before = people_tables()
    assert buyers_rebuild(apply=True).changed == 0
    assert people_tables() == before


def expect_by_hand(people):
    found = rows("SELECT user_id, recency, frequency, money, segment, window_orders, window_net FROM buyer_standings")
    assert {row[0]: row[1:] for row in found} == people.standings()
    assert {row[0]: row[1] for row in rows("SELECT user_id, first_day FROM buyer_standings")} == {
        buyer: day for buyer, (_, day) in people.first.items()
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_events_in_any_order_folded_at_any_time_end_as_a_rebuild_and_by_hand(market, clock, seed):
    clock.moment = seoul("2024-03-31 12:00")
    story = Story(market, seed)
    pick = random.Random(seed)
    events = list(story.events)
    pick.shuffle(events)
    while events:
        size = pick.randint(1, 12)
        tell(*events[:size])
        events = events[size:]
        if pick.random() < 0.4:
            buyers_fold(rows=pick.choice([1, 3, 1_000]))
    fold_buyers(rows=5)
    expect_by_hand(People(story.refunds, clock.now().date()))
    expect_rebuild_finds_nothing()
    folded = people_tables()
    for table in folded:
        rows(f"DELETE FROM {table} RETURNING 1")
    assert buyers_rebuild(apply=True).changed == sum(len(lines) for lines in folded.values())
    assert people_tables() == folded


def test_what_a_dry_rebuild_finds_it_leaves(market, clock):
    clock.moment = seoul("2024-03-31 12:00")
    tell(*Story(market, 4).events)
    fold_buyers()
    before = people_tables()
    rows("UPDATE buyer_standings SET orders = orders + 1 RETURNING 1")
    rows("DELETE FROM cohort_months RETURNING 1")
    wrong = people_tables()
    assert buyers_rebuild(apply=False).changed == len(before["buyer_standings"]) + len(before["cohort_months"])
    assert people_tables() == wrong
    buyers_rebuild(apply=True)
    assert people_tables() == before


def test_orders_that_settling_moves_take_their_figures_with_them(market, clock):
    """To another buyer, another day, another currency, or out of what is paid."""
    clock.moment = seoul("2024-03-31 12:00")
    story = Story(market, 5)
    tell(*story.events)
    fold_buyers()
    ids = [row[0] for row in rows("SELECT order_id FROM order_facts WHERE paid ORDER BY 1")]
    other, unpaid, earlier, dollars = ids[0], ids[1], ids[2], ids[3]
    rows("UPDATE orders SET buyer_id = %s WHERE id = %s RETURNING 1", [market.user(), other])
    rows("DELETE FROM payments WHERE order_id = %s RETURNING 1", [unpaid])
    rows("UPDATE orders SET created_at = '2023-12-31 23:59:59.999999' WHERE id = %s RETURNING 1", [earlier])
    rows("UPDATE orders SET currency = 'USD' WHERE id = %s RETURNING 1", [dollars])
    latest_orders_settle()
    assert rows("SELECT COUNT(*) FROM buyer_changes")[0][0] > 0
    fold_buyers()
    expect_by_hand(People(story.refunds, clock.now().date()))
    expect_rebuild_finds_nothing()


@pytest.mark.parametrize("step", [1, 15])
def test_as_days_go_by_folding_renews_whom_the_day_changes_and_nobody_else_is_wrong(market, clock, step):
    """Over the whole year in which all of it leaves the window, across 29 February."""
    clock.moment = seoul("2024-02-20 00:00")
    story = Story(market, 6)
    tell(*story.events)
    fold_buyers()
    for _ in range(3 if step == 1 else 430 // step):
        clock.advance(timedelta(days=step))
        answer, listed = read_all()
        fold_buyers()
        people = People(story.refunds, clock.now().date())
        expect_by_hand(people)
        assert read_all() == (answer, listed), "the first answer of a day is right before anything was renewed"
    expect_rebuild_finds_nothing()


def read_all():
    answer = segments()
    answer.pop("as_of")
    answer.pop("completeness")
    return answer, [segment_buyers(segment=one["name"], limit=100) for one in answer["segments"]]


def test_at_the_first_second_of_a_day_only_those_are_renewed_whom_it_changes(market, clock):
    paid = {age: market.user() for age in (0, 29, 30, 59, 60, 119, 120, 239, 240, 363, 364)}
    for age, buyer in paid.items():
        market.paid_order(buyer_id=buyer, created_at=clock.now() - timedelta(days=age), total=1_000)
    latest_orders_settle()
    fold_buyers()
    before = dict(rows("SELECT user_id, recency FROM buyer_standings"))
    clock.moment = seoul("2025-11-21 00:00")
    assert buyers_fold() == 5
    after = dict(rows("SELECT user_id, recency FROM buyer_standings"))
    changed = {age: (before[buyer], after[buyer]) for age, buyer in paid.items() if before[buyer] != after[buyer]}
    assert changed == {30: (5, 4), 60: (4, 3), 120: (3, 2), 240: (2, 1), 364: (1, 0)}
    assert buyers_fold() == 0


def test_a_reader_adds_what_is_not_folded_yet(market, clock):
    story = Story(market, 8)
    clock.moment = seoul("2024-03-31 12:00")
    half = len(story.events) // 2
    tell(*story.events[:half])
    fold_buyers()
    tell(*story.events[half:])
    period = Period("all", date(2024, 1, 1), date(2024, 3, 31))

    def read():
        found = [newcomers(period=period, granularity=step, compare="both") for step in ("day", "week", "month")]
        for one in found:
            one.pop("completeness")
        return found, read_all()

    before = read()
    assert buyers_fold() > 0
    assert read() == before
    expect_by_hand(People(story.refunds, clock.now().date()))


def test_what_nobody_waits_for_costs_one_look(market, clock, django_assert_num_queries):
    tell(*Story(market, 9).events)
    fold_buyers()
    with django_assert_num_queries(4):  # savepoint, lock, look, savepoint
        assert buyers_fold() == 0


def test_two_moments_have_two_todays(market):
    with use_clock(FixedClock(seoul("2025-03-31 23:59:59"))):
        market.paid_order(created_at=seoul("2025-03-31 23:59:59"))
        latest_orders_settle()
        fold_buyers()
        assert segments()["window"] == {"from": "2024-04-01", "to": "2025-03-31"}
    with use_clock(FixedClock(seoul("2025-04-01 00:00"))):
        assert segments()["window"] == {"from": "2024-04-02", "to": "2025-04-01"}
