"""Sales and refunds, counted once each, on the right day, to the won."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.analytics import ours
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, payment, payment_of_order, rebuild, refund, tell
from tests.factories import seoul

pytestmark = pytest.mark.django_db

NOON = seoul("2025-02-28 12:00:00")


@pytest.fixture(autouse=True)
def settled(settings):
    settings.REBUILD_SETTLE_SECONDS = 0


def test_an_order_one_microsecond_before_midnight_in_seoul_belongs_to_the_day_that_ends(market):
    late = market.paid_order(total=12_900, created_at=seoul("2025-02-28 23:59:59.999999"))
    early = market.paid_order(total=35_900, created_at=seoul("2025-03-01 00:00:00"))
    tell(payment_of_order(late, at=seoul("2025-03-01 00:00:03")), payment_of_order(early))
    fold()
    assert ours.sales_days() == {
        ("KRW", date(2025, 2, 28)): (Decimal(12_900), 0, 1),
        ("KRW", date(2025, 3, 1)): (Decimal(35_900), 0, 1),
    }


def test_a_payment_told_in_other_words_or_twice_counts_once(market):
    order = market.paid_order(total=12_900, created_at=NOON)
    tell(payment_of_order(order, event_id="a"), payment_of_order(order, event_id="b"))
    tell(payment_of_order(order, event_id="c", at=NOON + timedelta(days=2)))
    fold()
    assert ours.sales_days() == {("KRW", NOON.date()): (Decimal(12_900), 0, 1)}
    assert rows("SELECT COUNT(*) FROM user_behaviors WHERE event_type = 'purchase'") == [(1,)]
    assert sum(ours.preferences().values()) == 1


def test_an_event_before_its_row_serves_with_its_own_day_until_the_row_settles_it(market):
    buyer, product = market.user(), market.product(price=10_000)
    tell(
        payment(
            order_id=900, user_id=buyer, amount=20_000, items=[(product, 2, 10_000)], at=seoul("2025-03-01 00:00:01")
        )
    )
    fold()
    assert ours.sales_days() == {("KRW", date(2025, 3, 1)): (Decimal(20_000), 0, 1)}
    rows(
        """INSERT INTO orders (id, buyer_id, seller_id, status, total, currency, created_at, updated_at)
        SELECT 900, %s, seller_id, 'CONFIRMED', 19000, 'KRW', '2025-02-28 23:59:59.999999', now() FROM products
        WHERE id = %s RETURNING id""",
        [buyer, product],
    )
    rows(
        """INSERT INTO order_items (order_id, product_id, quantity, unit_price)
        VALUES (900, %s, 2, 10000) RETURNING id""",
        [product],
    )
    market.payment(900, status="COMPLETED", paid_at=seoul("2025-03-01 00:00:01"), amount=19_000)
    rebuild()
    assert ours.sales_days() == {("KRW", date(2025, 2, 28)): (Decimal(19_000), 0, 1)}
    assert rows("SELECT provisional FROM order_facts") == [(False,)]


def test_an_order_of_a_transaction_that_rolled_back_is_withdrawn(market):
    buyer, product = market.user(), market.product()
    tell(payment(order_id=901, user_id=buyer, amount=5_000, items=[(product, 1, 5_000)], at=NOON))
    fold()
    rebuild()
    assert ours.sales_days() == {}
    assert ours.statuses() == {}
    assert ours.preferences() == {}
    assert ours.product_orders() == {}
    assert ours.bought() == set()


def test_an_event_stands_against_a_table_that_does_not_say_it_yet_until_the_lag_is_over(market, settings):
    settings.REBUILD_SETTLE_SECONDS = 3_600
    order = market.order(items=[(market.product(), 1, 7_000)], created_at=NOON)
    buyer = rows("SELECT buyer_id FROM orders")[0][0]
    tell(payment(order_id=order, user_id=buyer, amount=7_000, items=[], at=NOON))
    rebuild()
    assert ours.sales_days() == {("KRW", NOON.date()): (Decimal(7_000), 0, 1)}
    assert ours.statuses() == {(NOON.date(), "CONFIRMED"): 1}
    settings.REBUILD_SETTLE_SECONDS = 0
    rebuild()
    assert ours.sales_days() == {}
    assert ours.statuses() == {(NOON.date(), "PENDING"): 1}


def test_a_total_that_is_not_the_sum_of_its_lines_is_shared_out_to_the_last_won(market):
    a, b, c = (market.product() for _ in range(3))
    order = market.paid_order(items=[(a, 1, 100), (b, 1, 100), (c, 1, 100)], total=200, created_at=NOON)
    tell(payment_of_order(order))
    fold()
    # 66 2/3 each: floors 66, two won remain and go to the smaller ids.
    found = {key[2]: value[1] for key, value in ours.product_sales_days().items()}
    assert found == {a: 67, b: 67, c: 66}


def test_dollars_are_shared_out_to_the_cent_and_kept_apart_from_won(market):
    a, b = market.product(), market.product()
    order = market.paid_order(items=[(a, 1, "3.33"), (b, 2, "3.33")], total="10.00", currency="USD", created_at=NOON)
    won = market.paid_order(total=10_000, created_at=NOON)
    tell(payment_of_order(order), payment_of_order(won))
    fold()
    assert ours.sales_days() == {
        ("USD", NOON.date()): (Decimal("10.00"), 0, 1),
        ("KRW", NOON.date()): (Decimal(10_000), 0, 1),
    }
    dollars = {key[2]: value[1] for key, value in ours.product_sales_days().items() if key[0] == "USD"}
    assert dollars == {a: Decimal("3.33"), b: Decimal("6.67")}


@pytest.mark.parametrize("refund_first", [False, True])
def test_a_partial_refund_counts_on_its_own_day_whichever_event_comes_first(market, refund_first):
    order = market.paid_order(total=30_000, created_at=NOON)
    events = [payment_of_order(order), refund(order_id=order, amount=8_000, at=NOON + timedelta(days=9))]
    for event in reversed(events) if refund_first else events:
        tell(event)
    tell(events[1])
    fold()
    later = (NOON + timedelta(days=9)).date()
    assert ours.sales_days() == {
        ("KRW", NOON.date()): (Decimal(30_000), 0, 1),
        ("KRW", later): (Decimal(0), Decimal(8_000), 0),
    }
    rebuild()
    assert ours.sales_days()["KRW", later] == (0, 8_000, 0)


def test_a_refund_of_named_items_falls_on_those_products_only(market):
    a, b = market.product(), market.product()
    order = market.paid_order(items=[(a, 2, 5_000), (b, 1, 20_000)], total=27_000, created_at=NOON)
    tell(payment_of_order(order), refund(order_id=order, amount=4_500, items=[(a, 1)], at=NOON))
    fold()
    assert {key[2]: value[2] for key, value in ours.product_sales_days().items()} == {a: 4_500, b: 0}


def test_a_refund_that_only_the_tables_tell_is_full_and_its_first_recorded_day_stays(market):
    order = market.paid_order(total=30_000, created_at=NOON, updated_at=seoul("2025-03-04 09:00:00"))
    rows("UPDATE payments SET status = 'REFUNDED' WHERE order_id = %s RETURNING id", [order])
    rebuild()
    assert ours.sales_days()["KRW", date(2025, 3, 4)] == (0, 30_000, 0)
    rows("UPDATE orders SET updated_at = '2025-04-01 00:00:00' WHERE id = %s RETURNING id", [order])
    rebuild()
    assert ours.sales_days()["KRW", date(2025, 3, 4)] == (0, 30_000, 0)
    tell(refund(order_id=order, amount=12_000, at=seoul("2025-03-03 23:59:59.999999")))
    fold()
    assert ours.sales_days()["KRW", date(2025, 3, 3)] == (0, 12_000, 0)
    assert ("KRW", date(2025, 3, 4)) not in ours.sales_days()


def test_a_payment_that_was_never_made_is_no_sale(market):
    order = market.order(items=[(market.product(), 1, 7_000)], status="CANCELLED", created_at=NOON)
    market.payment(order, status="CANCELLED", paid_at=None)
    rebuild()
    assert ours.sales_days() == {}
    assert ours.statuses() == {(NOON.date(), "CANCELLED"): 1}


def test_a_dry_rebuild_changes_nothing(market):
    from django.core.management import call_command

    market.paid_order(total=30_000, created_at=NOON)
    before = ours.snapshot()
    call_command("rebuild", verbosity=0)
    assert ours.snapshot() == before
