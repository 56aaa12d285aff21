"""Payments to tell: of people and products that are there, and of orders that only the events know."""

import itertools
import json
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tests.factories import seoul
from tests.flow.figures import Paid, expected
from tests.flow.spellings import SPELLINGS, spelled
from xlcfi.clock import SEOUL


@dataclass
class Story:
    """events: (topic, key, value, headers); figures: what they must make of our tables."""

    events: list
    figures: dict


def every_spelling(market, *, first=1_000):
    """One payment for each spelling, by two buyers, of two or three products in two categories."""
    people = [market.user(), market.user()]
    food, tea = market.category(), market.category()
    ramen, kimchi = market.product(category_id=food), market.product(category_id=food)
    barley = market.product(category_id=tea)
    baskets = [
        [(ramen, 2, 12_900), (kimchi, 1, 10_100)],
        [(ramen, 2, 12_900), (barley, 1, 10_100)],
        [(ramen, 1, 9_000), (kimchi, 3, 7_000), (barley, 1, 5_900)],
    ]
    told = [
        spelled(spelling, number=first + number, user_id=people[number % 2], lines=baskets[number % 3])
        for number, spelling in enumerate(SPELLINGS)
    ]
    categories = {ramen: food, kimchi: food, barley: tea}
    return Story([event for event, _ in told], expected([paid for _, paid in told], categories=categories))


def many_payments(market, *, count, first=10_000):
    """`count` payments of as many orders by twenty buyers over ten days, as one service writes them."""
    people = [market.user() for _ in range(20)]
    category = market.category()
    products = [market.product(category_id=category) for _ in range(8)]
    pairs = list(itertools.combinations(products, 2))
    paid = []
    for number in range(count):
        one, other = pairs[number * 7 % len(pairs)]
        lines = ((one, 1 + number % 3, 4_900), (other, 1, 12_300))
        amount = Decimal(sum(quantity * price for _, quantity, price in lines) - 100 * (number % 4))
        moment = seoul("2025-11-10 00:00") + timedelta(minutes=14 * (number % 1_000), microseconds=number)
        paid.append(Paid(first + number, people[number % len(people)], moment, amount, lines))
    return Story([payment_event(each) for each in paid], expected(paid, categories=dict.fromkeys(products, category)))


def payment_event(paid, *, event_id=None):
    """The contract's event for `paid`."""
    fields = {
        "eventId": event_id or f"payment-{paid.order_id}",
        "eventType": "payment.completed",
        "timestamp": paid.moment.astimezone(SEOUL).replace(tzinfo=None).isoformat(),
        "orderId": paid.order_id,
        "userId": paid.user_id,
        "amount": str(paid.amount),
        "currency": "KRW",
        "items": [{"productId": p, "quantity": quantity, "price": float(price)} for p, quantity, price in paid.lines],
    }
    return "payment.completed", paid.order_id, json.dumps(fields), {}
