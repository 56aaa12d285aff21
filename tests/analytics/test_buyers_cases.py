"""Single buyers, worked out by hand: midnight, year's end, ISO weeks, 29 February, late refunds, several currencies."""

from datetime import date
from decimal import Decimal

import pytest

from analytics.jobs.sums import latest_orders_settle
from analytics.selectors.people.cohorts import REVENUE, cohorts
from analytics.selectors.people.newcomers import newcomers, step_end, step_starts, whole_steps
from analytics.selectors.people.profile import user_profile
from analytics.selectors.people.segments import segments
from analytics.services.buyers.folding import buyers_fold
from analytics.services.buyers.rebuilding import buyers_rebuild
from tests.analytics.plain_sql import rows
from tests.analytics.telling import payment, refund, tell
from tests.factories import seoul
from xlcfi.clock import Period

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(settings):
    settings.REBUILD_SETTLE_SECONDS = 0


def settle():
    latest_orders_settle()
    while buyers_fold():
        pass
    assert buyers_rebuild(apply=False).changed == 0


def of(buyer):
    return user_profile(user_id=buyer)


def buyers_by(granularity, first, last):
    answer = newcomers(
        period=Period("asked", date.fromisoformat(first), date.fromisoformat(last)), granularity=granularity
    )
    return {str(step["from"]): (step["new_buyers"], step["returning_buyers"]) for step in answer["series"]}


def test_the_last_moment_of_a_year_and_the_first_of_the_next_are_two_cohorts_of_one_week(market, clock):
    old, new = market.user(), market.user()
    market.paid_order(buyer_id=old, created_at=seoul("2024-12-31 23:59:59.999999"))
    market.paid_order(buyer_id=new, created_at=seoul("2025-01-01 00:00:00"))
    market.paid_order(buyer_id=old, created_at=seoul("2025-01-05 23:59:59.999999"))
    settle()
    assert (of(old)["cohort"], of(new)["cohort"]) == ("2024-12", "2025-01")
    assert buyers_by("day", "2024-12-31", "2025-01-01") == {"2024-12-31": (1, 0), "2025-01-01": (1, 0)}
    assert buyers_by("week", "2025-01-02", "2025-01-02") == {"2024-12-30": (2, 0)}
    assert buyers_by("month", "2024-12-31", "2025-01-01") == {"2024-12-01": (1, 0), "2025-01-01": (1, 1)}
    assert buyers_by("quarter", "2025-03-31", "2025-03-31") == {"2025-01-01": (1, 1)}
    assert buyers_by("year", "2024-06-01", "2025-06-01") == {"2024-01-01": (1, 0), "2025-01-01": (1, 1)}


def test_what_was_bought_on_a_leap_day_leaves_the_window_365_days_later(market, clock):
    buyer = market.user()
    market.paid_order(buyer_id=buyer, total=60_000, created_at=seoul("2024-02-29 12:00"))
    clock.moment = seoul("2025-02-27 23:59:59")
    settle()
    found = of(buyer)["rfm"]
    assert (found["segment"], found["days_since_paid"], found["orders"]) == ("hibernating", 364, 1)
    assert found["window"] == {"from": "2024-02-29", "to": "2025-02-27"}
    clock.moment = seoul("2025-02-28 00:00")
    found = of(buyer)["rfm"]
    assert (found["segment"], found["days_since_paid"], found["orders"]) == ("lost", 365, 0)
    assert {one["name"]: one["buyers"] for one in segments()["segments"] if one["buyers"]} == {"lost": 1}
    assert step_starts(whole_steps(Period("", date(2024, 2, 29), date(2024, 3, 1)), "month"), "month") == [
        date(2024, 2, 1),
        date(2024, 3, 1),
    ]
    assert step_end(date(2024, 2, 3), "month") == date(2024, 2, 29)


def test_a_refund_of_an_order_that_has_left_the_window_counts_on_its_own_day(market, clock):
    """Net revenue of the window stays what the sales of its days say, also below zero."""
    buyer = market.user()
    order = market.paid_order(buyer_id=buyer, total=30_000, created_at=seoul("2024-09-01 12:00"))
    latest_orders_settle()
    tell(refund(order_id=order, amount=10_000, refund_id="late", at=seoul("2025-11-01 09:00")))
    settle()
    found = of(buyer)
    assert (found["rfm"]["segment"], found["rfm"]["money"]) == ("lost", 0)
    assert found["rfm"]["net_revenue"] == -10_000
    assert found["lifetime"]["net_revenue"] == 20_000
    assert [(month["month"], month["net_revenue"]) for month in found["monthly"]] == [
        ("2025-11", -10_000),
        ("2024-09", 30_000),
    ]
    (cohort,) = cohorts(first=date(2024, 9, 1), last=date(2024, 9, 1), measure=REVENUE)["cohorts"]
    assert cohort["months"][14]["refunds"] == 10_000
    assert cohort["months"][14]["cumulative_net_per_buyer"] == 20_000
    assert segments()["total"]["net_revenue"] == -10_000
    assert segments()["total"]["lifetime_net_revenue"] == 20_000


def test_a_first_order_that_was_called_off_stays_the_first_and_one_never_paid_is_none(market, clock):
    paid_back, never = market.user(), market.user()
    first = market.paid_order(buyer_id=paid_back, total=10_000, created_at=seoul("2025-01-31 10:00"))
    market.paid_order(buyer_id=paid_back, total=20_000, created_at=seoul("2025-03-01 10:00"))
    unpaid = market.order(buyer_id=never, total=10_000, created_at=seoul("2025-01-31 10:00"))
    market.payment(unpaid, status="FAILED")
    market.paid_order(buyer_id=never, total=20_000, created_at=seoul("2025-03-01 10:00"))
    tell(payment(order_id=unpaid, user_id=never, amount=10_000, items=[(1, 1, 10_000)], at=seoul("2025-01-31 10:00")))
    while buyers_fold():
        pass
    rows("UPDATE payments SET status = 'CANCELLED' WHERE order_id = %s RETURNING 1", [first])
    rows("UPDATE orders SET status = 'CANCELLED', updated_at = '2025-02-01' WHERE id = %s RETURNING 1", [first])
    rows("UPDATE order_facts SET told_at = now() - interval '1 day' RETURNING 1")
    settle()
    assert (of(paid_back)["cohort"], of(paid_back)["lifetime"]["orders"]) == ("2025-01", 2)
    assert (of(paid_back)["lifetime"]["net_revenue"], of(paid_back)["buyer"]) == (20_000, "returning")
    assert (of(never)["cohort"], of(never)["lifetime"]["orders"], of(never)["buyer"]) == ("2025-03", 1, "new")
    assert buyers_by("month", "2025-01-01", "2025-03-01") == {
        "2025-01-01": (1, 0),
        "2025-02-01": (0, 0),
        "2025-03-01": (1, 1),
    }


def test_currencies_are_never_added_but_every_paid_order_counts_for_frequency(market, clock):
    buyer = market.user()
    for currency, total, day in (
        ("USD", "12.50", "2025-11-01"),
        ("KRW", 70_000, "2025-11-02"),
        ("JPY", 900, "2025-11-03"),
    ):
        market.paid_order(buyer_id=buyer, total=total, currency=currency, created_at=seoul(f"{day} 10:00"))
    settle()
    found = of(buyer)
    assert (found["rfm"]["orders"], found["rfm"]["frequency"]) == (3, 3)
    assert (found["rfm"]["net_revenue"], found["rfm"]["money"], found["rfm"]["average_order_value"]) == (
        70_000,
        2,
        70_000,
    )
    assert [(one["currency"], one["orders"], one["net_revenue"]) for one in found["lifetime"]["other_currencies"]] == [
        ("JPY", 1, 900),
        ("USD", 1, Decimal("12.50")),
    ]
    answer = newcomers(period=Period("", date(2025, 11, 1), date(2025, 11, 3)), granularity="month", currency="USD")
    (month,) = answer["series"]
    assert (month["new_buyers"], month["returning_buyers"], month["running"]) == (1, 0, True)
    assert month["first_orders"]["gross_revenue"] == Decimal("12.50")
    assert month["repeat_orders"]["orders"] == 0
    (cohort,) = cohorts(first=date(2025, 11, 1), last=date(2025, 11, 1), currency="JPY", measure=REVENUE)["cohorts"]
    assert (cohort["buyers"], cohort["months"][0]["net_revenue"]) == (1, 900)


def test_two_orders_of_the_first_day_are_a_first_and_a_repeated_one(market, clock):
    buyer = market.user()
    late = market.paid_order(buyer_id=buyer, total=5_000, created_at=seoul("2025-11-01 10:00"))
    market.paid_order(buyer_id=buyer, total=7_000, created_at=seoul("2025-11-01 09:00"))
    latest_orders_settle()
    tell(refund(order_id=late, amount=1_000, refund_id="r", at=seoul("2025-11-04 09:00")))
    settle()
    answer = newcomers(period=Period("", date(2025, 11, 1), date(2025, 11, 4)))
    first, *_, last = answer["series"]
    assert (first["new_buyers"], first["returning_buyers"]) == (1, 0)
    assert (first["first_orders"]["gross_revenue"], first["repeat_orders"]["gross_revenue"]) == (7_000, 5_000)
    assert (last["first_orders"]["refunds"], last["repeat_orders"]["refunds"]) == (0, 1_000)
    assert answer["total"]["returning_buyers"] is None


def test_what_buyers_of_an_age_bring_is_the_average_of_the_cohorts_that_reached_it(market, clock):
    """January: two buyers, 100 and 300 at once, one of them 60 a month later. October: one buyer."""
    one, two, young = market.user(), market.user(), market.user()
    market.paid_order(buyer_id=one, total=100, created_at=seoul("2025-01-10"))
    market.paid_order(buyer_id=two, total=300, created_at=seoul("2025-01-11"))
    market.paid_order(buyer_id=two, total=60, created_at=seoul("2025-02-11"))
    market.paid_order(buyer_id=two, total=40, created_at=seoul("2025-03-11"))
    market.paid_order(buyer_id=young, total=500, created_at=seoul("2025-10-20"))
    settle()
    expected = of(young)["lifetime"]["expected"]
    # November is the young one's age 1 and runs; ages 2 to 9 are known from January's buyers: 40 / 2 at age 2, then 0.
    assert (expected["months_covered"], expected["net_revenue"]) == (8, Decimal("20.00"))
    assert expected["cohort_net_per_buyer"] == Decimal("500.00")
    revenue = cohorts(first=date(2025, 1, 1), last=date(2025, 11, 20), measure=REVENUE)
    assert [(each["age"], each["net_per_buyer"]) for each in revenue["average"][:3]] == [
        (0, Decimal("300.00")),  # (100 + 300 + 500) / 3
        (1, Decimal("30.00")),  # 60 / 2: October's second month is not over
        (2, Decimal("20.00")),
    ]
    assert revenue["average"][2]["cumulative_net_per_buyer"] == Decimal("350.00")
    assert of(one)["lifetime"]["expected"]["months_covered"] == 0
    assert of(one)["lifetime"]["expected"]["net_revenue"] is None


@pytest.mark.parametrize(
    ("granularity", "asked", "whole", "previous", "year"),
    [
        ("day", "2024-02-29 2024-02-29", "2024-02-29 2024-02-29", "2024-02-28 2024-02-28", "2023-02-28 2023-02-28"),
        ("week", "2025-01-01 2025-01-01", "2024-12-30 2025-01-05", "2024-12-23 2024-12-29", "2024-01-01 2024-01-07"),
        ("month", "2024-02-10 2024-03-10", "2024-02-01 2024-03-31", "2023-12-01 2024-01-31", "2023-02-01 2023-03-31"),
        ("quarter", "2025-01-01 2025-01-31", "2025-01-01 2025-03-31", "2024-10-01 2024-12-31", "2024-01-01 2024-03-31"),
        ("year", "2024-02-29 2024-03-01", "2024-01-01 2024-12-31", "2023-01-01 2023-12-31", "2023-01-01 2023-12-31"),
    ],
)
def test_steps_are_whole_and_compared_with_as_many_whole_steps(db, clock, granularity, asked, whole, previous, year):
    period = Period("", *(date.fromisoformat(day) for day in asked.split()))
    answer = newcomers(period=period, granularity=granularity, compare="both")
    assert " ".join(answer["period"].values()) == whole
    assert " ".join(answer["compared"]["previous"]["period"].values()) == previous
    assert " ".join(answer["compared"]["year"]["period"].values()) == year
    assert answer["compared"]["year"]["change_rates"]["new_buyers"] is None


def test_an_empty_platform_has_empty_answers(db, clock):
    assert segments()["total"] == {
        "buyers": 0,
        "share": None,
        "orders": 0,
        "gross_revenue": 0,
        "refunds": 0,
        "net_revenue": 0,
        "average_order_value": None,
        "lifetime_net_revenue": 0,
    }
    assert cohorts(first=date(2025, 1, 1), last=date(2025, 11, 20))["cohorts"] == []
    assert cohorts(first=date(2025, 1, 1), last=date(2025, 11, 20), measure=REVENUE)["average"] == []
    assert of(5)["buyer"] is None
