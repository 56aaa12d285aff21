"""From events to behaviours: what each kind says a user did, and what makes two tellings the same."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from analytics.models import UserBehavior as Kind
from analytics.services.behaviors import Behavior
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
    ProductViewed,
    UserBehavior,
)
from xlcfi.events.record import bounded_id

Teller = Callable[[Any], Behavior]
T = TypeVar("T", bound=Teller)
_tellers: dict[type[Event], Teller] = {}
# jsonb keeps numbers exactly: money stays a number, to the cent.
_encode = msgspec.json.Encoder(decimal_format="number").encode
TYPE_MAX = 64


def behaviors_of(*, events: Sequence[Event]) -> Iterator[Behavior]:
    """What users did, according to `events`; kinds that tell nothing of the sort are left out."""
    for event in events:
        teller = _tellers.get(type(event))
        if teller is not None:
            yield teller(event)


def refund_ref(*, refund: PaymentRefunded) -> str:
    """What makes a refund the same refund when it is told again: its own id, else its moment and amount."""
    if refund.refund_id:
        return bounded_id(f"id:{refund.refund_id}")
    amount = refund.amount if refund.amount is not None else "full"
    return f"{refund.occurred_at.isoformat(timespec='microseconds')}:{amount}"


def _tells(*kinds: type[Event]) -> Callable[[T], T]:
    def register(teller: T) -> T:
        for kind in kinds:
            _tellers[kind] = teller
        return teller

    return register


def _behavior(event: Event, kind: str, user_id: int | None, subject: str | None, **data: Any) -> Behavior:
    """`subject` None: the event is its own identity."""
    known = {name: value for name, value in data.items() if value is not None}
    return Behavior(
        event.event_id,
        user_id,
        kind,
        _encode(known).decode(),
        event.occurred_at,
        f"event:{event.event_id}" if subject is None else subject,
    )


def _lines(items: Sequence[Item]) -> list[dict[str, int | Decimal | None]]:
    return [{"product_id": item.product_id, "quantity": item.quantity, "price": item.price} for item in items]


@_tells(PaymentCompleted)
def _purchase(event: PaymentCompleted) -> Behavior:
    return _behavior(
        event,
        Kind.PURCHASE,
        event.user_id,
        f"order:{event.order_id}",
        order_id=event.order_id,
        payment_id=event.payment_id,
        amount=event.amount,
        currency=event.currency,
        items=_lines(event.items),
    )


# The older and the newer name of one fact: an order is placed once, whoever tells.
@_tells(OrderCreated, OrderCompleted)
def _order(event: OrderCreated | OrderCompleted) -> Behavior:
    return _behavior(
        event,
        Kind.ORDER,
        event.user_id,
        f"order:{event.order_id}",
        order_id=event.order_id,
        amount=event.total,
        currency=event.currency,
        items=_lines(event.items),
    )


@_tells(OrderCancelled)
def _cancel(event: OrderCancelled) -> Behavior:
    subject = f"order:{event.order_id}"
    return _behavior(event, Kind.CANCEL, event.user_id, subject, order_id=event.order_id, reason=event.reason)


@_tells(PaymentRefunded)
def _refund(event: PaymentRefunded) -> Behavior:
    return _behavior(
        event,
        Kind.REFUND,
        event.user_id,
        f"order:{event.order_id}:{refund_ref(refund=event)}",
        order_id=event.order_id,
        amount=event.amount,
        items=_lines(event.items),
    )


@_tells(PaymentFailed)
def _failure(event: PaymentFailed) -> Behavior:
    subject = None if event.payment_id is None else f"payment:{event.payment_id}"
    data = msgspec.structs.asdict(event)
    for name in ("event_id", "occurred_at", "user_id"):
        data.pop(name)
    return _behavior(event, Kind.PAYMENT_FAILED, event.user_id, subject, **data)


@_tells(DeliveryStarted, DeliveryCompleted)
def _delivery(event: DeliveryStarted | DeliveryCompleted) -> Behavior:
    kind = Kind.DELIVERY_STARTED if isinstance(event, DeliveryStarted) else Kind.DELIVERY_COMPLETED
    parcel = event.delivery_id or 0
    subject = f"order:{event.order_id}:{parcel}"
    return _behavior(
        event,
        kind,
        event.user_id,
        subject,
        order_id=event.order_id,
        delivery_id=event.delivery_id,
        status=event.status,
    )


@_tells(ProductViewed)
def _view(event: ProductViewed) -> Behavior:
    data = {"product_id": event.product_id, "session_id": event.session_id}
    return _behavior(event, Kind.VIEW, event.user_id, None, **data)


@_tells(UserBehavior)
def _other(event: UserBehavior) -> Behavior:
    return _behavior(
        event,
        type_named(event.behavior_type),
        event.user_id,
        None,
        product_id=event.product_id,
        session_id=event.session_id,
        keyword=event.keyword,
        data=event.data,
    )


def type_named(spelling: str) -> str:
    """A behaviour's type in lower snake case, at most 64 long: ADD_TO_CART, addToCart and add-to-cart are one."""
    words: list[str] = []
    for before, letter in zip(" " + spelling, spelling, strict=False):
        if not letter.isalnum():
            words.append("_")
            continue
        if letter.isupper() and before.isalnum() and not before.isupper():
            words.append("_")
        words.append(letter.lower())
    return "_".join(part for part in "".join(words).split("_") if part)[:TYPE_MAX] or "unknown"
