"""Tells events to the handlers as the consumers do: a batch, one transaction, then what follows the commit."""

import itertools
from decimal import Decimal

from django.core.management import call_command
from django.db import transaction

import analytics.consumers as analytics_consumers
import recommendations.consumers as recommendation_consumers
from analytics.services.activity import activity_fold
from analytics.services.interest import interest_fold
from analytics.services.journeys.keeping import journeys_fold
from analytics.services.operations.keeping import operations_fold
from analytics.services.rollups import rollups_fold
from recommendations.services.co_purchase import counts_fold
from tests.analytics.plain_sql import rows
from xlcfi.events import Batch, Item, OrderCancelled, PaymentCompleted, PaymentRefunded

_numbers = itertools.count(1)


def payment(*, order_id, user_id, amount, items, at, event_id=None, currency="KRW", seller_id=None):
    return PaymentCompleted(
        event_id=event_id or f"payment-{next(_numbers)}",
        occurred_at=at,
        payment_id=None,
        order_id=order_id,
        user_id=user_id,
        seller_id=seller_id,
        amount=Decimal(amount),
        currency=currency,
        items=tuple(Item(product_id=p, quantity=q, price=Decimal(price)) for p, q, price in items),
    )


def refund(*, order_id, at, amount=None, refund_id=None, items=(), event_id=None, user_id=None):
    return PaymentRefunded(
        event_id=event_id or f"refund-{next(_numbers)}",
        occurred_at=at,
        refund_id=refund_id,
        payment_id=None,
        order_id=order_id,
        user_id=user_id,
        amount=None if amount is None else Decimal(amount),
        currency=None,
        items=tuple(Item(product_id=p, quantity=q, price=None) for p, q in items),
    )


def cancellation(*, order_id, at, event_id=None):
    return OrderCancelled(event_id=event_id or f"cancellation-{next(_numbers)}", occurred_at=at, order_id=order_id)


def payment_of_order(order_id, *, at=None, event_id=None):
    """The event the payment service sends for an order whose rows are there."""
    ((user_id, seller_id, total, currency, paid_at),) = rows(
        """SELECT o.buyer_id, o.seller_id, o.total, o.currency, MIN(p.paid_at) AT TIME ZONE 'Asia/Seoul'
        FROM orders o JOIN payments p ON p.order_id = o.id WHERE o.id = %s GROUP BY 1, 2, 3, 4""",
        [order_id],
    )
    items = rows("SELECT product_id, quantity, unit_price FROM order_items WHERE order_id = %s ORDER BY id", [order_id])
    return payment(
        order_id=order_id,
        user_id=user_id,
        amount=total,
        items=items,
        at=at or paid_at,
        currency=currency,
        seller_id=seller_id,
        event_id=event_id,
    )


def tell(*events):
    """One batch of each kind, to every group that reads it."""
    payments = [event for event in events if isinstance(event, PaymentCompleted)]
    others = [event for event in events if not isinstance(event, PaymentCompleted)]
    if payments:
        for handler in (analytics_consumers.record_payments, recommendation_consumers.record_purchases):
            with transaction.atomic():
                handler(Batch(payments))
    if others:
        with transaction.atomic():
            analytics_consumers.record_news(Batch(others))


def fold():
    for one in (rollups_fold, activity_fold, counts_fold, interest_fold, journeys_fold, operations_fold):
        while one():
            pass


def rebuild():
    call_command("rebuild", "--apply", verbosity=0)
