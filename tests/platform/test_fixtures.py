"""The fixtures that every test builds on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories import seoul
from xlcfi import clock as project_clock
from xlcfi.platform.models import Order, Payment, Product


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_rows_that_were_committed_do_not_outlive_their_test(time, market):
    assert Order.objects.count() == 0
    market.paid_order()
    assert Order.objects.count() == 1


def test_the_clock_stands_still_until_it_is_moved(clock):
    assert project_clock.now() == seoul("2025-11-20 10:15")
    clock.advance(timedelta(hours=14))
    assert project_clock.today().isoformat() == "2025-11-21"


def test_an_order_is_the_sum_of_its_lines_unless_told(market, clock):
    seller = market.user("SELLER")
    one, two = market.product(seller_id=seller), market.product(seller_id=seller)
    order = Order.objects.get(pk=market.order(items=[(one, 2, 12_900), (two, 1, "10100.50")]))
    assert (order.total, order.currency, order.status) == (Decimal("35900.50"), "KRW", "PENDING")
    assert (order.seller_id, order.created_at, order.updated_at) == (seller, clock.now(), clock.now())
    discounted = Order.objects.get(pk=market.order(items=[(one, 1, 12_900)], total=9_900))
    assert discounted.total == 9_900


def test_a_paid_order_is_confirmed_and_has_a_completed_payment_of_its_total(market):
    order = market.paid_order(total=12_900, created_at=seoul("2025-02-28 23:59:59.999999"), currency="USD")
    payment = Payment.objects.get(order_id=order)
    assert (payment.status, payment.amount, payment.currency) == ("COMPLETED", 12_900, "USD")
    assert payment.paid_at == payment.order.created_at == seoul("2025-02-28 23:59:59.999999")
    assert payment.order.status == "CONFIRMED"
    assert Product.objects.get().price == 12_900
    failed = Payment.objects.get(pk=market.payment(order, status="FAILED"))
    assert failed.paid_at is None
