"""What the demo adds to the generated market, so that no page of the admin is empty at first sight."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from analytics.models import CurrencyRate, SavedView, Target, TargetAlert
from ml.models import ProductPlanning
from scripts.demo import first_sight
from scripts.demo.evening import DAYS_AGO, LEAST, evening_rows

pytestmark = pytest.mark.django_db


def test_one_evening_brings_many_paid_orders_of_one_product_to_buyers_of_before(market, clock):
    product = market.product(price=20_000)
    long_ago = clock.now() - timedelta(days=90)
    for _ in range(LEAST + 5):
        market.user(created_at=long_ago)
    market.user()
    market.paid_order(items=[(product, 1, 20_000)])
    with connection.cursor() as cursor:
        assert evening_rows(cursor) == LEAST
    [(orders, buyers, first, last, sold)] = market.sql(
        "select count(*), count(distinct buyer_id), min(created_at), max(created_at), sum(total) from orders "
        "where created_at < %s",
        [clock.now().replace(hour=0, tzinfo=None)],
    )
    evening = clock.now().date() - timedelta(days=DAYS_AGO)
    assert (orders, buyers, sold) == (LEAST, LEAST, LEAST * 20_000)
    assert first.date() == last.date() == evening
    assert (first.hour, last.hour) == (20, 21)
    assert market.sql("select count(*), sum(quantity) from order_items where product_id = %s", [product]) == [
        (LEAST + 1, LEAST + 1)
    ]
    paid = "select count(*), sum(amount) from payments p join orders o on o.id = p.order_id and p.amount = o.total"
    assert market.sql(f"{paid} where p.status = 'COMPLETED'") == [(LEAST + 1, (LEAST + 1) * 20_000)]


def test_rates_costs_targets_and_a_view_are_told_once_however_often_it_is_asked(market, clock):
    for _ in range(10):
        market.product(price=10_000)
    boss = User.objects.create_superuser("boss")
    for _ in range(2):
        first_sight.analysts_work(clock.now().date())
    assert CurrencyRate.objects.count() == len(first_sight.RATES) * first_sight.RATE_DAYS
    assert ProductPlanning.objects.filter(unit_cost__gt=0, unit_cost__lt=10_000, currency="KRW").count() == 9
    assert [(target.name, target.status) for target in Target.objects.order_by("first")] == [
        ("10월 순매출", "missed"),
        ("11월 순매출", "at_risk"),
    ]
    assert TargetAlert.objects.filter(status="missed").count() == 1
    assert SavedView.objects.get().owner == boss
