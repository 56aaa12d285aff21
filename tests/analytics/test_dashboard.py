"""The dashboard's figures against plain SQL over the platform's tables."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from analytics.selectors.dashboard import dashboard
from analytics.selectors.sales.cover import cover
from tests.analytics import plain_sql
from tests.analytics.plain_sql import PAID, rows
from tests.analytics.telling import fold, payment_of_order, rebuild, refund, tell
from tests.analytics.test_rebuild import Story
from tests.factories import seoul
from xlcfi.cache.json_codec import json_decode
from xlcfi.clock import PERIOD_DAYS, FixedClock, Period, named_period, use_clock

pytestmark = pytest.mark.django_db


def expected(period, refunds, currency):
    """The dashboard's figures by plain SQL and sums in Python; the sharing out of totals is plain_sql's."""
    before = Period("before", period.first - timedelta(days=period.days), period.first - timedelta(days=1))

    def money(span):
        days = {key: value for key, value in plain_sql.sales_days(refunds).items() if span.first <= key[1] <= span.last}
        mine = [value for key, value in days.items() if key[0] == currency]
        return (
            sum(v[0] for v in mine),
            sum(v[1] for v in mine),
            sum(v[2] for v in mine),
            sum(v[2] for v in days.values()),
        )

    def active(span):
        return len({user for user, day in plain_sql.active_days() if span.first <= day <= span.last})

    gross, back, orders_in_currency, orders = money(period)
    gross_before, back_before, _, orders_before = money(before)
    products = {}
    for (money_of, day, product), (units, amount, returned, count) in plain_sql.product_sales_days(refunds).items():
        if money_of == currency and period.first <= day <= period.last:
            cell = products.setdefault(product, [0, Decimal(0), 0])
            cell[0] += units
            cell[1] += amount - returned
            cell[2] += count
    best = sorted((p for p in products if products[p][2]), key=lambda p: (-products[p][1], p))[:10]
    return {
        "total": gross - back,
        "gross": gross,
        "refunds": back,
        "previous_total": gross_before - back_before,
        "average": rows("SELECT round(%s::numeric / NULLIF(%s, 0), 2)", [gross, orders_in_currency])[0][0],
        "orders": orders,
        "previous_orders": orders_before,
        "active": active(period),
        "previous_active": active(before),
        "new": rows(
            "SELECT COUNT(*) FROM users WHERE role = 'BUYER' AND created_at::date BETWEEN %s AND %s",
            [period.first, period.last],
        )[0][0],
        "by_status": dict(
            rows(
                "SELECT status, COUNT(*) FROM orders WHERE created_at::date BETWEEN %s AND %s GROUP BY 1",
                [period.first, period.last],
            )
        ),
        "products": [(p, products[p][0], products[p][1], products[p][2]) for p in best],
    }


def found(answer):
    revenue, orders, users = answer["revenue"], answer["orders"], answer["users"]
    return {
        "total": revenue["total"],
        "gross": revenue["gross"],
        "refunds": revenue["refunds"],
        "previous_total": revenue["previous_total"],
        "average": revenue["average_order_value"],
        "orders": orders["count"],
        "previous_orders": orders["previous_count"],
        "active": users["active"],
        "previous_active": users["previous_active"],
        "new": users["new"],
        "by_status": orders["by_status"],
        "products": [(p["product_id"], p["units"], p["revenue"], p["order_count"]) for p in answer["top_products"]],
    }


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("seed", [11, 12])
def test_every_figure_of_every_period_is_that_of_plain_sql(market, seed, folded, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    story = Story(market, seed)
    rebuild()
    tell(*[event for event in story.events if type(event).__name__ == "PaymentRefunded"])
    late = market.paid_order(
        items=[(story.products[0], 1, 5_000)], buyer_id=market.user(), created_at=seoul("2024-03-31 23:59:59.999999")
    )
    tell(payment_of_order(late))
    if folded:
        fold()
    for last in (date(2024, 3, 31), date(2024, 3, 15), date(2024, 3, 1), date(2024, 2, 29)):
        for name in PERIOD_DAYS:
            for currency in ("KRW", "USD"):
                period = named_period(name, last=last)
                assert found(dashboard(period=period, currency=currency)) == expected(period, story.refunds, currency)


def test_the_trend_has_every_day_and_adds_up(market):
    order = market.paid_order(total=30_000, created_at=seoul("2025-03-01 00:00:00"))
    market.paid_order(total=7_000, currency="JPY", created_at=seoul("2025-03-02 10:00:00"))
    rebuild()
    tell(refund(order_id=order, amount=10_000, at=seoul("2025-03-02 09:00:00")))
    answer = dashboard(period=named_period("week", last=date(2025, 3, 4)))
    assert [(day["date"], day["revenue"], day["orders"]) for day in answer["daily_trend"]] == [
        ("2025-02-26", 0, 0),
        ("2025-02-27", 0, 0),
        ("2025-02-28", 0, 0),
        ("2025-03-01", 30_000, 1),
        ("2025-03-02", -10_000, 1),
        ("2025-03-03", 0, 0),
        ("2025-03-04", 0, 0),
    ]
    assert answer["revenue"]["other_currencies"] == [
        {"currency": "JPY", "total": 7_000, "gross": 7_000, "refunds": 0, "average_order_value": 7_000, "orders": 1}
    ]
    assert answer["revenue"]["change_rate"] is None
    assert answer["period"] == {
        "name": "week",
        "from": "2025-02-26T00:00:00+09:00",
        "to": "2025-03-04T23:59:59.999999+09:00",
    }


def test_categories_are_those_of_the_products_now_and_one_that_is_gone_has_no_name(market):
    kimchi = market.category(name="김치")
    product = market.product(category_id=kimchi)
    market.paid_order(items=[(product, 2, 5_000)], created_at=seoul("2025-03-01 10:00:00"))
    rebuild()
    period = named_period("day", last=date(2025, 3, 1))
    (category,) = dashboard(period=period)["top_categories"]
    assert category == {"category_id": kimchi, "name": "김치", "units": 2, "revenue": 10_000}
    rows("SET CONSTRAINTS ALL DEFERRED; ALTER TABLE products DISABLE TRIGGER ALL; SELECT 1")
    rows("ALTER TABLE categories DISABLE TRIGGER ALL; DELETE FROM categories WHERE id = %s RETURNING 1", [kimchi])
    assert dashboard(period=period)["top_categories"][0]["name"] is None


@pytest.mark.parametrize("length", [1, 2, 7, 30, 59, 90, 365])
def test_whole_months_and_edges_cover_each_day_of_a_period_exactly_once(length):
    for offset in range(0, 430, 3):
        first = date(2023, 12, 1) + timedelta(days=offset)
        last = first + timedelta(days=length - 1)
        covered = cover(first=first, last=last)
        counted = {}
        spans = [(covered.months, 1)] if covered.months else []
        spans += [(span, 1) for span in covered.added] + [(span, -1) for span in covered.removed]
        for (begin, end), sign in spans:
            for number in range((end - begin).days + 1):
                day = begin + timedelta(days=number)
                counted[day] = counted.get(day, 0) + sign
        assert {day for day, times in counted.items() if times} == {
            first + timedelta(days=number) for number in range(length)
        }
        assert set(counted.values()) <= {0, 1}
        if covered.months:
            assert covered.months[0].day == 1
            assert (covered.months[1] + timedelta(days=1)).day == 1


def test_the_plan_reads_the_platforms_products_and_categories_by_key_and_nothing_else_of_it(market, scanned_tables):
    story = Story(market, 13)
    rebuild()
    rows("INSERT INTO categories (name) SELECT 'c' || n FROM generate_series(1, 3000) n RETURNING 1")
    rows(
        """INSERT INTO products (seller_id, category_id, name, price, currency, stock, status, created_at, updated_at)
        SELECT seller_id, category_id, 'p' || n, 1, 'KRW', 1, 'ON_SALE', now(), now()
        FROM products, generate_series(1, 3000) n WHERE products.id = %s RETURNING 1""",
        [story.products[0]],
    )
    rows("ANALYZE; SELECT 1")
    with scanned_tables() as scanned:
        dashboard(period=named_period("year", last=date(2024, 3, 31)))
    platform = {"users", "categories", "products", "orders", "order_items", "payments", "reviews", "deliveries"}
    assert {table for table, _ in scanned if table in platform} <= {"products", "categories"}
    assert all("Index" in node for table, node in scanned if table in platform)


def test_the_cached_dashboard_ends_with_the_day_in_seoul(market, fresh_cache):
    from analytics.selectors.dashboard import dashboard_cached

    market.paid_order(total=30_000, created_at=seoul("2025-03-01 23:59:00"))
    rebuild()
    with use_clock(FixedClock(seoul("2025-03-01 23:59:58"))):
        assert json_decode(bytes(dashboard_cached(period="day")))["revenue"]["total"] == 30_000
        assert 1 <= fresh_cache.ttl("dashboard:stats:day") <= 2


def test_paid_is_what_the_contract_says(market):
    orders = {
        "completed": ("COMPLETED", seoul("2025-03-01 10:00")),
        "refunded": ("REFUNDED", seoul("2025-03-01 10:00")),
        "cancelled after payment": ("CANCELLED", seoul("2025-03-01 10:00")),
        "cancelled": ("CANCELLED", None),
        "failed": ("FAILED", None),
        "pending": ("PENDING", None),
    }
    for status, paid_at in orders.values():
        order = market.order(items=[(market.product(), 1, 1_000)], created_at=seoul("2025-03-01 09:00"))
        market.payment(order, status=status, paid_at=paid_at)
    rebuild()
    answer = dashboard(period=named_period("day", last=date(2025, 3, 1)))
    assert answer["orders"]["count"] == 3 == rows(f"SELECT COUNT(*) FROM orders o WHERE {PAID}")[0][0]
    assert answer["orders"]["by_status"] == {"PENDING": 6}
