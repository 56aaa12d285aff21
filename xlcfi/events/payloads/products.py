"""What the product service tells."""

from xlcfi.events.payloads.base import Event, Id, Text, payload_of
from xlcfi.events.topics import Topic


@payload_of(Topic.PRODUCT_CHANGED)
class ProductChanged(Event, frozen=True, kw_only=True):
    """A product was created, updated or hidden. change_type: as the producer spells it."""

    product_id: Id
    change_type: Text | None = None
