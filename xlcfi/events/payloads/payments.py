"""What the payment service tells."""

from xlcfi.events.payloads.base import Currency, Event, Id, Items, LongText, Text, Total, UserId, payload_of
from xlcfi.events.topics import Topic


@payload_of(Topic.PAYMENT_COMPLETED)
class PaymentCompleted(Event, frozen=True, kw_only=True):
    """Money arrived, the order is confirmed. amount: what was paid, in `currency`."""

    order_id: Id
    user_id: UserId
    amount: Total
    payment_id: Id | None = None
    seller_id: Id | None = None
    currency: Currency = "KRW"
    items: Items = ()


@payload_of(Topic.PAYMENT_REFUNDED)
class PaymentRefunded(Event, frozen=True, kw_only=True):
    """Money went back. amount: how much, None where the producer does not tell (then it is all of it)."""

    order_id: Id
    refund_id: Text | None = None
    payment_id: Id | None = None
    user_id: UserId | None = None
    amount: Total | None = None
    currency: Currency | None = None
    items: Items = ()


@payload_of(Topic.PAYMENT_FAILED)
class PaymentFailed(Event, frozen=True, kw_only=True):
    """A payment did not go through."""

    order_id: Id
    payment_id: Id | None = None
    user_id: UserId | None = None
    amount: Total | None = None
    currency: Currency | None = None
    reason: LongText | None = None
