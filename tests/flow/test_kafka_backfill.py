"""Backfill first, then the same orders from the topic's beginning while a rebuild runs: nothing changes."""

import random
import time
from datetime import timedelta

import pytest

from tests.analytics import ours, plain_sql
from tests.analytics.plain_sql import rows
from tests.analytics.telling import payment_of_order
from tests.factories import seoul
from tests.flow.figures import Paid, applied, folded
from tests.flow.processes import Running, consuming, manage, wait_for
from tests.flow.stories import payment_event

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = 200


def orders_written(market):
    """Orders of two months with coupons, other currencies, midnights and failed payments; the ids of the paid ones."""
    pick = random.Random(5)
    buyers = [market.user() for _ in range(15)]
    categories = [market.category() for _ in range(4)]
    products = [market.product(category_id=pick.choice(categories)) for _ in range(15)]
    paid = []
    for number in range(ORDERS):
        items = [(product, pick.randint(1, 3), 990 * pick.randint(1, 20)) for product in pick.sample(products, 3)]
        day = seoul("2025-01-30 00:00") + timedelta(days=pick.randrange(60))
        values = {
            "buyer_id": pick.choice(buyers),
            "items": items,
            "total": sum(quantity * price for _, quantity, price in items) - pick.choice([0, 0, 777]),
            "currency": pick.choice(["KRW", "KRW", "KRW", "USD"]),
            "created_at": day + pick.choice([timedelta(0), timedelta(days=1, microseconds=-1), timedelta(hours=11)]),
        }
        if number % 10 == 0:
            market.payment(market.order(status="CANCELLED", **values), status="FAILED", paid_at=None)
        else:
            paid.append(market.paid_order(status=pick.choice(["CONFIRMED", "DELIVERED"]), **values))
    return paid


def event_of(order_id):
    """The event that the payment service sent, a while after the order was placed."""
    told = payment_of_order(order_id)
    lines = tuple((item.product_id, item.quantity, item.price) for item in told.items)
    moment = told.occurred_at + timedelta(seconds=order_id % 90)
    return payment_event(Paid(order_id, told.user_id, moment, told.amount, lines))


def assert_plain_sql_agrees():
    assert ours.sales_days() == plain_sql.sales_days([])
    assert ours.product_sales_days() == plain_sql.product_sales_days([])
    assert ours.preferences() == plain_sql.preferences()
    assert ours.profiles() == plain_sql.profiles()
    assert ours.pairs() == plain_sql.pairs()
    assert ours.product_orders() == plain_sql.product_orders()
    assert ours.bought() == plain_sql.bought()


def test_consuming_from_earliest_while_a_rebuild_runs_changes_nothing(market, kafka):
    paid = orders_written(market)
    first = manage("rebuild", "--apply")
    assert first.returncode == 0, first.stdout
    assert_plain_sql_agrees()
    before = ours.snapshot()
    # All of them, some twice, in no order.
    events = [event_of(order) for order in [*paid, *paid[::7]]]
    random.Random(6).shuffle(events)
    half = len(events) // 2
    kafka.send(events[:half])
    with consuming(kafka, CONSUMER_BATCH_SIZE="10") as consumers:
        wait_for(lambda: applied() > 0)
        rebuilding = Running("rebuild", "--apply")
        # The others come one after the other while it runs; the last when it has ended and another one runs.
        for event in events[half:-1]:
            kafka.send([event])
            time.sleep(0.01)
        assert rebuilding.process.wait(60) == 0, rebuilding.output
        rebuilding = Running("rebuild", "--apply")
        kafka.send(events[-1:])
        assert rebuilding.process.wait(60) == 0, rebuilding.output
        wait_for(kafka.caught_up, every=0.2)
        wait_for(folded)
        assert consumers.end() == 0, consumers.output
    assert applied() == 2 * len(paid)
    assert ours.snapshot() == before
    assert rows("SELECT COUNT(*) FROM events_deadletter") == [(0,)]
    last = manage("rebuild")
    assert last.returncode == 0, last.stdout
    assert ours.snapshot() == before
