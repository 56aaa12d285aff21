"""Plays the Java side while the demo runs: a purchase every second or so, in the tables and as events.

Java's way: one transaction for the order with its lines, one for its payment, and an event for each. It has a
connection of its own and needs no numpy, so it stays small.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any, Protocol
from uuid import UUID

from xlcfi import clock

_CANDIDATES = 3_000
_METHODS = ("CARD", "KAKAO_PAY", "NAVER_PAY", "TOSS_PAY")


class Sink(Protocol):
    """Takes events as a broker would."""

    def send(self, topic: str, key: str, value: str, moment: datetime) -> None:
        """Deliver one event. moment: aware."""
        ...

    def close(self) -> None:
        """Deliver what is pending."""
        ...


class FileSink:
    """Appends lines of the event file format; each is there as soon as `send` returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")

    def send(self, topic: str, key: str, value: str, moment: datetime) -> None:
        line = {
            "topic": topic, "key": key, "partition": 0, "timestamp_ms": int(moment.timestamp() * 1000), "headers": {},
            "value": value,
        }  # fmt: skip
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class KafkaSink:
    """Produces to Kafka."""

    def __init__(self, servers: Sequence[str]) -> None:
        from kafka import KafkaProducer

        self._producer = KafkaProducer(bootstrap_servers=list(servers), acks="all", linger_ms=20)

    def send(self, topic: str, key: str, value: str, moment: datetime) -> None:
        self._producer.send(topic, key=key.encode(), value=value.encode(), timestamp_ms=int(moment.timestamp() * 1000))

    def close(self) -> None:
        self._producer.flush(10)
        self._producer.close()


@dataclass(frozen=True)
class _Product:
    id: int
    seller_id: int
    category_id: int
    price: Decimal


class Shop:
    """Buyers who look, order and pay. connection: psycopg2's, of its own, not in autocommit."""

    def __init__(self, *, connection: Any, schema: str, sink: Sink, draw: random.Random) -> None:
        self._connection, self._sink, self._draw = connection, sink, draw
        with connection, connection.cursor() as cursor:
            cursor.execute(f'set search_path to "{schema}"')
            cursor.execute(
                "select id, seller_id, category_id, price from products where status = 'ON_SALE' and stock > 0"
                " and currency = 'KRW' order by id limit %s",
                [_CANDIDATES],
            )
            self._products = [_Product(*row) for row in cursor.fetchall()]
            cursor.execute(
                "select id from users where role = 'BUYER' and status = 'ACTIVE' order by last_login_at desc nulls last"
                " limit %s",
                [_CANDIDATES],
            )
            self._buyers = [row[0] for row in cursor.fetchall()]
        if not self._products or not self._buyers:
            raise LookupError("there is nothing to sell or nobody to buy: run demo_market first")
        # A few goods sell far better than the rest.
        self._weights = [1 / (1 + position) for position in range(len(self._products))]
        draw.shuffle(self._weights)
        self._near: dict[int, list[_Product]] = {}
        for product in self._products:
            self._near.setdefault(product.category_id, []).append(product)

    def visit(self) -> int | None:
        """One buyer looks at a few products and mostly orders and pays. Returns the order's id, None without one."""
        buyer, session = self._draw.choice(self._buyers), f"{self._draw.getrandbits(64):016x}"
        seen = self._draw.choices(self._products, self._weights, k=self._draw.randint(1, 3))
        seen += [self._draw.choice(self._near[seen[0].category_id])]
        for product in seen:
            signed_in = {"userId": buyer} if self._draw.random() < 0.7 else {}
            self._tell("product.viewed", product.id, signed_in | {"productId": product.id, "sessionId": session})
        if self._draw.random() < 0.15:
            return None
        basket = list({product.id: product for product in seen[: self._draw.randint(1, len(seen))]}.values())
        return self._order(buyer, basket)

    def _order(self, buyer: int, basket: list[_Product]) -> int:
        """The order in one transaction, its payment in the next, as two services do it."""
        lines = [(product, self._draw.choice((1, 1, 1, 2, 3))) for product in basket]
        subtotal = sum((product.price * quantity for product, quantity in lines), Decimal(0))
        total = subtotal + (Decimal(3000) if subtotal < 40_000 else Decimal(0))
        seller = lines[0][0].seller_id
        items = [
            {"productId": product.id, "quantity": quantity, "price": float(product.price)}
            for product, quantity in lines
        ]
        with self._connection, self._connection.cursor() as cursor:
            moment = _wall_time()
            cursor.execute(
                "insert into orders (buyer_id, seller_id, status, total, currency, created_at, updated_at)"
                " values (%s, %s, 'PENDING', %s, 'KRW', %s, %s) returning id",
                [buyer, seller, total, moment, moment],
            )
            order = int(cursor.fetchone()[0])
            cursor.executemany(
                "insert into order_items (order_id, product_id, quantity, unit_price) values (%s, %s, %s, %s)",
                [(order, product.id, quantity, product.price) for product, quantity in lines],
            )
            cursor.executemany(
                # What would run out is received anew: the demo shall not stand still because its shelves are empty.
                "update products set stock = stock - %s + case when stock < %s then 100 else 0 end, updated_at = %s"
                " where id = %s",
                sorted(((q, q, moment, product.id) for product, q in lines), key=lambda row: row[3]),
            )
            # Inside the transaction, as Spring does: the event can be there before the row.
            parties = {"orderId": order, "userId": buyer, "sellerId": seller}
            rest = {"total": float(total), "currency": "KRW", "status": "PENDING", "items": items}
            self._tell("order.created", order, parties | rest, moment=moment)
        self._pay(order, parties, total, items)
        return order

    def _pay(self, order: int, parties: dict[str, int], total: Decimal, items: list[dict[str, Any]]) -> None:
        paid = self._draw.random() > 0.05
        with self._connection, self._connection.cursor() as cursor:
            moment = _wall_time()
            cursor.execute(
                "insert into payments (order_id, pg_transaction_id, method, status, amount, currency, paid_at,"
                " created_at)"
                " values (%s, %s, %s, %s, %s, 'KRW', %s, %s) returning id",
                [
                    order, f"pg_{self._draw.getrandbits(80):020x}", self._draw.choice(_METHODS),
                    "COMPLETED" if paid else "FAILED", total, moment if paid else None, moment,
                ],
            )  # fmt: skip
            payment = int(cursor.fetchone()[0])
            if paid:
                cursor.execute("update orders set status = 'CONFIRMED', updated_at = %s where id = %s", [moment, order])
            body = {"paymentId": payment} | parties | {"amount": float(total), "currency": "KRW"}
            if paid:
                self._tell("payment.completed", order, body | {"items": items}, moment=moment)
            else:
                self._tell("payment.failed", order, body | {"reason": "CARD_DECLINED"}, moment=moment)

    def _tell(self, kind: str, key: int, body: dict[str, Any], *, moment: datetime | None = None) -> None:
        wall = moment or _wall_time()
        event_id = str(UUID(int=self._draw.getrandbits(128), version=4))
        payload = {"eventId": event_id, "eventType": kind, "timestamp": wall.isoformat(timespec="microseconds")} | body
        text = json.dumps(payload, ensure_ascii=False)
        self._sink.send(kind, str(key), text, wall.replace(tzinfo=clock.SEOUL))


def _wall_time() -> datetime:
    """Now, as Java writes it: Seoul wall time without zone."""
    return clock.now().replace(tzinfo=None)


def live_run(
    *,
    shop: Shop,
    sink: Sink,
    per_second: float,
    stop: Event,
    draw: random.Random,
    orders: int | None = None,
    on_order: Callable[[int], None] = lambda _: None,
) -> int:
    """Let buyers come, `per_second` on average, until `stop` is set or so many `orders` were placed; returns how many.

    Raises ValueError if `per_second` is not positive.
    """
    if per_second <= 0:
        raise ValueError("the rate must be positive")
    placed = 0
    try:
        while not stop.is_set() and (orders is None or placed < orders):
            order = shop.visit()
            if order is not None:
                placed += 1
                on_order(order)
            stop.wait(min(draw.expovariate(per_second), timedelta(minutes=1).total_seconds()))
    finally:
        sink.close()
    return placed
