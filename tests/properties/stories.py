"""Stories of a few orders, people and products, as hypothesis draws them: what is told, not yet in which order."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle import Told
from xlcfi.clock import SEOUL

USERS, PRODUCTS = (1, 2, 3), (1, 2, 3, 4)
CATEGORIES = {1: 1, 2: 1, 3: 2, 4: 2}
BEHAVIORS = ("SEARCH", "CLICK", "ADD_TO_CART", "addToCart", "WISHLIST", "share", "VIEW")
TEXTS = ("맛있어요. 포장이 꼼꼼해요", "It arrived broken. Terrible.", "", "그냥 그래요")
# The first of last month: what is older than behaviours are kept is settled for good.
MIDNIGHT = (datetime.now(SEOUL).replace(day=1) - timedelta(days=1)).replace(
    day=1, hour=0, minute=0, second=0, microsecond=0
)
MICRO = timedelta(microseconds=1)

# Around the midnight between two days, two months and two business days; and at one moment for several events.
moments = st.one_of(
    st.sampled_from([MIDNIGHT - MICRO, MIDNIGHT, MIDNIGHT + MICRO, MIDNIGHT + timedelta(hours=9)]),
    st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda minutes: MIDNIGHT + timedelta(minutes=minutes)),
)
amounts = st.sampled_from([Decimal(0), Decimal(1), Decimal(100), Decimal("33.33"), Decimal(35_900)])
items = st.lists(
    st.fixed_dictionaries(
        {
            "productId": st.sampled_from(PRODUCTS),
            "quantity": st.integers(1, 3),
            "price": st.sampled_from([Decimal(0), Decimal(100), Decimal("33.35"), Decimal(12_900)]),
        }
    ),
    max_size=3,
)


@dataclass(frozen=True)
class Order:
    """What is true of an order, whoever tells of it."""

    id: int
    user: int
    currency: str
    total: Decimal
    lines: tuple[Any, ...]

    def fields(self) -> dict[str, Any]:
        return {"orderId": self.id, "userId": self.user, "amount": self.total, "currency": self.currency}


@st.composite
def orders(draw: Any, number: int) -> Order:
    """An order with a worth and lines that need not agree."""
    return Order(
        number,
        draw(st.sampled_from(USERS)),
        draw(st.sampled_from(["KRW", "KRW", "USD"])),
        draw(amounts),
        tuple(draw(items)),
    )


@st.composite
def tellings(draw: Any, order: Order) -> list[Told]:
    """Some of what can be told of `order`, each fact once."""
    told = []

    def tell(kind: str, **body: Any) -> None:
        told.append(Told(kind, draw(moments), {name: each for name, each in body.items() if each is not None}))

    lines = list(order.lines)
    for kind in draw(st.lists(st.sampled_from(["order.created", "order.completed"]), max_size=1)):
        tell(kind, **order.fields(), items=lines)
    if draw(st.booleans()):
        tell("payment.completed", **order.fields(), paymentId=order.id * 10, items=lines)
    if draw(st.integers(0, 3)) == 0:
        tell("payment.failed", orderId=order.id, userId=order.user, paymentId=order.id * 10, amount=order.total)
    for number in range(draw(st.sampled_from([0, 0, 1, 2]))):
        tell(
            "payment.refunded",
            orderId=order.id,
            userId=draw(st.sampled_from([None, order.user])),
            refundId=draw(st.sampled_from([f"R{order.id}-{number}", f"R{order.id}-0"])),
            amount=draw(st.one_of(st.none(), amounts)),
            items=[{"productId": line["productId"], "quantity": 1} for line in lines[:1]]
            if draw(st.booleans())
            else None,
        )
    if draw(st.integers(0, 2)) == 0:
        tell("order.cancelled", orderId=order.id, userId=order.user)
    for kind in draw(st.lists(st.sampled_from(["delivery.started", "delivery.completed"]), max_size=3)):
        tell(kind, orderId=order.id, userId=order.user, deliveryId=draw(st.sampled_from([None, 8, 9])))
    return told


@st.composite
def acts(draw: Any) -> Told:
    """Something that people do apart from orders."""
    kind = draw(st.sampled_from(["product.viewed", "user.behavior", "review.created", "product.changed"]))
    product, user = draw(st.sampled_from(PRODUCTS)), draw(st.sampled_from([None, *USERS]))
    body: dict[str, Any] = {"productId": product}
    if kind == "review.created":
        # Whoever comes first is analysed, and the analysis is published: no later telling can take that back.
        review = draw(st.integers(1, 3))
        product = user = review
        body = {"productId": product, "reviewId": review, "rating": review, "content": TEXTS[review]}
    elif kind == "user.behavior":
        body |= {"behaviorType": draw(st.sampled_from(BEHAVIORS)), "keyword": draw(st.sampled_from([None, "김치"]))}
    elif kind == "product.changed":
        body |= {"changeType": "UPDATED"}
    if user is not None and kind != "product.changed":
        body["userId"] = user
    return Told(kind, draw(moments), {name: each for name, each in body.items() if each is not None})


@st.composite
def stories(draw: Any, *, conflicts: bool) -> list[Told]:
    """Records in the order in which they happened, each with an id or none.

    conflicts: some facts are told a second time with another id, at another moment, payments of another amount.
    """
    told: list[Told] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        told += draw(tellings(draw(orders(number))))
    told += draw(st.lists(acts(), max_size=5))
    if conflicts and told:
        for again in draw(st.lists(st.sampled_from(told), max_size=4)):
            body = dict(again.body)
            if body.get("amount") is not None and draw(st.booleans()):
                body["amount"] = draw(amounts)
            if body.get("items") and draw(st.booleans()):
                body["items"] = draw(items)
            told.append(replace(again, at=draw(moments), body=body))
    named = draw(st.lists(st.booleans(), min_size=len(told), max_size=len(told)))
    return [
        replace(each, event_id=f"e{number}" if has_id else None, offset=number, partition=number % 3)
        for number, (each, has_id) in enumerate(zip(sorted(told, key=lambda each: each.at), named, strict=True))
    ]
