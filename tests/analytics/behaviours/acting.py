"""What people do, told to the handlers."""

import itertools

from tests.analytics.telling import fold, tell
from xlcfi.events import (
    DeliveryCompleted,
    OrderCancelled,
    OrderCreated,
    PaymentFailed,
    ProductViewed,
    UserBehavior,
)

_numbers = itertools.count(1)


def _id(event_id):
    return event_id or f"act-{next(_numbers)}"


def view(user, product, at, *, event_id=None):
    return ProductViewed(event_id=_id(event_id), occurred_at=at, product_id=product, user_id=user, session_id="s")


def act(user, product, kind, at, *, event_id=None):
    return UserBehavior(
        event_id=_id(event_id), occurred_at=at, behavior_type=kind, user_id=user, product_id=product, keyword=None
    )


def placed(order, user, at, *, event_id=None):
    return OrderCreated(event_id=_id(event_id), occurred_at=at, order_id=order, user_id=user, total=1_000)


def cancelled(order, at, *, reason=None, event_id=None, user=None):
    return OrderCancelled(event_id=_id(event_id), occurred_at=at, order_id=order, reason=reason, user_id=user)


def failed(order, at, *, reason=None, event_id=None, payment_id=None):
    return PaymentFailed(event_id=_id(event_id), occurred_at=at, order_id=order, reason=reason, payment_id=payment_id)


def came(order, at, *, event_id=None, delivery_id=None):
    return DeliveryCompleted(event_id=_id(event_id), occurred_at=at, order_id=order, delivery_id=delivery_id)


def happens(*events):
    """Tell `events` and do what follows."""
    tell(*events)
    fold()
