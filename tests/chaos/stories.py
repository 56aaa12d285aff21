"""What happens on the market, told as it is told in the field: twice, late, in no order, and now and then wrong."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.chaos.world import CLOSING_PRODUCT, PRICES, PRODUCTS, REFUSED_PRODUCT, REFUSED_USERS, USERS, Row
from tests.oracle.told import SEOUL, SHARED_TOPICS, Told

# Long enough ago for all of it to have happened, not so long that it would be pruned.
FIRST_MOMENT = datetime.now(SEOUL).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=10)
BEHAVIOR_TYPES = (
    "SEARCH", "search", "click", "CLICK", "add_to_cart", "addToCart", "ADD_TO_CART", "wishlist", "WISHLIST", "share",
    "scroll_depth",
)  # fmt: skip
WORDS = (
    "맛있어요, 또 살게요.",
    "별로예요. 포장이 엉망이고 늦게 왔어요.",
    "그냥 그래요.",
    "Great taste!",
    "too salty…",
    "",
)
AGAIN, AGAIN_IN_OTHER_WORDS, NAMELESS, LATE = 0.10, 0.05, 0.08, 0.04


@dataclass
class Script:
    """told: in the order in which it is sent. before, later: rows that are visible from the start, or from half way."""

    told: list[Told] = field(default_factory=list)
    before: list[Row] = field(default_factory=list)
    later: list[Row] = field(default_factory=list)
    reviews: list[tuple[int, int, int, str]] = field(default_factory=list)


class Storyteller:
    """Tells `events` events or a few more, always the same ones for the same seed."""

    def __init__(self, *, seed: int) -> None:
        self._chance = random.Random(seed)
        self._script = Script()
        # (place in the stream, tie breaker, what is told there)
        self._waiting: list[tuple[float, int, Told]] = []
        self._numbers = 0
        self._place = 0.0
        self._moment = FIRST_MOMENT

    def script(self, *, events: int) -> Script:
        """Everything of the first phase."""
        while len(self._waiting) < events:
            self._place += 2.0
            self._moment += timedelta(seconds=self._chance.uniform(5, 300) * 3000 / events)
            self._chance.choices(
                (self._order, self._look, self._act, self._review, self._change, self._noise, self._poison),
                (20, 30, 30, 8, 3, 3, 2.5),
            )[0]()
        self._script.told = [told for _, _, told in self._drained()]
        return self._script

    def closing(self) -> list[Told]:
        """One purchase of the same single product by everybody: what comes last for every personal list.

        And poison among it: who was not killed while keeping a dead letter can be killed now.
        """
        self._moment += timedelta(minutes=10)
        for number, user in enumerate(self._chance.sample(USERS, len(USERS))):
            self._place += 1.0
            if number % 4 == 0:
                self._poison()
            item = {"productId": CLOSING_PRODUCT, "quantity": 1, "price": PRICES[CLOSING_PRODUCT]}
            self._numbers += 1
            body = {"orderId": 9_000_000 + user, "userId": user, "amount": PRICES[CLOSING_PRODUCT], "items": [item]}
            self._tell("payment.completed", self._moment, body, spread=3)
        return [told for _, _, told in self._drained()]

    def _drained(self) -> Iterator[tuple[float, int, Told]]:
        while self._waiting:
            yield heapq.heappop(self._waiting)

    def _tell(
        self, kind: str, at: datetime, body: dict[str, Any], *, spread: float = 12, topic: str = "", **about: Any
    ) -> Told:
        """Tells it somewhere after this place of the stream, at times twice, at times much later."""
        chance = self._chance
        place = (
            self._place + chance.expovariate(1 / spread) + (chance.uniform(100, 600) if chance.random() < LATE else 0)
        )
        number = self._next()
        at += timedelta(microseconds=chance.randrange(1_000_000))
        name = None if chance.random() < NAMELESS else f"e-{number}-{chance.getrandbits(64):016x}"
        told = Told(kind, at, body, name, topic=topic or self._topic(kind), **about)
        heapq.heappush(self._waiting, (place, number, told))
        # A record that nobody can apply is told once: each copy is one more dead letter, which proves no more.
        if not told.unreadable and not told.fails:
            if name and chance.random() < AGAIN:
                again = replace(told, topic=topic or self._topic(kind))
                heapq.heappush(self._waiting, (place + chance.expovariate(1 / 40), self._next(), again))
            # Without a name of its own a failed payment told in other words is another one.
            claimed = kind not in ("product.viewed", "user.behavior", "payment.failed")
            if claimed and chance.random() < AGAIN_IN_OTHER_WORDS:
                other = replace(told, event_id=f"r-{number}", at=at + timedelta(seconds=chance.uniform(0.1, 5)))
                heapq.heappush(self._waiting, (place + chance.uniform(-10, 60), self._next(), other))
        return told

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers

    def _topic(self, kind: str) -> str:
        shared = next((name for name, kinds in SHARED_TOPICS.items() if kind in kinds), kind)
        return shared if self._chance.random() < 0.3 else kind

    def _basket(self) -> list[dict[str, Any]]:
        # The first goods are bought far more often than the last, as everywhere.
        weights = [1 / (1 + place) for place in range(len(PRODUCTS))]
        chosen = dict.fromkeys(self._chance.choices(PRODUCTS, weights, k=self._chance.choice((1, 2, 2, 3, 4))))
        lines = [{"productId": p, "quantity": self._chance.choice((1, 1, 2, 3)), "price": PRICES[p]} for p in chosen]
        return lines + ([dict(lines[0], quantity=1)] if self._chance.random() < 0.05 else [])

    def _order(self) -> None:
        chance = self._chance
        order, user, items = self._next(), chance.choice(USERS), self._basket()
        worth = sum((item["quantity"] * item["price"] for item in items), Decimal(0))
        currency = "KRW" if chance.random() < 0.9 else "USD"
        amount = worth - 100 * chance.randrange(9) if currency == "KRW" else worth / 1000 + Decimal("0.13")
        placed = self._moment
        base = {"orderId": order, "userId": user, "currency": currency, "amount": amount}
        self._tell("order.created", placed, {**base, "status": "PENDING", "items": items})
        if chance.random() < 0.2:
            self._tell("order.completed", placed + timedelta(seconds=3), base)
        if chance.random() < 0.15:
            self._tell(
                "payment.failed", placed + timedelta(seconds=9), {**base, "paymentId": chance.choice((order, None))}
            )
        if chance.random() < 0.15:
            if chance.random() < 0.5:
                self._tell("order.cancelled", placed + timedelta(hours=1), {**base, "reason": "변심"})
            return
        # With its rows, or near midnight, the sale's day must not depend on who tells of it.
        paid = min(placed + timedelta(seconds=20), placed.replace(hour=23, minute=59, second=58))
        told = self._tell("payment.completed", paid, {**base, "paymentId": order * 10 + 2, "items": items})
        self._after(order, base, items, told.at)

    def _after(self, order: int, base: dict[str, Any], items: list[dict[str, Any]], paid: datetime) -> None:
        chance = self._chance
        fate = chance.random()
        if fate < 0.06:
            self._tell("order.cancelled", paid + timedelta(hours=20), {**base, "reason": "변심"})
            return
        if fate < 0.14:
            part = base["amount"].quantize(Decimal(1)) // 2 if chance.random() < 0.5 else None
            body = {**base, "amount": part, "refundId": f"R-{order}" if chance.random() < 0.7 else None}
            if part is not None and chance.random() < 0.5:
                body["items"] = [{"productId": items[0]["productId"], "quantity": 1}]
            self._tell("payment.refunded", paid + timedelta(hours=30), body)
        delivered = chance.random() < 0.5
        if delivered:
            parcel = {
                "orderId": order,
                "userId": base["userId"],
                "deliveryId": order * 10 if chance.random() < 0.8 else None,
            }
            self._tell("delivery.started", paid + timedelta(hours=5), parcel)
            self._tell("delivery.completed", paid + timedelta(hours=29), parcel)
        shown = chance.random()
        if shown < 0.4:
            row = Row(
                order, base["userId"], base["amount"], base["currency"], "DELIVERED" if delivered else "CONFIRMED",
                paid - timedelta(microseconds=1), paid, tuple(items),
            )  # fmt: skip
            (self._script.before if shown < 0.2 else self._script.later).append(row)

    def _look(self) -> None:
        user = self._chance.choice(USERS) if self._chance.random() < 0.8 else None
        self._tell("product.viewed", self._moment, {"productId": self._chance.choice(PRODUCTS), "userId": user})

    def _act(self) -> None:
        kind = self._chance.choice(BEHAVIOR_TYPES)
        about = {"keyword": "김치"} if kind.lower() == "search" else {"productId": self._chance.choice(PRODUCTS)}
        user = self._chance.choice(USERS) if self._chance.random() < 0.9 else None
        self._tell("user.behavior", self._moment, {"behaviorType": kind, "userId": user, **about})

    def _review(self) -> None:
        review, product, user = self._next(), self._chance.choice(PRODUCTS), self._chance.choice(USERS)
        words = self._chance.choice(WORDS)
        body = {"reviewId": review, "productId": product, "userId": user, "rating": self._chance.randint(1, 5)}
        self._tell("review.created", self._moment, {**body, "content": words})
        if self._chance.random() < 0.5:
            self._script.reviews.append((review, product, user, words))

    def _change(self) -> None:
        self._tell(
            "product.changed", self._moment, {"productId": self._chance.choice(PRODUCTS), "changeType": "UPDATED"}
        )

    def _noise(self) -> None:
        """What is no news: a tombstone, or a kind that nobody knows."""
        if self._chance.random() < 0.5:
            topic = self._chance.choice(("payment.completed", "order.created", "product.changed", *SHARED_TOPICS))
            heapq.heappush(self._waiting, (self._place, self._next(), Told("", self._moment, topic=topic, raw=None)))
        else:
            self._tell("order.archived", self._moment, {"orderId": 1}, topic=self._chance.choice((*SHARED_TOPICS,)))

    def _poison(self) -> None:
        chance, order = self._chance, self._next()
        good = {"orderId": order, "userId": chance.choice(USERS), "amount": Decimal(1000), "currency": "KRW"}
        item = {"productId": PRODUCTS[0], "quantity": 1, "price": Decimal(1000)}
        both = frozenset({"analytics-payment-group", "recommendation-group"})
        doing = frozenset({"analytics-group", "recommendation-group"})
        case = chance.randrange(7)
        if case == 0:
            topic = chance.choice(
                ("payment.completed", "order.created", "user.behavior", "review.created", *SHARED_TOPICS)
            )
            told = Told("", self._moment, topic=topic, unreadable="not JSON", raw=b'{"eventId": "cut off')
            heapq.heappush(self._waiting, (self._place, self._next(), told))
        elif case == 1:
            body = {**good, "items": [{**item, "quantity": -1}]}
            self._tell("payment.completed", self._moment, body, unreadable="negative quantity")
        elif case == 2:
            self._tell("order.created", self._moment, {**good, "userId": 0}, unreadable="user 0")
        elif case == 3:
            body = {"reviewId": order, "productId": PRODUCTS[0], "rating": 6, "content": ""}
            self._tell("review.created", self._moment, body, unreadable="six stars")
        elif case == 4:
            body = {**good, "userId": REFUSED_USERS[0], "items": [item]}
            self._tell("payment.completed", self._moment, body, fails=both)
        elif case == 5:
            body = {"behaviorType": "click", "userId": REFUSED_USERS[1], "productId": PRODUCTS[0]}
            self._tell("user.behavior", self._moment, body, fails=doing)
        else:
            body = {"reviewId": order, "productId": REFUSED_PRODUCT, "rating": 5, "content": "!"}
            self._tell("review.created", self._moment, body, fails=frozenset({"ml-review-group"}))
