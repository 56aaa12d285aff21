"""Discounts, cancellations, hours, sellers and countries: each on its own row, figures worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from analytics.services.rebuild import recent_orders_settle
from tests.analytics.plain_ledger import Return, expect_ledger
from tests.analytics.plain_sql import rows
from tests.analytics.telling import cancellation, fold, payment, payment_of_order, rebuild, refund, tell
from tests.factories import seoul

pytestmark = pytest.mark.django_db

NOON = seoul("2025-02-28 12:00:00")
LATER = NOON + timedelta(days=3, hours=4)


@pytest.fixture(autouse=True)
def settled(settings):
    settings.REBUILD_SETTLE_SECONDS = 0


def kinds():
    """kind -> amount of all entries."""
    return dict(rows("SELECT kind, SUM(amount) FROM ledger_entries GROUP BY kind"))


def day_sums():
    found = rows("SELECT day, gross, discounts, refunds, cancelled, orders, units FROM sales_days")
    return {row[0]: tuple(int(each) for each in row[1:]) for row in found}


def test_a_discount_is_the_lines_worth_beyond_their_share_and_a_surcharge_is_below_zero(market):
    a, b = market.product(), market.product()
    cheap = market.paid_order(items=[(a, 2, 5_000), (b, 1, 20_000)], total=27_000, created_at=NOON)
    dear = market.paid_order(items=[(a, 1, 5_000)], total=7_500, created_at=NOON)
    even = market.paid_order(items=[(b, 1, 20_000)], total=20_000, created_at=NOON)
    tell(*map(payment_of_order, (cheap, dear, even)))
    fold()
    # 27,000 over 10,000 : 20,000 is 9,000 and 18,000; the shipping of 2,500 is no discount.
    told = rows("SELECT order_id, product_id, amount FROM ledger_entries WHERE kind = 'D' ORDER BY 1, 2")
    assert told == [(cheap, a, 1_000), (cheap, b, 2_000), (dear, a, -2_500)]
    assert day_sums() == {NOON.date(): (54_500, 500, 0, 0, 3, 5)}
    expect_ledger([])
    rebuild()
    expect_ledger([])


def test_lines_whose_prices_nobody_told_make_no_discount_until_the_row_tells_them(market):
    a, b, buyer = market.product(), market.product(), market.user()
    tell(payment(order_id=900, user_id=buyer, amount=9_000, items=[(a, 1, 4_000), (b, 1, "0")], at=NOON))
    fold()
    assert kinds() == {"S": 9_000, "D": -5_000}
    lines = [(a, 1, 4_000), (b, 1, 0)]
    unpriced = payment(order_id=901, user_id=buyer, amount=9_000, items=lines, at=NOON)
    items = tuple(type(item)(product_id=item.product_id, quantity=1, price=None) for item in unpriced.items)
    tell(type(unpriced)(**{name: getattr(unpriced, name) for name in unpriced.__struct_fields__} | {"items": items}))
    assert rows("SELECT kind, SUM(amount) FROM ledger_entries WHERE order_id = 901 GROUP BY 1") == [("S", 9_000)]
    market.row(
        "orders", id=901, buyer_id=buyer, seller_id=market.user("SELLER"), status="CONFIRMED", total=9_000,
        currency="KRW", created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    for product in (a, b):
        market.row("order_items", order_id=901, product_id=product, quantity=1, unit_price=5_000)
    market.payment(901)
    rebuild()
    assert kinds() == {"S": 9_000, "D": 1_000}
    expect_ledger([])


def test_an_hour_is_seouls_hour_at_the_edges_of_a_day(market):
    late = market.paid_order(total=12_900, created_at=seoul("2024-12-31 23:59:59.999999"))
    early = market.paid_order(total=35_900, created_at=seoul("2025-01-01 00:00:00"))
    back = seoul("2025-01-31 23:59:59.999999")
    tell(payment_of_order(late, at=seoul("2025-01-01 00:00:03")), payment_of_order(early))
    tell(refund(order_id=late, amount=900, at=back), refund(order_id=early, amount=500, at=seoul("2025-02-01")))
    fold()
    assert rows("SELECT day, hour, gross, refunds, orders FROM sales_hours ORDER BY 1, 2") == [
        (date(2024, 12, 31), 23, 12_900, 0, 1),
        (date(2025, 1, 1), 0, 35_900, 0, 1),
        (date(2025, 1, 31), 23, 0, 900, 0),
        (date(2025, 2, 1), 0, 0, 500, 0),
    ]
    returns = [Return(late, back, 900), Return(early, seoul("2025-02-01"), 500)]
    expect_ledger(returns)
    rebuild()
    expect_ledger(returns)


@pytest.mark.parametrize("turn", range(6))
def test_money_of_an_order_that_was_called_off_is_a_cancellation_whoever_tells_it_first(market, turn):
    order = market.paid_order(total=30_000, created_at=NOON)
    other = market.paid_order(total=10_000, created_at=NOON)
    events = [
        payment_of_order(order),
        refund(order_id=order, amount=12_000, at=LATER),
        cancellation(order_id=order, at=NOON + timedelta(hours=1)),
    ]
    orders = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    for number in orders[turn]:
        tell(events[number])
        fold()
    tell(payment_of_order(other), refund(order_id=other, amount=1_000, at=LATER))
    fold()
    assert kinds() == {"S": 40_000, "C": 12_000, "R": 1_000}
    assert day_sums()[LATER.date()] == (0, 0, 13_000, 12_000, 0, 0)
    returns = [Return(order, LATER, 12_000, cancelled=True), Return(other, LATER, 1_000)]
    expect_ledger(returns)
    rebuild()
    expect_ledger(returns)


def test_a_return_becomes_a_cancellation_when_the_status_says_so_later(market):
    order = market.paid_order(total=30_000, created_at=NOON)
    tell(payment_of_order(order), refund(order_id=order, amount=12_000, at=LATER))
    fold()
    assert kinds() == {"S": 30_000, "R": 12_000}
    rows("UPDATE orders SET status = 'CANCELLED' WHERE id = %s RETURNING 1", [order])
    rebuild()
    assert kinds() == {"S": 30_000, "C": 12_000}
    expect_ledger([Return(order, LATER, 12_000, cancelled=True)])


def test_what_only_the_tables_tell_is_a_cancellation_or_a_return_by_its_status_in_the_hour_of_its_change(market):
    gone = market.paid_order(total=30_000, created_at=NOON, updated_at=seoul("2025-03-04 23:30:00"))
    back = market.paid_order(total=20_000, created_at=NOON, updated_at=seoul("2025-03-05 00:00:00"))
    rows("UPDATE payments SET status = 'CANCELLED' WHERE order_id = %s RETURNING 1", [gone])
    rows("UPDATE orders SET status = 'CANCELLED' WHERE id = %s RETURNING 1", [gone])
    rows("UPDATE payments SET status = 'REFUNDED' WHERE order_id = %s RETURNING 1", [back])
    rows("UPDATE orders SET status = 'REFUNDED' WHERE id = %s RETURNING 1", [back])
    rebuild()
    assert rows("SELECT kind, day, hour, amount FROM ledger_entries WHERE kind IN ('R', 'C') ORDER BY 1") == [
        ("C", date(2025, 3, 4), 23, 30_000),
        ("R", date(2025, 3, 5), 0, 20_000),
    ]
    expect_ledger(
        [Return(gone, seoul("2025-03-04 23:30:00"), cancelled=True), Return(back, seoul("2025-03-05 00:00:00"))]
    )


def test_sellers_and_countries_are_those_of_the_order_and_nothing_where_nobody_knows_them(market):
    abroad, stranger = market.user(country_code="US"), 987_654_321
    product = market.product()
    order = market.paid_order(buyer_id=abroad, items=[(product, 1, "9.99")], currency="USD", created_at=NOON)
    tell(
        payment_of_order(order),
        payment(order_id=902, user_id=stranger, amount=5_000, items=[(product, 1, 5_000)], at=NOON),
    )
    fold()
    seller = rows("SELECT seller_id FROM orders")[0][0]
    assert rows("SELECT country, currency, gross FROM country_sales_days ORDER BY 1") == [
        ("", "KRW", 5_000), ("US", "USD", Decimal("9.99"))]  # fmt: skip
    assert rows("SELECT seller_id, currency, gross FROM seller_sales_days ORDER BY 1") == [
        (0, "KRW", 5_000), (seller, "USD", Decimal("9.99"))]  # fmt: skip
    assert rows("SELECT seller_id, units FROM product_sales_days ORDER BY 1") == [(0, 1), (seller, 1)]


def test_an_order_that_settles_elsewhere_takes_everything_along_and_leaves_nothing_behind(market):
    buyer, product, before = market.user(country_code="JP"), market.product(), seoul("2025-01-01 00:00:01")
    tell(
        payment(order_id=903, user_id=buyer, seller_id=4_000, amount=5_000, items=[(product, 1, 6_000)], at=before),
        refund(order_id=903, amount=1_000, at=LATER),
    )
    fold()
    assert rows("SELECT day, hour, discounts FROM sales_hours ORDER BY 1")[0] == (date(2025, 1, 1), 0, 1_000)
    other = market.user(country_code="US")
    market.row(
        "orders", id=903, buyer_id=other, seller_id=market.user("SELLER"), status="CONFIRMED", total=5_500,
        currency="KRW", created_at=seoul("2024-12-31 23:59:59.999999"), updated_at=NOON,
    )  # fmt: skip
    market.row("order_items", order_id=903, product_id=product, quantity=2, unit_price=3_000)
    market.payment(903)
    rows("DELETE FROM buyer_changes RETURNING 1")
    recent_orders_settle()
    assert {buyer, other} <= {row[0] for row in rows("SELECT user_id FROM buyer_changes")}
    fold()
    expect_ledger([Return(903, LATER, 1_000)])
    assert rows("SELECT DISTINCT seller_id FROM seller_sales_days") == rows("SELECT seller_id FROM orders")
    assert rows("SELECT COUNT(*) FROM sales_hours WHERE day = '2025-01-01'") == [(0,)]


def test_a_refund_of_nothing_leaves_no_row_of_zeros_neither_told_nor_rebuilt(market):
    order = market.paid_order(items=[(market.product(), 1, 1), (market.product(), 1, 1)], total=2, created_at=NOON)
    tell(payment_of_order(order), refund(order_id=order, amount=0, at=LATER))
    tell(refund(order_id=order, amount=1, at=LATER + timedelta(days=1)))
    fold()
    returns = [Return(order, LATER, 0), Return(order, LATER + timedelta(days=1), 1)]
    expect_ledger(returns)
    rebuild()
    expect_ledger(returns)
    assert rows("SELECT COUNT(*) FROM sales_days WHERE day = %s", [LATER.date()]) == [(0,)]


def test_every_change_of_a_buyers_sales_is_told_to_the_buyers_sums(market):
    buyer = market.user()
    order = market.paid_order(buyer_id=buyer, total=30_000, created_at=NOON)

    def told():
        found = [row[0] for row in rows("DELETE FROM buyer_changes RETURNING user_id")]
        return set(found)

    tell(payment_of_order(order))
    assert told() == {buyer}
    tell(refund(order_id=order, amount=1_000, at=LATER))
    assert told() == {buyer}
    tell(refund(order_id=order, amount=1_000, at=LATER), payment_of_order(order))
    assert told() == set()
    tell(payment(order_id=950, user_id=buyer, amount=1_000, items=[], at=NOON))
    assert told() == {buyer}
    rebuild()  # the row of 950 never came
    assert buyer in {row[0] for row in rows("SELECT buyer_id FROM order_facts")}
    assert rows("SELECT COUNT(*) FROM order_facts WHERE order_id = 950") == [(0,)]
