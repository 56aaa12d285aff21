"""Targets over the rollups, and the alerts about them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import Target, TargetAlert
from analytics.selectors.goals.targets import alerts_latest, target_state, target_states, targets_running
from analytics.services.goals.targets import TargetWanted, target_delete, target_make, targets_evaluate
from tests.analytics.plain_sql import rows
from tests.analytics.telling import rebuild, refund, tell
from tests.factories import seoul
from xlcfi.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db


def wanted(**more):
    given = {"name": "November", "metric": "net_revenue", "period": "month", "first": date(2025, 11, 1)}
    return TargetWanted(**{**given, "amount": Decimal(1_000_000), **more})


def make(**more):
    return target_make(wanted=wanted(**more), owner="hana")[0]


@pytest.fixture
def sold(market, clock):
    """Nineteen days of November with two orders each, of two sellers; one in dollars, one at the last moment."""
    food, kimchi = market.category(name="식품"), None
    kimchi = market.category(name="김치", parent_id=food)
    radish = market.category(name="무김치", parent_id=kimchi)
    tea = market.category(name="차")
    one, two = market.user("SELLER"), market.user("SELLER")
    products = {
        "kimchi": market.product(seller_id=one, category_id=radish),
        "tea": market.product(seller_id=two, category_id=tea),
    }
    for day in range(1, 20):
        at = seoul(f"2025-11-{day:02} 11:00")
        market.paid_order(items=[(products["kimchi"], 2, 10_000)], created_at=at, seller_id=one)
        market.paid_order(items=[(products["tea"], 1, 10_000)], created_at=at, seller_id=two)
    market.paid_order(items=[(products["tea"], 5, 20)], currency="USD", created_at=seoul("2025-11-03"), seller_id=two)
    market.paid_order(items=[(products["tea"], 1, 700)], created_at=seoul("2025-10-31 23:59:59.999999"), seller_id=two)
    rebuild()
    return {"one": one, "two": two, "food": food, "tea": tea, **products}


def test_what_is_reached_is_what_plain_sql_says(sold):
    asked = {
        "all": make(name="all"),
        "gross": make(name="gross", metric="gross"),
        "dollars": make(name="dollars", currency="USD"),
        "orders": make(name="orders", metric="orders"),
        "units": make(name="units", metric="units"),
        "buyers": make(name="buyers", metric="new_buyers"),
        "seller": make(name="seller", scope="seller", scope_id=sold["one"]),
        "category": make(name="category", scope="category", scope_id=sold["food"]),
        "product": make(name="product", metric="orders", scope="product", scope_id=sold["tea"] + 0),
    }
    actual = {name: target_state(target_id=target.id).progress.actual for name, target in asked.items()}
    [(total, orders, units, dollars, mine)] = rows(
        """SELECT SUM(o.total) FILTER (WHERE o.currency = 'KRW'), COUNT(*), SUM(i.quantity),
                  SUM(o.total) FILTER (WHERE o.currency = 'USD'), SUM(o.total) FILTER (WHERE o.seller_id = %s)
           FROM orders o JOIN order_items i ON i.order_id = o.id
           WHERE o.created_at >= '2025-11-01' AND o.created_at < '2025-12-01'""",
        [sold["one"]],
    )
    [(buyers,)] = rows("SELECT COUNT(*) FROM users WHERE role = 'BUYER' AND created_at >= '2025-11-01'")
    assert (actual["all"], actual["gross"]) == (total, total)
    assert (actual["orders"], actual["units"], actual["dollars"]) == (orders, units, dollars)
    assert (actual["seller"], actual["category"], actual["buyers"]) == (mine, mine, buyers)
    assert total == 19 * 30_000


def test_a_product_is_counted_by_its_own_orders(sold):
    target = make(metric="orders", scope="product", scope_id=sold["kimchi"])
    assert target_state(target_id=target.id).progress.actual == 19


def test_changes_that_wait_to_be_folded_count_too(sold):
    target = make()
    [(order,)] = rows("SELECT MIN(id) FROM orders WHERE total = 20000")
    tell(refund(order_id=order, amount=5_000, at=seoul("2025-11-20 09:00")))
    assert rows("SELECT COUNT(*) FROM rollup_deltas") != [(0,)]
    assert target_state(target_id=target.id).progress.actual == 19 * 30_000 - 5_000


def test_expected_and_forecast_of_a_running_month(sold, clock):
    clock.moment = seoul("2025-11-20 12:00")
    progress = target_state(target_id=make(amount=Decimal(900_000)).id).progress
    # 19.5 of 30 days are over; 19 whole days brought 570,000, which is 900,000 in 30.
    assert (progress.expected, progress.forecast) == (585_000, 900_000)
    assert (progress.elapsed, progress.by_last_year, progress.status) == (0.65, False, "on_track")


def test_last_years_days_are_the_weights_where_they_are_known(sold, clock):
    clock.moment = seoul("2025-11-20 00:00")
    for offset in range(30):
        # 364 days before: 2 November 2024 is the Saturday that 1 November 2025 is.
        day, net = date(2024, 11, 2) + timedelta(days=offset), 100 if offset < 19 else 1_000
        rows(
            "INSERT INTO sales_days (currency, day, gross, refunds, orders) VALUES ('KRW', %s, %s, 0, 1) RETURNING 1",
            [day, net],
        )
    progress = target_state(target_id=make(amount=Decimal(4_000_000)).id).progress
    assert progress.by_last_year
    assert progress.elapsed == pytest.approx(1_900 / 12_900, abs=1e-4)
    assert progress.forecast == (Decimal(570_000) * 12_900 / 1_900).quantize(Decimal("0.01"))


def test_asked_for_twice_it_is_one_target_and_another_amount_is_refused(sold):
    first, made = target_make(wanted=wanted(), owner="hana")
    again, made_again = target_make(wanted=wanted(first=date(2025, 11, 17)), owner="minsu")
    assert (made, made_again, again.id, again.owner) == (True, False, first.id, "hana")
    with pytest.raises(InvalidInput) as refused:
        make(amount=Decimal(5))
    assert "amount" in refused.value.details["fields"]
    assert Target.objects.count() == 1


@pytest.mark.parametrize(
    ("period", "first", "days"),
    [
        ("month", "2024-02-17", ("2024-02-01", "2024-02-29")),
        ("month", "2025-12-31", ("2025-12-01", "2025-12-31")),
        ("quarter", "2025-11-20", ("2025-10-01", "2025-12-31")),
        ("year", "2024-06-01", ("2024-01-01", "2024-12-31")),
    ],
)
def test_a_period_is_the_whole_one_that_holds_the_day(db, clock, period, first, days):
    target = make(period=period, first=date.fromisoformat(first))
    assert (str(target.first), str(target.last)) == days


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": "  "}),
        ("amount", {"amount": Decimal(0)}),
        ("amount", {"metric": "orders", "amount": Decimal("1.5")}),
        ("currency", {"metric": "orders", "currency": "KRW"}),
        ("to", {"period": "custom"}),
        ("to", {"period": "custom", "last": date(2025, 10, 31)}),
        ("to", {"period": "custom", "last": date(2035, 10, 31)}),
        ("to", {"last": date(2025, 11, 29)}),
        ("scope_id", {"scope_id": 5}),
        ("scope_id", {"scope": "seller", "scope_id": 999_999}),
        ("scope_id", {"scope": "product"}),
        ("scope_id", {"scope": "category", "scope_id": 2**70}),
        ("scope", {"metric": "new_buyers", "scope": "seller", "scope_id": 1}),
        ("metric", {"metric": "orders", "scope": "category", "scope_id": 1}),
    ],
)
def test_what_can_be_no_target_is_refused_by_its_field(db, clock, field, wrong):
    with pytest.raises(InvalidInput) as refused:
        make(**wrong)
    assert list(refused.value.details["fields"]) == [field]
    assert Target.objects.count() == 0


def test_each_change_of_status_is_told_once(sold, clock):
    clock.moment = seoul("2025-11-20 12:00")
    target = make(amount=Decimal(900_000))
    assert (target.status, TargetAlert.objects.count()) == ("on_track", 0)
    [(order,)] = rows("SELECT MIN(id) FROM orders WHERE total = 20000")
    tell(refund(order_id=order, amount=20_000, at=seoul("2025-11-19 22:00")))
    others = rows("SELECT id FROM orders WHERE total = 20000 AND id <> %s ORDER BY id LIMIT 2", [order])
    for (other,) in others:
        tell(refund(order_id=other, at=seoul("2025-11-19 22:00")))
    assert [targets_evaluate(), targets_evaluate()] == [1, 0]
    [alert] = alerts_latest()
    # 510,000 in 19 days lead to 805,263 in 30: under 95 % of 900,000.
    assert (alert.before, alert.status, alert.actual) == ("on_track", "at_risk", 510_000)
    assert alert.forecast == Decimal("805263.16")
    clock.moment = seoul("2025-12-01 00:00")
    assert [targets_evaluate(), targets_evaluate()] == [1, 0]
    assert [alert.status for alert in alerts_latest()] == ["missed", "at_risk"]
    clock.moment = seoul("2026-03-01 00:00")
    assert targets_evaluate() == 0


def test_a_target_that_is_reached_already_says_so_when_it_is_made(sold):
    target = make(amount=Decimal(500_000))
    assert target.status == "reached"
    assert [(alert.before, alert.status) for alert in target.alerts.all()] == [("on_track", "reached")]


def test_a_target_that_has_not_begun_is_not_evaluated(sold, clock):
    make(first=date(2026, 1, 1))
    assert targets_evaluate() == 0


def test_who_deletes_a_target_deletes_its_alerts(sold):
    target = make(amount=Decimal(500_000))
    target_delete(target_id=target.id)
    assert (Target.objects.count(), TargetAlert.objects.count()) == (0, 0)
    with pytest.raises(NotFound):
        target_delete(target_id=target.id)


def test_many_targets_cost_no_more_statements_than_one_of_each_kind(sold):
    for number in range(3):
        make(name=f"all {number}")
        make(name=f"seller {number}", scope="seller", scope_id=sold["one"])
        make(name=f"category {number}", scope="category", scope_id=sold["food"])
        make(name=f"product {number}", scope="product", scope_id=sold["kimchi"])
        make(name=f"buyers {number}", metric="new_buyers")
    targets = list(Target.objects.all())
    with CaptureQueriesContext(connection) as seen:
        states = target_states(targets)
    assert (len(states), len(seen)) == (15, 6)
    assert [state.target.name for state in targets_running(limit=2)] == ["all 0", "seller 0"]
