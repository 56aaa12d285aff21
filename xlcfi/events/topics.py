"""The kinds of events, and the Kafka topics that carry them."""

from enum import StrEnum
from functools import lru_cache


class Topic(StrEnum):
    """A kind of event. Its value is also the name of the topic that carries nothing else."""

    ORDER_CREATED = "order.created"
    ORDER_COMPLETED = "order.completed"
    ORDER_CANCELLED = "order.cancelled"
    PAYMENT_COMPLETED = "payment.completed"
    PAYMENT_FAILED = "payment.failed"
    PAYMENT_REFUNDED = "payment.refunded"
    PRODUCT_VIEWED = "product.viewed"
    PRODUCT_CHANGED = "product.changed"
    USER_BEHAVIOR = "user.behavior"
    REVIEW_CREATED = "review.created"
    DELIVERY_STARTED = "delivery.started"
    DELIVERY_COMPLETED = "delivery.completed"


# Some services send all events of an aggregate to one topic and name the kind in the payload.
AGGREGATE_TOPICS: dict[str, tuple[Topic, ...]] = {
    "order-events": (Topic.ORDER_CREATED, Topic.ORDER_COMPLETED, Topic.ORDER_CANCELLED),
    "payment-events": (Topic.PAYMENT_COMPLETED, Topic.PAYMENT_FAILED, Topic.PAYMENT_REFUNDED),
    "delivery-events": (Topic.DELIVERY_STARTED, Topic.DELIVERY_COMPLETED),
    "product-events": (Topic.PRODUCT_VIEWED, Topic.PRODUCT_CHANGED),
}


def _squeezed(kind: str) -> str:
    return "".join(letter for letter in kind.lower() if letter.isalnum())


_KIND_BY_SPELLING = {_squeezed(topic): topic for topic in Topic}


def kind_named(spelling: object) -> Topic | None:
    """The kind that `ORDER_CREATED`, `OrderCreated`, `order.created` or `OrderCreatedEvent` names; None if unknown."""
    return _kind_named(spelling) if isinstance(spelling, str) and len(spelling) <= 100 else None


# Every event asks, and all ask for the same dozen.
@lru_cache(maxsize=512)
def _kind_named(spelling: str) -> Topic | None:
    squeezed = _squeezed(spelling)
    return _KIND_BY_SPELLING.get(squeezed) or _KIND_BY_SPELLING.get(squeezed.removesuffix("event"))


def kafka_topics(kinds: frozenset[Topic]) -> frozenset[str]:
    """Every Kafka topic in which one of `kinds` can arrive."""
    shared = {name for name, carried in AGGREGATE_TOPICS.items() if kinds.intersection(carried)}
    return frozenset({str(kind) for kind in kinds} | shared)
