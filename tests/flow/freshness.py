"""The answers come to know of an event by themselves."""

import itertools

from analytics.selectors.dashboard import dashboard
from tests.analytics.telling import payment_of_order
from tests.flow.figures import Paid
from tests.flow.processes import wait_for
from tests.flow.stories import payment_event
from xlcfi import clock
from xlcfi.clock import named_period

PATIENCE = 15.0  # seconds; how long it really takes is measured by the benchmarks
_numbers = itertools.count(1)


def answered_soon(market, kafka, site):
    """An order is paid now: `site` (related products) and the dashboard's figures tell of it in time."""
    one, other = market.product(), market.product()
    price = 7_000 + next(_numbers)
    order_id = market.paid_order(items=[(one, 1, price), (other, 2, 5_000)], created_at=clock.now())
    event = payment_of_order(order_id)
    lines = tuple((item.product_id, item.quantity, int(item.price)) for item in event.items)
    period = named_period("day")
    before = dashboard(period=period)
    paid = Paid(order_id, event.user_id, event.occurred_at, event.amount, lines)
    kafka.send([payment_event(paid)])

    def answered():
        found = dashboard(period=period)
        return (
            [(each["product_id"], each["score"]) for each in site.related(one).data["related_products"]] == [(other, 1)]
            and found["revenue"]["gross"] - before["revenue"]["gross"] == price + 10_000
            and found["orders"]["count"] - before["orders"]["count"] == 1
        )

    wait_for(answered, seconds=PATIENCE, every=0.02)
