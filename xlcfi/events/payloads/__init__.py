"""The events as types. A new kind is one class with `@payload_of(...)` in the module of its family."""

from xlcfi.events.payloads.base import Event, Item, payload_of, payload_type
from xlcfi.events.payloads.behaviour import ProductViewed, UserBehavior
from xlcfi.events.payloads.deliveries import DeliveryCompleted, DeliveryStarted
from xlcfi.events.payloads.orders import OrderCancelled, OrderCompleted, OrderCreated
from xlcfi.events.payloads.payments import PaymentCompleted, PaymentFailed, PaymentRefunded
from xlcfi.events.payloads.products import ProductChanged
from xlcfi.events.payloads.reviews import ReviewCreated

__all__ = [
    "DeliveryCompleted",
    "DeliveryStarted",
    "Event",
    "Item",
    "OrderCancelled",
    "OrderCompleted",
    "OrderCreated",
    "PaymentCompleted",
    "PaymentFailed",
    "PaymentRefunded",
    "ProductChanged",
    "ProductViewed",
    "ReviewCreated",
    "UserBehavior",
    "payload_of",
    "payload_type",
]
