"""Kafka in, effects once, nothing lost.

An app needs only this module: the payload types, `Topic`, `Batch` and the decorators `consumer`, `job`, `periodic`.
"""

from xlcfi.events.batch import Batch
from xlcfi.events.errors import ConsumeError, InvalidEvent, RetryLater
from xlcfi.events.payloads import (
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
    UserBehavior,
)
from xlcfi.events.rebuilds import Progress, RebuildReport, rebuild_step
from xlcfi.events.registry import consumer, job, periodic
from xlcfi.events.topics import Topic

__all__ = [
    "Batch",
    "ConsumeError",
    "DeliveryCompleted",
    "DeliveryStarted",
    "Event",
    "InvalidEvent",
    "Item",
    "OrderCancelled",
    "OrderCompleted",
    "OrderCreated",
    "PaymentCompleted",
    "PaymentFailed",
    "PaymentRefunded",
    "ProductChanged",
    "ProductViewed",
    "Progress",
    "RebuildReport",
    "RetryLater",
    "ReviewCreated",
    "Topic",
    "UserBehavior",
    "consumer",
    "job",
    "periodic",
    "rebuild_step",
]
