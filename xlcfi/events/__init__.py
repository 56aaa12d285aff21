"""Kafka in, effects once, nothing lost.

An app needs only this module: the payload types, `Topic`, `Batch` and the decorators `consumer`, `job`, `periodic`.
"""

from xlcfi.events.batch import Batch
from xlcfi.events.errors import ConsumeError, InvalidEvent, RetryLater
from xlcfi.events.outbox import Message, outbox_add
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
from xlcfi.events.prune_steps import PruneStep, prune_step
from xlcfi.events.rebuilds import Progress, RebuildReport, rebuild_includes, rebuild_step
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
    "Message",
    "OrderCancelled",
    "OrderCompleted",
    "OrderCreated",
    "PaymentCompleted",
    "PaymentFailed",
    "PaymentRefunded",
    "ProductChanged",
    "ProductViewed",
    "Progress",
    "PruneStep",
    "RebuildReport",
    "RetryLater",
    "ReviewCreated",
    "Topic",
    "UserBehavior",
    "consumer",
    "job",
    "outbox_add",
    "periodic",
    "prune_step",
    "rebuild_includes",
    "rebuild_step",
]
