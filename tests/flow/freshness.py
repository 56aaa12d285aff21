"""How long it takes from the broker's acknowledgement until the answers know of an event."""

import itertools
import time

from analytics.selectors.dashboard import dashboard
from tests.analytics.telling import payment_of_order
from tests.flow.figures import Paid
from tests.flow.stories import payment_event
from xlcfi import clock
from xlcfi.clock import named_period

PATIENCE = 15.0
_numbers = itertools.count(1)


def seconds_until_answered(market, kafka, site):
    """An order is paid now: seconds until `site` (related products) and the dashboard's figures tell of it."""
    one, other = market.product(), market.product()
    price = 7_000 + next(_numbers)
    order_id = market.paid_order(items=[(one, 1, price), (other, 2, 5_000)], created_at=clock.now())
    event = payment_of_order(order_id)
    lines = tuple((item.product_id, item.quantity, int(item.price)) for item in event.items)
    period = named_period("day")
    before = dashboard(period=period)
    paid = Paid(order_id, event.user_id, event.occurred_at, event.amount, lines)
    acknowledged = kafka.send([payment_event(paid)])

    def answered():
        found = dashboard(period=period)
        return (
            [(each["product_id"], each["score"]) for each in site.related(one).data["related_products"]] == [(other, 1)]
            and found["revenue"]["gross"] - before["revenue"]["gross"] == price + 10_000
            and found["orders"]["count"] - before["orders"]["count"] == 1
        )

    while not answered():
        assert time.monotonic() - acknowledged < PATIENCE
        time.sleep(0.02)
    return time.monotonic() - acknowledged
