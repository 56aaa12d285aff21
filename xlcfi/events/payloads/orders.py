"""What the order service tells."""

from xlcfi.events.payloads.base import Currency, Event, Id, Items, LongText, Text, Total, UserId, payload_of
from xlcfi.events.topics import Topic


@payload_of(Topic.ORDER_CREATED)
class OrderCreated(Event, frozen=True, kw_only=True):
    """An order was placed. It is not paid yet."""

    order_id: Id
    user_id: UserId
    total: Total
    seller_id: Id | None = None
    currency: Currency = "KRW"
    status: Text | None = None
    items: Items = ()


@payload_of(Topic.ORDER_COMPLETED)
class OrderCompleted(Event, frozen=True, kw_only=True):
    """The older name and shape. Some send it at creation, some after payment: it proves no payment."""

    order_id: Id
    user_id: UserId
    total: Total | None = None
    seller_id: Id | None = None
    currency: Currency = "KRW"
    items: Items = ()


@payload_of(Topic.ORDER_CANCELLED)
class OrderCancelled(Event, frozen=True, kw_only=True):
    """An order was called off, paid or not."""

    order_id: Id
    user_id: UserId | None = None
    seller_id: Id | None = None
    total: Total | None = None
    currency: Currency | None = None
    reason: LongText | None = None
    items: Items = ()
