"""One buyer who looks at a product, orders it and pays, in the tables and as events: the Java side of `freshness`."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from xlcfi import clock

# Somebody who bought before, and something that can be bought. The pair must be new: a journey begins with its view.
_CHOSEN = """
SELECT u.user_id, u.first_day, p.id, p.seller_id, p.price,
       (SELECT category_id FROM product_categories c WHERE c.product_id = p.id)
FROM (SELECT user_id, first_day FROM buyer_standings ORDER BY user_id DESC LIMIT %(most)s) AS u,
     (SELECT id, seller_id, price FROM products WHERE status = 'ON_SALE' AND currency = 'KRW' ORDER BY id LIMIT 50) AS p
WHERE NOT EXISTS (SELECT 1 FROM user_item_matrix m WHERE m.user_id = u.user_id AND m.product_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM journeys j WHERE j.user_id = u.user_id AND j.product_id = p.id)
ORDER BY random() LIMIT %(most)s
"""
_GONE = """
DELETE FROM payments WHERE order_id = ANY(%(orders)s);
DELETE FROM order_items WHERE order_id = ANY(%(orders)s);
DELETE FROM orders WHERE id = ANY(%(orders)s);
"""


@dataclass
class Purchase:
    """Who buys what. order: its number, once there is one. first_day: of the buyer's first paid order ever."""

    buyer: int
    first_day: Any
    product: int
    seller: int
    price: Any
    category: int
    order: int = 0

    def viewed(self) -> bytes:
        """They look at it."""
        return _event("product.viewed", productId=self.product, userId=self.buyer, sessionId=uuid.uuid4().hex[:16])

    def ordered(self) -> bytes:
        """The order and its line, in the tables."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO orders (buyer_id, seller_id, status, total, currency, created_at, updated_at) "
                "VALUES (%s, %s, 'PENDING', %s, 'KRW', %s, %s) RETURNING id",
                [self.buyer, self.seller, self.price, _wall(), _wall()],
            )
            self.order = int(cursor.fetchone()[0])
            cursor.execute(
                "INSERT INTO order_items (order_id, product_id, quantity, unit_price) VALUES (%s, %s, 1, %s)",
                [self.order, self.product, self.price],
            )
        return _event("order.created", **self._parties(), total=float(self.price), currency="KRW", status="PENDING")

    def paid(self) -> bytes:
        """The payment, in the tables."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO payments "
                "(order_id, pg_transaction_id, method, status, amount, currency, paid_at, created_at) "
                "VALUES (%s, %s, 'CARD', 'COMPLETED', %s, 'KRW', %s, %s) RETURNING id",
                [self.order, f"bench-{uuid.uuid4()}", self.price, _wall(), _wall()],
            )
            payment = int(cursor.fetchone()[0])
            cursor.execute(
                "UPDATE orders SET status = 'CONFIRMED', updated_at = %s WHERE id = %s", [_wall(), self.order]
            )
        return _event(
            "payment.completed", **self._parties(), paymentId=payment, amount=float(self.price), currency="KRW"
        )

    def _parties(self) -> dict[str, Any]:
        items = [{"productId": self.product, "quantity": 1, "price": float(self.price)}]
        return {"orderId": self.order, "userId": self.buyer, "sellerId": self.seller, "items": items}


def purchases(count: int) -> list[Purchase]:
    """`count` of them, by buyers who bought before, of products that these never had anything to do with."""
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, {"most": max(count, 200)})
        found = {row[0]: Purchase(*row) for row in cursor.fetchall()}
    return list(found.values())[:count]


def rows_gone(orders: list[int]) -> None:
    """Take the orders out of the platform's tables again."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, {"orders": orders})


def _event(kind: str, **body: Any) -> bytes:
    at = clock.now().replace(tzinfo=None).isoformat(timespec="microseconds")
    return json.dumps({"eventId": f"bench-{uuid.uuid4()}", "eventType": kind, "timestamp": at, **body}).encode()


def _wall() -> datetime:
    """Now, as Java writes it: Seoul wall time without a zone."""
    return clock.now().replace(tzinfo=None)
