"""Orders and their payments."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.factories.catalogue import Catalogue
from tests.factories.rows import Amount
from xlcfi import clock
from xlcfi.clock import SEOUL

Line = tuple[int, int, Amount]
"""product id, quantity, unit price"""


class Selling(Catalogue):
    """Orders with their lines, and payments."""

    def order(
        self,
        *,
        buyer_id: int | None = None,
        seller_id: int | None = None,
        items: Sequence[Line] | None = None,
        total: Amount | None = None,
        currency: str = "KRW",
        status: str = "PENDING",
        created_at: datetime | None = None,
        updated_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        """An order with its lines. Without `items`: one new product, once, for `total`. The seller is the first line's.

        total: the sum of the lines unless given.
        """
        created_at = created_at or clock.now()
        if items is None:
            price = 10_000 if total is None else total
            items = [(self.product(price=price, currency=currency[:3], seller_id=seller_id), 1, price)]
        if total is None:
            total = sum((quantity * Decimal(str(price)) for _, quantity, price in items), Decimal(0))
        if seller_id is None and items:
            seller_id = self.sql("select seller_id from products where id = %s", [items[0][0]])[0][0]
        order_id = self.row(
            "orders",
            buyer_id=self.user() if buyer_id is None else buyer_id,
            seller_id=self.user("SELLER") if seller_id is None else seller_id,
            status=status,
            total=total,
            currency=currency,
            created_at=created_at,
            updated_at=updated_at or created_at,
            **columns,
        )
        for product_id, quantity, unit_price in items:
            self.row("order_items", order_id=order_id, product_id=product_id, quantity=quantity, unit_price=unit_price)
        return order_id

    def payment(
        self,
        order_id: int,
        *,
        status: str = "COMPLETED",
        paid_at: datetime | None = None,
        amount: Amount | None = None,
        currency: str | None = None,
        method: str = "CARD",
        created_at: datetime | None = None,
        pg_transaction_id: str | None = None,
        **columns: Any,
    ) -> int:
        """A payment of the whole order unless `amount` says otherwise.

        paid_at: left out, that of a COMPLETED or REFUNDED payment is `created_at`, that of any other is null.
        created_at: left out, the order's.
        """
        [(total, order_currency, order_created_at)] = self.sql(
            "select total, currency, created_at from orders where id = %s", [order_id]
        )
        created_at = created_at or paid_at or order_created_at.replace(tzinfo=SEOUL)
        if paid_at is None and status in ("COMPLETED", "REFUNDED"):
            paid_at = created_at
        return self.row(
            "payments",
            order_id=order_id,
            pg_transaction_id=pg_transaction_id or f"pg-{next(self._number)}",
            method=method,
            status=status,
            amount=total if amount is None else amount,
            currency=currency or order_currency,
            paid_at=paid_at,
            created_at=created_at,
            **columns,
        )

    def paid_order(
        self,
        *,
        status: str = "CONFIRMED",
        paid_at: datetime | None = None,
        method: str = "CARD",
        **order: Any,
    ) -> int:
        """An order as `order()` makes it, CONFIRMED, with a COMPLETED payment; the order's id."""
        order_id = self.order(status=status, **order)
        self.payment(order_id, paid_at=paid_at, method=method)
        return order_id
