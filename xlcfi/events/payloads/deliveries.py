"""What the delivery service tells."""

from xlcfi.events.payloads.base import Event, Id, Text, UserId, payload_of
from xlcfi.events.topics import Topic


@payload_of(Topic.DELIVERY_STARTED)
class DeliveryStarted(Event, frozen=True, kw_only=True):
    """A parcel left the seller."""

    order_id: Id
    delivery_id: Id | None = None
    user_id: UserId | None = None
    status: Text | None = None


@payload_of(Topic.DELIVERY_COMPLETED)
class DeliveryCompleted(Event, frozen=True, kw_only=True):
    """A parcel reached the buyer."""

    order_id: Id
    delivery_id: Id | None = None
    user_id: UserId | None = None
    status: Text | None = None
