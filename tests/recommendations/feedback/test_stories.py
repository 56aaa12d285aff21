"""Whatever happens in whatever order: what was added up step by step is what is added up at once, and by hand."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command

from recommendations.services.measuring import measures_rebuild
from recommendations.services.reconcile import baskets_reconcile
from tests.analytics.plain_sql import rows
from tests.factories import seoul
from tests.recommendations.feedback import by_hand
from tests.recommendations.feedback.story import experiment, paid, served, tables, told, work_out
from xlcfi.clock import FixedClock, use_clock

pytestmark = pytest.mark.django_db

START = seoul("2025-11-01 00:00")
NAMES = "day, user_id, visitor, surface, algorithm, model_version, experiment_id, variant"
SUMS = "people, members, people_clicked, people_converted, revenue_squares"
FIGURES = ", ".join(by_hand.FIGURES)


def live(market, draw, tests):
    """One thing that happens: an answer, something told of one, an order, a refund, or sums worked out in between."""
    at = START + timedelta(minutes=draw.randrange(20 * 24 * 60))
    kind = draw.choices(["answer", "told", "order", "refund", "fold"], [8, 6, 5, 1, 2])[0]
    people, goods = live.people, live.goods
    if kind == "answer":
        who = draw.choice([{"user": draw.choice(people)}, {"visitor": draw.choice("ab")}, {"user": people[0]}, {}])
        test = draw.choice([None, *tests])
        part = {"experiment": test.id, "variant": draw.choice(["old", "new"])} if test else {}
        if not test or test.starts_at <= at < test.ends_at:
            request = served(*draw.sample(goods, draw.randint(1, 4)), at=at, algorithm=draw.choice("xy"), **part, **who)
            live.answers.append((request, at))
    elif kind == "told" and live.answers:
        request, given = draw.choice(live.answers)
        events = [
            (draw.choice(["impression", "click", "click", "add_to_cart", "purchase"]), product) for product in goods
        ]
        shown = rows("SELECT product_ids FROM recommendation_exposures WHERE request_id = %s", [request])[0][0]
        some = draw.sample(events, 5)
        if any(product in shown for _, product in some):
            told(request, *some, at=given + timedelta(minutes=5))
    elif kind == "order":
        lines = [(product, draw.randint(1, 3), 1_000 + product) for product in draw.sample(goods, draw.randint(1, 3))]
        currency = draw.choice(["KRW", "KRW", "USD"])
        total = draw.choice([None, 7_777])
        live.orders.append(
            paid(market, draw.choice(people), *lines, at=at, currency=currency, total=total, event=draw.random() < 0.8)
        )
    elif kind == "refund" and live.orders:
        order = draw.choice(live.orders)
        market.sql("UPDATE payments SET status = 'REFUNDED' WHERE order_id = %s", [order])
        baskets_reconcile(order_ids=[order])
    elif kind == "fold":
        work_out(at_once=draw.choice([4, 5_000]))


@pytest.mark.parametrize("seed", range(3))
def test_incremental_rebuilt_and_by_hand_are_the_same(market, seed):
    draw = random.Random(seed)
    seller = market.user("SELLER")
    live.people = [market.user() for _ in range(3)]
    live.goods = [market.product(seller_id=seller) for _ in range(6)]
    live.answers, live.orders = [], []
    with use_clock(FixedClock(START + timedelta(days=30))):
        tests = [
            experiment(first="2025-11-02 09:30", name="one", days=10),
            experiment(first="2025-11-03", name="two", days=14, surface="popular"),
        ]
        for _ in range(70):
            live(market, draw, tests)
        baskets_reconcile(order_ids=live.orders)  # finds those that no event told of
        work_out()
        kept = tables()
        assert len(kept["recommendation_person_days"]) > 10
        assert kept["recommendation_conversions"]
        as_told(tests)
        report = measures_rebuild(apply=True)
        assert (report.changed, tables()) == (0, kept)
        for table in list(kept)[1:]:
            rows(f"DELETE FROM {table} RETURNING 1")
        assert measures_rebuild(apply=False).changed > 0
        assert not tables()["recommendation_days"]
        measures_rebuild(apply=True)
        assert tables() == kept


def as_told(tests):
    """The kept sums against those by hand."""
    conversions = rows(
        "SELECT order_id, product_id, request_id, revenue, currency, refunded FROM recommendation_conversions"
    )
    assert {row[:2]: row[2:] for row in conversions} == by_hand.conversions()
    people = rows(f"SELECT {NAMES}, {FIGURES} FROM recommendation_person_days")
    assert {row[:8]: row[8:] for row in people} == by_hand.person_days()
    days = rows(f"SELECT {NAMES.replace('user_id, visitor, ', '')}, {FIGURES}, {SUMS} FROM recommendation_days")
    assert {row[:6]: row[6:] for row in days} == by_hand.days()
    persons = rows(
        """SELECT experiment_id, user_id, visitor, variant, exposures, clicks, conversions, orders, revenue,
        refunded_revenue FROM recommendation_experiment_people"""
    )
    wanted = by_hand.experiment_people({each.id: each.ends_at for each in tests})
    assert {row[:3]: row[3:] for row in persons} == wanted
    summed = rows(
        """SELECT experiment_id, variant, people, members, people_clicked, people_ordered, revenue, revenue_squares
        FROM recommendation_experiment_sums"""
    )
    for test, variant, people, members, clicked, ordered, revenue, squares in summed:
        mine = [(key, one) for key, one in wanted.items() if key[0] == test and one[0] == variant]
        assert people == len(mine)
        assert members == sum(key[1] != 0 for key, _ in mine)
        assert clicked == sum(one[2] > 0 for _, one in mine)
        assert ordered == sum(one[4] > 0 for _, one in mine)
        assert (revenue, squares) == (sum(one[5] for _, one in mine), sum(one[5] ** 2 for _, one in mine))


def test_the_step_of_the_rebuild_mends_sums_that_somebody_changed_by_hand(market):
    user, product = market.user(), market.product()
    served(product, user=user, at="2025-11-01 10:00")
    paid(market, user, (product, 1, 3_000), at="2025-11-01 11:00")
    work_out()
    kept = tables()
    rows("UPDATE recommendation_days SET clicks = 99, people = 7 RETURNING 1")
    rows("DELETE FROM recommendation_conversions RETURNING 1")
    call_command("rebuild", "measurement")
    assert tables() != kept
    call_command("rebuild", "measurement", "--apply")
    assert tables() == kept


def test_what_is_older_than_the_single_rows_stays_as_it_is(market, settings, clock):
    clock.moment = seoul("2025-11-20 12:00")
    user, product = market.user(), market.product()
    for day in ("01", "15"):
        request = served(product, user=user, at=f"2025-11-{day} 10:00")
        told(request, ("click", product), at=f"2025-11-{day} 10:01")
        paid(market, user, (product, 1, 3_000), at=f"2025-11-{day} 11:00")
    work_out()
    before = tables()["recommendation_days"]
    settings.EXPOSURE_RETENTION_DAYS = 10
    call_command("prune", "exposures", "exposure-feedback", "exposure-conversions", "--apply")
    assert [row[0].isoformat() for row in rows("SELECT day FROM recommendation_exposures")] == ["2025-11-15"]
    assert served(product, user=user, at="2025-11-02 10:00")  # too late to count
    paid(market, user, (product, 1, 4_000), at="2025-11-02 11:00")
    work_out()
    measures_rebuild(apply=True)
    assert tables()["recommendation_days"] == before
