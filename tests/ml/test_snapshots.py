"""What products cost and how many there were, day by day."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ml.consumers import snapshot_products
from ml.selectors.prices import price_history, stock_history
from ml.services.snapshots import snapshots_take
from tests.analytics.plain_sql import rows
from tests.factories import seoul
from xlcfi.events import Batch, ProductChanged
from xlcfi.events.registry import job_named

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 20)


def change(product, **columns):
    told = ", ".join(f"{name} = %s" for name in columns)
    rows(f"UPDATE products SET {told} WHERE id = %s RETURNING 1", [*columns.values(), product])


def kept(product):
    return rows(
        "SELECT day, price, stock, lowest_stock, status FROM product_snapshots WHERE product_id = %s ORDER BY day",
        [product],
    )


def steps(product, first, last):
    return [(step.day, step.price, step.source) for step in price_history(product_id=product, first=first, last=last)]


def rebuild_prices():
    call_command("rebuild", "unit-prices", "--apply", verbosity=0)


def test_a_day_on_which_nothing_changed_has_no_row(market, clock):
    product = market.product(price=1_000, stock=7)
    assert snapshots_take() == 1
    assert snapshots_take() == 0
    clock.advance(timedelta(days=3))
    assert snapshots_take() == 0
    change(product, stock=6)
    clock.advance(timedelta(days=1))
    assert snapshots_take() == 1
    assert kept(product) == [
        (TODAY, Decimal(1_000), 7, 7, "ON_SALE"),
        (TODAY + timedelta(days=4), Decimal(1_000), 6, 6, "ON_SALE"),
    ]


def test_a_day_is_what_it_was_last_and_remembers_its_lowest_stock(market, clock):
    product = market.product(price=1_000, stock=7)
    snapshots_take()
    change(product, stock=0, status="SOLD_OUT")
    snapshots_take()
    change(product, stock=50, status="ON_SALE", price=1_100)
    snapshots_take()
    assert kept(product) == [(TODAY, Decimal(1_100), 50, 0, "ON_SALE")]
    [step] = stock_history(product_id=product, first=TODAY, last=TODAY)
    assert (step.stock, step.lowest_stock, step.status) == (50, 0, "ON_SALE")


def test_the_day_turns_at_midnight_in_seoul(market, clock):
    product = market.product(stock=7)
    clock.moment = seoul("2025-11-20 23:59:59.999999")
    snapshots_take()
    clock.moment = seoul("2025-11-21 00:00:00")
    change(product, stock=5)
    snapshots_take()
    assert [row[:3:2] for row in kept(product)] == [(TODAY, 7), (TODAY + timedelta(days=1), 5)]


def test_an_event_queues_the_look_at_its_product_and_no_other(market, clock):
    told, other = market.product(), market.product()
    batch = Batch(
        [
            ProductChanged(event_id=str(number), occurred_at=clock.now(), product_id=told, change_type="UPDATED")
            for number in range(2)
        ]
    )
    snapshot_products(batch)
    [queued] = batch.queued
    assert json.loads(queued.args_json) == {"product_ids": [told]}
    job_named(queued.job)(**json.loads(queued.args_json))
    assert len(kept(told)) == 1
    assert kept(other) == []


def test_all_products_cost_one_statement(market, clock):
    for _ in range(5):
        market.product()
    with CaptureQueriesContext(connection) as asked:
        assert snapshots_take() == 5
    assert sum("INSERT" in query["sql"] for query in asked) == 1
    assert len(asked) <= 3  # and the transaction's


def test_before_the_snapshots_the_price_is_what_most_units_were_ordered_for(market, clock):
    product = market.product(price=1_500)
    for day, quantity, price in [
        ("2025-11-01 00:00:00", 1, 900),
        ("2025-11-01 12:00", 3, 1_000),
        ("2025-11-01 23:59:59.999999", 2, 1_100),
        ("2025-11-03 09:00", 1, 1_000),  # as before: no step
        ("2025-11-05 09:00", 2, 1_200),
        ("2025-11-05 10:00", 2, 1_300),  # as many: the higher
        ("2025-11-20 09:00", 9, 7_777),  # of a day with a snapshot
    ]:
        market.order(items=[(product, quantity, price)], created_at=seoul(day))
    market.order(items=[(product, 1, 12)], currency="USD", created_at=seoul("2025-11-04"))
    snapshots_take()
    rebuild_prices()
    assert steps(product, date(2025, 10, 1), TODAY) == [
        (date(2025, 11, 1), Decimal(1_000), "unit_price"),
        (date(2025, 11, 4), Decimal(12), "unit_price"),
        (date(2025, 11, 5), Decimal(1_300), "unit_price"),
        (TODAY, Decimal(1_500), "snapshot"),
    ]
    before = rows("SELECT * FROM product_unit_prices ORDER BY 1, 2, 3")
    rows("UPDATE product_unit_prices SET price = 1 WHERE day = '2025-11-05' RETURNING 1")
    rows(f"INSERT INTO product_unit_prices VALUES ({product}, 'KRW', '2025-11-02', 5) RETURNING 1")
    rebuild_prices()
    assert rows("SELECT * FROM product_unit_prices ORDER BY 1, 2, 3") == before


def test_what_held_on_the_first_day_asked_for_comes_with_it(market, clock):
    product = market.product(price=1_000, stock=7)
    snapshots_take()
    clock.advance(timedelta(days=5))
    change(product, stock=3)
    snapshots_take()  # only the stock: no step of the price
    clock.advance(timedelta(days=5))
    change(product, price=990)
    snapshots_take()
    first = TODAY + timedelta(days=7)
    assert steps(product, first, first) == [(first, Decimal(1_000), "snapshot")]
    assert steps(product, first, TODAY + timedelta(days=10))[-1] == (
        TODAY + timedelta(days=10),
        Decimal(990),
        "snapshot",
    )
    assert steps(product, date(2025, 1, 1), date(2025, 1, 2)) == []
    assert steps(product + 1, date(2025, 1, 1), TODAY) == []
