"""A record as the broker holds it, and which group has to do something about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")

_NEWS = (
    "order.created", "order.completed", "order.cancelled", "payment.failed", "payment.refunded", "product.viewed",
    "user.behavior", "delivery.started", "delivery.completed",
)  # fmt: skip
KINDS_OF_GROUP: dict[str, frozenset[str]] = {
    "analytics-group": frozenset({*_NEWS, "product.changed"}),
    "analytics-payment-group": frozenset({"payment.completed"}),
    "recommendation-group": frozenset({"payment.completed", "product.viewed", "user.behavior", "product.changed"}),
    "ml-review-group": frozenset({"review.created", "product.changed"}),
}
SHARED_TOPICS: dict[str, frozenset[str]] = {
    "order-events": frozenset({"order.created", "order.completed", "order.cancelled"}),
    "payment-events": frozenset({"payment.completed", "payment.failed", "payment.refunded"}),
    "delivery-events": frozenset({"delivery.started", "delivery.completed"}),
    "product-events": frozenset({"product.viewed", "product.changed"}),
}
KINDS = frozenset().union(*KINDS_OF_GROUP.values())


@dataclass(frozen=True)
class Told:
    """One record.

    kind: as the topic of its own is called. at: when it happened, aware. body: orderId, userId, amount, items
    [{productId, quantity, price}], … as the contract's examples name them; amounts as Decimal, ids as int, nothing for
    what was not told (the total of an order is `amount` too). event_id: None where the producer gave none.
    unreadable: the reason for which nobody can read it ("" for a good one; kind "" where even the kind can't be read).
    fails: groups whose handlers can never apply it. raw: the value on the wire, None for a tombstone.
    """

    kind: str
    at: datetime
    body: dict[str, Any] = field(default_factory=dict)
    event_id: str | None = None
    topic: str = ""
    partition: int = 0
    offset: int = 0
    unreadable: str = ""
    fails: frozenset[str] = frozenset()
    raw: bytes | None = b""

    @property
    def in_topic(self) -> str:
        """The topic it lies in: that of its kind, unless it says otherwise."""
        return self.topic or self.kind

    @property
    def record_id(self) -> str:
        """What names the record for ever."""
        return f"{self.in_topic}-{self.partition}-{self.offset}"

    @property
    def identity(self) -> str:
        """What names the event."""
        return self.event_id if self.event_id else self.record_id

    @property
    def day(self) -> date:
        """The day on Seoul's calendar."""
        return self.at.astimezone(SEOUL).date()

    @property
    def hour(self) -> int:
        """The hour on Seoul's clock."""
        return self.at.astimezone(SEOUL).hour


def reads(group: str, told: Told) -> bool:
    """Whether `group` has to do something about the record: apply it, or keep it as a dead letter."""
    if told.raw is None:
        return False
    if told.kind:
        return told.kind in KINDS_OF_GROUP[group]
    carried = SHARED_TOPICS.get(told.in_topic, frozenset({told.in_topic}))
    return bool(carried & KINDS_OF_GROUP[group])


def applied(events: Iterable[Told], group: str) -> list[Told]:
    """What `group` applies: every readable event of its kinds once, by its identity."""
    found: dict[str, Told] = {}
    for told in events:
        if reads(group, told) and not told.unreadable and group not in told.fails:
            found.setdefault(told.identity, told)
    return list(found.values())


def refused(events: Iterable[Told], group: str) -> dict[str, Told]:
    """The records that `group` keeps as dead letters, by record id."""
    return {t.record_id: t for t in events if reads(group, t) and (t.unreadable or group in t.fails)}


def earliest(events: Iterable[Told]) -> Told:
    """The telling that counts among several of one fact."""
    return min(events, key=lambda told: (told.at, told.identity))
