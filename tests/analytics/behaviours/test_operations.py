"""Operations: every figure against the platform's rows, kept by events, by looking, by a rebuild; tables may go."""

import random
from datetime import date, timedelta

import pytest

from analytics.selectors.operations.answer import operations
from analytics.selectors.operations.rows import payments_by_day
from analytics.services.operations import keeping
from analytics.services.operations.keeping import operations_fold, operations_rebuild, operations_settle
from tests.analytics.behaviours import operations_by_hand as by_hand
from tests.analytics.behaviours.acting import came, cancelled, happens
from tests.analytics.plain_sql import rows
from tests.analytics.telling import payment_of_order, rebuild, tell
from tests.factories import seoul
from xlcfi.clock import Period
from xlcfi.platform.selectors import sources_forget

pytestmark = pytest.mark.django_db

PERIODS = [
    Period("all", date(2024, 1, 1), date(2026, 12, 31)),
    Period("year end", date(2024, 12, 31), date(2025, 1, 1)),
    Period("february", date(2024, 2, 15), date(2024, 3, 16)),
    Period("most of a month", date(2025, 10, 3), date(2025, 10, 30)),
    Period("a day", date(2024, 2, 29), date(2024, 2, 29)),
    Period("nothing", date(2019, 1, 1), date(2019, 2, 1)),
]


def figures(period):
    return operations(period=period, compared={})


@pytest.fixture
def busy(market, settings):
    """Orders around midnights of two years, in three currencies, with all that can become of them."""
    settings.REBUILD_SETTLE_SECONDS = 0
    chance = random.Random(7)
    products = [market.product(price=1_000) for _ in range(4)]
    buyers = [market.user() for _ in range(5)]
    coupons = [market.coupon(name="환영"), market.coupon()]
    edges = [seoul(f"{day} 00:00") for day in ("2024-02-29", "2024-03-01", "2025-01-01", "2025-10-03", "2025-10-31")]
    market.sql("ALTER TABLE payments DROP CONSTRAINT payments_status_check")
    market.sql("ALTER TABLE deliveries DROP CONSTRAINT deliveries_status_check")
    for number in range(90):
        at = chance.choice(edges) + timedelta(microseconds=chance.choice([-1, 0, 1, 3_600_000_000]))
        currency = chance.choice(["KRW", "KRW", "USD", "JPY"])
        lines = [(product, chance.randint(1, 3), 1_000) for product in chance.sample(products, 2)]
        total = sum(q * p for _, q, p in lines) - chance.choice([0, 0, 300, -200])
        order = market.order(
            buyer_id=chance.choice(buyers), items=lines, total=total, currency=currency, created_at=at,
            status=chance.choice(["PENDING", "CONFIRMED", "DELIVERED", "CANCELLED"]),
        )  # fmt: skip
        for _ in range(chance.randint(0, 2)):
            status = chance.choice(["PENDING", "COMPLETED", "COMPLETED", "FAILED", "CANCELLED", "REFUNDED", "HELD"])
            market.payment(
                order, status=status, method=chance.choice(["CARD", "BALANCE"]), created_at=at,
                paid_at=chance.choice([None, at]) if status in ("CANCELLED", "REFUNDED") else None,
            )  # fmt: skip
        if number % 2:
            took = timedelta(hours=chance.choice([0, 1, 24, 72, 72.5, 300]), microseconds=chance.choice([0, 1]))
            arrived = chance.choice([None, at + took])
            market.delivery(
                order, status="DELIVERED" if arrived else chance.choice(["REQUESTED", "LOST"]),
                requested_at=at, delivered_at=arrived,
            )  # fmt: skip
        for _ in range(chance.choice([0, 0, 1, 2])):
            used = chance.random() < 0.7
            market.user_coupon(
                coupon_id=chance.choice(coupons), status="USED" if used else chance.choice(["ISSUED", "EXPIRED"]),
                order_id=order if used else None, issued_at=at - timedelta(days=3), used_at=at if used else None,
            )  # fmt: skip
        market.balance(type=chance.choice(["CHARGE", "USE", "REFUND"]), amount=number, created_at=at)
        market.blockchain_record(order_id=order, status=chance.choice(["PENDING", "CONFIRMED"]), created_at=at)
    return market


def as_the_tables_say(period):
    first, last = period.first, period.last
    found = figures(period)
    statuses, paid = by_hand.orders(first, last)
    assert found["orders"]["by_status"] == statuses
    assert (found["orders"]["created"], found["orders"]["paid"]) == (sum(statuses.values()), paid)
    told = found["payments"]["by_method"]
    assert {
        (row["method"], row["currency"]): (row["attempts"], row["succeeded"], row["pending"], row["amount"])
        for row in told
    } == by_hand.payments(first, last)
    for row in [found["payments"], *told]:
        decided = row["attempts"] - row["pending"]
        assert row["success_rate"] == (round(row["succeeded"] / decided, 4) if decided else None)
    parcels, hours = found["deliveries"], by_hand.lead_hours(first, last)
    assert parcels["by_status"] == by_hand.parcels(first, last)
    assert parcels["delivered"] == len(hours)
    assert parcels["late"] == sum(each > 72 for each in hours)
    if hours:
        for name, share in (("median_hours", 0.5), ("p90_hours", 0.9)):
            assert abs(parcels[name] - by_hand.nearest_rank(hours, share)) <= 0.5
    else:
        assert parcels["median_hours"] is parcels["p90_hours"] is parcels["late_share"] is None
    coupons = found["coupons"]
    revenue = {row["currency"]: (row["orders"], row["gross"], row["discount"]) for row in coupons["revenue"]}
    assert (coupons["issued"], coupons["issued_and_used"], coupons["used"], revenue) == by_hand.coupons(first, last)
    kept = {row["type"]: (row["count"], row["amount"]) for row in found["balances"]["by_type"] if row["count"]}
    assert kept == by_hand.balances(first, last)
    assert found["blockchain"]["by_status"] == by_hand.chain(first, last)


def test_every_figure_is_what_the_rows_say(busy):
    rebuild()
    for period in PERIODS:
        as_the_tables_say(period)
    assert figures(PERIODS[0])["unavailable"] == []


def test_looking_at_the_latest_rows_finds_what_a_rebuild_would(busy):
    rebuild()
    busy.order()
    busy.payment(busy.order(created_at=seoul("2025-10-31")), status="FAILED")
    busy.balance(amount=5)
    busy.sql("UPDATE payments SET status = 'COMPLETED', paid_at = created_at WHERE status = 'PENDING'")
    busy.sql("DELETE FROM user_coupons WHERE id IN (SELECT id FROM user_coupons ORDER BY id LIMIT 3)")
    assert operations_settle() > 0
    assert operations_settle() == 0
    assert operations_rebuild(apply=True).changed == 0


def test_the_slow_round_finds_what_changed_long_ago(busy):
    rebuild()
    busy.sql("UPDATE payments SET id = id + 1700 WHERE id % 3 = 0")
    busy.sql("UPDATE payments SET method = 'TRANSFER' WHERE id % 2 = 0")
    busy.sql("DELETE FROM deliveries")
    [(blocks,)] = rows("SELECT GREATEST((SELECT MAX(id) FROM payments) / 500, MAX(block)) + 1 FROM operation_blocks")
    assert sum(operations_settle(latest=1, blocks=2, turn=turn) for turn in range(-(-blocks // 2))) > 0
    assert operations_rebuild(apply=True).changed == 0


def test_an_event_is_in_the_figures_once_its_orders_rows_are_read_again(market, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    day = Period("day", date(2025, 11, 19), date(2025, 11, 19))
    order = market.paid_order(created_at=seoul("2025-11-19 10:00"))
    market.user_coupon(order_id=order, status="USED", used_at=seoul("2025-11-19 10:00"))
    market.delivery(order, requested_at=seoul("2025-11-19 11:00"), delivered_at=seoul("2025-11-19 13:00"))
    happens(payment_of_order(order))
    found = figures(day)
    assert found["payments"]["success_rate"] == found["orders"]["success_rate"] == 1
    assert found["coupons"]["revenue"][0]["gross"] == 10_000
    assert (found["deliveries"]["delivered"], found["deliveries"]["median_hours"]) == (1, 1.5)
    market.sql("UPDATE payments SET status = 'FAILED', paid_at = NULL")
    happens(cancelled(order, seoul("2025-11-19 12:00"), reason="변심"))
    found = figures(day)
    assert (found["payments"]["succeeded"], found["coupons"]["revenue"]) == (0, [])
    assert found["cancellations"]["reasons"] == [{"reason": "변심", "count": 1}]


def test_a_row_that_is_not_visible_yet_is_looked_for_again(market):
    tell(came(1_000_000, seoul("2025-11-19 10:00")))
    operations_fold()
    assert rows("SELECT looks FROM operation_touches") == [(1,)]
    assert operations_fold() == 0
    for looks in (2, None):
        market.sql("UPDATE operation_touches SET due_at = now()")
        assert operations_fold() == 1
        assert rows("SELECT looks FROM operation_touches") == ([(looks,)] if looks else [])


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ("deliveries", "deliveries"),
        ("user_coupons", "coupons"),
        ("balance_histories", "balances"),
        ("blockchain_records", "blockchain"),
    ],
)
def test_a_table_that_is_not_deployed_takes_its_part_away_and_nothing_else(busy, table, part):
    rebuild()
    before = figures(PERIODS[0])
    busy.sql(f"ALTER TABLE {table} RENAME TO away")
    sources_forget()
    operations_settle()
    assert operations_rebuild(apply=True).changed == 0
    found = figures(PERIODS[0])
    assert found[part] is None
    assert found["unavailable"] == [table]
    assert {name for name in before if found[name] != before[name]} == {part, "unavailable"}
    busy.sql(f"ALTER TABLE away RENAME TO {table}")
    sources_forget()
    assert figures(PERIODS[0]) == before
    as_the_tables_say(PERIODS[0])


def test_a_rebuild_mends_what_is_wrong_in_the_days_and_in_the_months(busy):
    rebuild()
    rows("UPDATE operation_days SET count = count + 1 WHERE source = 'payments' RETURNING 1")
    rows("DELETE FROM operation_months WHERE source = 'balances' RETURNING 1")
    rows("UPDATE operation_blocks SET amount = 1 WHERE source = 'coupon_orders' RETURNING 1")
    assert operations_rebuild(apply=False).changed > 0
    assert operations_rebuild(apply=True).changed > 0
    for period in PERIODS:
        as_the_tables_say(period)


def test_the_promise_is_a_setting_that_needs_no_rebuild(market, settings):
    asked = seoul("2025-11-01 10:00")
    for hours, micro in ((24, 0), (24, 1), (48, 0)):
        market.delivery(requested_at=asked, delivered_at=asked + timedelta(hours=hours, microseconds=micro))
    operations_settle()
    settings.DELIVERY_PROMISE_DAYS = 1
    assert figures(PERIODS[0])["deliveries"]["late"] == 2
    settings.DELIVERY_PROMISE_DAYS = 2
    assert figures(PERIODS[0])["deliveries"]["late"] == 0


def test_payments_are_told_by_day_too(busy):
    rebuild()
    days = payments_by_day(period=PERIODS[0])
    assert len(days) == PERIODS[0].days
    assert sum(day["attempts"] for day in days) == rows("SELECT COUNT(*) FROM payments")[0][0]
    assert [day["date"] for day in days] == sorted({day["date"] for day in days})


def test_no_market_at_all_has_figures_too(db):
    found = figures(PERIODS[0])
    assert found["orders"] == {"created": 0, "paid": 0, "success_rate": None, "by_status": {}}
    assert found["deliveries"]["late_share"] is None
    assert keeping.operations_rebuild(apply=True).changed == 0
