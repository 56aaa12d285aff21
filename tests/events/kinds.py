"""One event of every kind as its service sends it, and what it means, both written by hand."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.factories import seoul
from xlcfi.events import (
    DeliveryCompleted,
    DeliveryStarted,
    Event,
    Item,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    PaymentCompleted,
    PaymentFailed,
    PaymentRefunded,
    ProductChanged,
    ProductViewed,
    ReviewCreated,
    Topic,
    UserBehavior,
)

MOMENT = "2025-11-20 10:15:30.123456"
_WRITTEN = "2025-11-20T10:15:30.123456"
_LINES = [
    {"productId": 11, "quantity": 2, "price": 12900.00},
    {"productId": 15, "quantity": 1, "price": 10100.00},
]
_ITEMS = (
    Item(product_id=11, quantity=2, price=Decimal("12900.00")),
    Item(product_id=15, quantity=1, price=Decimal("10100.00")),
)


@dataclass(frozen=True)
class Sample:
    """`body` is what an event of the kind `topic` says, `means` what it must be read as.

    needed: the fields that the kind can't do without; emptied: what it means where all others are null.
    user, amount: the field that holds them, "" where the kind has none. aggregate: its shared topic, if there is one.
    """

    topic: Topic
    body: dict[str, Any]
    means: Event
    needed: tuple[str, ...]
    emptied: Event
    user: str = "userId"
    amount: str = ""
    aggregate: str = ""

    @property
    def title(self) -> str:
        return str(self.topic)


def _sample(
    topic: Topic,
    kind: type[Event],
    fields: dict[str, Any],
    means: dict[str, Any],
    needed: tuple[str, ...],
    emptied: dict[str, Any],
    **about: str,
) -> Sample:
    every: dict[str, Any] = {"event_id": f"e-{topic}", "occurred_at": seoul(MOMENT)}
    body = {"eventId": every["event_id"], "eventType": str(topic), "timestamp": _WRITTEN, **fields}
    return Sample(topic, body, kind(**every, **means), needed, kind(**every, **emptied), **about)


SAMPLES = [
    _sample(
        Topic.ORDER_CREATED,
        OrderCreated,
        {"orderId": 7, "userId": 42, "sellerId": 3, "total": 35900.00, "currency": "KRW", "status": "PENDING",
         "items": _LINES},
        {"order_id": 7, "user_id": 42, "seller_id": 3, "total": Decimal("35900.00"), "currency": "KRW",
         "status": "PENDING", "items": _ITEMS},
        ("orderId", "userId", "total"),
        {"order_id": 7, "user_id": 42, "seller_id": None, "total": Decimal("35900.00"), "currency": "KRW",
         "status": None, "items": ()},
        amount="total", aggregate="order-events",
    ),
    _sample(
        Topic.ORDER_COMPLETED,
        OrderCompleted,
        {"orderId": 7, "userId": 42, "total": 35900.00},
        {"order_id": 7, "user_id": 42, "total": Decimal("35900.00"), "seller_id": None, "currency": "KRW", "items": ()},
        ("orderId", "userId"),
        {"order_id": 7, "user_id": 42, "total": None, "seller_id": None, "currency": "KRW", "items": ()},
        amount="total", aggregate="order-events",
    ),
    _sample(
        Topic.ORDER_CANCELLED,
        OrderCancelled,
        {"orderId": 7, "userId": 42, "sellerId": 3, "total": 35900.00, "currency": "KRW", "reason": "변심",
         "items": _LINES},
        {"order_id": 7, "user_id": 42, "seller_id": 3, "total": Decimal("35900.00"), "currency": "KRW",
         "reason": "변심", "items": _ITEMS},
        ("orderId",),
        {"order_id": 7, "user_id": None, "seller_id": None, "total": None, "currency": None, "reason": None,
         "items": ()},
        amount="total", aggregate="order-events",
    ),
    _sample(
        Topic.PAYMENT_COMPLETED,
        PaymentCompleted,
        {"paymentId": 9, "orderId": 7, "userId": 42, "sellerId": 3, "amount": 35900.00, "currency": "KRW",
         "items": _LINES},
        {"payment_id": 9, "order_id": 7, "user_id": 42, "seller_id": 3, "amount": Decimal("35900.00"),
         "currency": "KRW", "items": _ITEMS},
        ("orderId", "userId", "amount"),
        {"payment_id": None, "order_id": 7, "user_id": 42, "seller_id": None, "amount": Decimal("35900.00"),
         "currency": "KRW", "items": ()},
        amount="amount", aggregate="payment-events",
    ),
    _sample(
        Topic.PAYMENT_FAILED,
        PaymentFailed,
        {"paymentId": 9, "orderId": 7, "userId": 42, "amount": 35900.00, "currency": "KRW", "reason": "한도 초과"},
        {"payment_id": 9, "order_id": 7, "user_id": 42, "amount": Decimal("35900.00"), "currency": "KRW",
         "reason": "한도 초과"},
        ("orderId",),
        {"payment_id": None, "order_id": 7, "user_id": None, "amount": None, "currency": None, "reason": None},
        amount="amount", aggregate="payment-events",
    ),
    _sample(
        Topic.PAYMENT_REFUNDED,
        PaymentRefunded,
        {"refundId": "R-1", "paymentId": 9, "orderId": 7, "userId": 42, "amount": 12900.00, "currency": "KRW",
         "items": [{"productId": 11, "quantity": 1}]},
        {"refund_id": "R-1", "payment_id": 9, "order_id": 7, "user_id": 42, "amount": Decimal("12900.00"),
         "currency": "KRW", "items": (Item(product_id=11, quantity=1, price=None),)},
        ("orderId",),
        {"refund_id": None, "payment_id": None, "order_id": 7, "user_id": None, "amount": None, "currency": None,
         "items": ()},
        amount="amount", aggregate="payment-events",
    ),
    _sample(
        Topic.PRODUCT_VIEWED,
        ProductViewed,
        {"productId": 11, "userId": 42, "sessionId": "s-1"},
        {"product_id": 11, "user_id": 42, "session_id": "s-1"},
        ("productId",),
        {"product_id": 11, "user_id": None, "session_id": None},
        aggregate="product-events",
    ),
    _sample(
        Topic.PRODUCT_CHANGED,
        ProductChanged,
        {"productId": 11, "changeType": "HIDDEN"},
        {"product_id": 11, "change_type": "HIDDEN"},
        ("productId",),
        {"product_id": 11, "change_type": None},
        user="", aggregate="product-events",
    ),
    _sample(
        Topic.USER_BEHAVIOR,
        UserBehavior,
        {"userId": 42, "behaviorType": "SEARCH", "productId": 11, "sessionId": "s-1", "keyword": "김치",
         "data": {"page": 2, "filters": ["spicy", None], "price": 12900.5}},
        {"user_id": 42, "behavior_type": "SEARCH", "product_id": 11, "session_id": "s-1", "keyword": "김치",
         "data": {"page": 2, "filters": ["spicy", None], "price": Decimal("12900.5")}},
        ("behaviorType",),
        {"user_id": None, "behavior_type": "SEARCH", "product_id": None, "session_id": None, "keyword": None,
         "data": None},
    ),
    _sample(
        Topic.REVIEW_CREATED,
        ReviewCreated,
        {"reviewId": 5, "productId": 11, "userId": 42, "rating": 4, "content": "맛있어요. Great!"},
        {"review_id": 5, "product_id": 11, "user_id": 42, "rating": 4, "content": "맛있어요. Great!"},
        ("reviewId", "productId", "rating"),
        {"review_id": 5, "product_id": 11, "user_id": None, "rating": 4, "content": ""},
    ),
    _sample(
        Topic.DELIVERY_STARTED,
        DeliveryStarted,
        {"orderId": 7, "deliveryId": 6, "userId": 42, "status": "SHIPPED"},
        {"order_id": 7, "delivery_id": 6, "user_id": 42, "status": "SHIPPED"},
        ("orderId",),
        {"order_id": 7, "delivery_id": None, "user_id": None, "status": None},
        aggregate="delivery-events",
    ),
    _sample(
        Topic.DELIVERY_COMPLETED,
        DeliveryCompleted,
        {"orderId": 7, "deliveryId": 6, "userId": 42, "status": "DELIVERED"},
        {"order_id": 7, "delivery_id": 6, "user_id": 42, "status": "DELIVERED"},
        ("orderId",),
        {"order_id": 7, "delivery_id": None, "user_id": None, "status": None},
        aggregate="delivery-events",
    ),
]  # fmt: skip
SAMPLE_OF = {sample.topic: sample for sample in SAMPLES}
