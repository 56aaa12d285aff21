"""Rows as the Java services write them: by plain SQL, with valid defaults, a method for each table."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection

from xlcfi import clock
from xlcfi.clock import SEOUL

Amount = Decimal | int | float | str
Line = tuple[int, int, Amount]
"""product id, quantity, unit price"""


def seoul(text: str) -> datetime:
    """`seoul("2025-02-28 23:59:59.999999")`: that moment on Seoul's clock, aware. A date alone is its first moment."""
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def wall_clock(moment: datetime | None) -> datetime | None:
    """What Java stores for `moment` in a column without zone."""
    return None if moment is None else moment.astimezone(SEOUL).replace(tzinfo=None)


class Market:
    """Writes rows into the Java-owned tables of the test database. Every method returns the new row's id.

    Moments are aware datetimes; where one is left out it is the present by the clock in use.
    """

    def __init__(self) -> None:
        self._number = count(1)

    def sql(self, statement: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run any statement as the platform would; its rows, if it has any."""
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else []

    def row(self, table: str, **columns: Any) -> int:
        """Insert one row; aware datetimes are stored as Seoul wall clock."""
        values = [wall_clock(value) if isinstance(value, datetime) else value for value in columns.values()]
        names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
        return int(self.sql(f"insert into {table} ({names}) values ({places}) returning id", values)[0][0])

    def user(
        self,
        role: str = "BUYER",
        *,
        name: str | None = None,
        email: str | None = None,
        status: str = "ACTIVE",
        country_code: str = "KR",
        created_at: datetime | None = None,
        updated_at: datetime | None = None,
        last_login_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        number = next(self._number)
        created_at = created_at or clock.now()
        return self.row(
            "users",
            email=email or f"member{number}@example.com",
            name=name or f"Member {number}",
            role=role,
            status=status,
            country_code=country_code,
            last_login_at=last_login_at,
            created_at=created_at,
            updated_at=updated_at or created_at,
            **columns,
        )

    def category(self, name: str | None = None, *, parent_id: int | None = None, **columns: Any) -> int:
        return self.row("categories", name=name or f"Category {next(self._number)}", parent_id=parent_id, **columns)

    def product(
        self,
        *,
        seller_id: int | None = None,
        category_id: int | None = None,
        name: str | None = None,
        description: str | None = None,
        price: Amount = 10_000,
        currency: str = "KRW",
        stock: int = 100,
        status: str = "ON_SALE",
        created_at: datetime | None = None,
        updated_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        created_at = created_at or clock.now()
        return self.row(
            "products",
            seller_id=self.user("SELLER") if seller_id is None else seller_id,
            category_id=self.category() if category_id is None else category_id,
            name=name or f"Product {next(self._number)}",
            description=description,
            price=price,
            currency=currency,
            stock=stock,
            status=status,
            created_at=created_at,
            updated_at=updated_at or created_at,
            **columns,
        )

    def image(self, product_id: int, *, url: str | None = None, sort_order: int = 0, **columns: Any) -> int:
        url = url or f"https://img.example.com/{product_id}/{next(self._number)}.jpg"
        return self.row("product_images", product_id=product_id, url=url, sort_order=sort_order, **columns)

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

    def review(
        self,
        *,
        product_id: int | None = None,
        user_id: int | None = None,
        rating: int = 5,
        content: str = "맛있어요",
        created_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "reviews",
            product_id=self.product() if product_id is None else product_id,
            user_id=self.user() if user_id is None else user_id,
            rating=rating,
            content=content,
            created_at=created_at or clock.now(),
            **columns,
        )

    def coupon(
        self,
        *,
        name: str | None = None,
        discount_amount: Amount = 3_000,
        total_quantity: int = 100,
        issued_quantity: int = 0,
        valid_from: datetime | None = None,
        valid_until: datetime | None = None,
        **columns: Any,
    ) -> int:
        valid_from = valid_from or clock.now()
        return self.row(
            "coupons",
            name=name or f"Coupon {next(self._number)}",
            discount_amount=discount_amount,
            total_quantity=total_quantity,
            issued_quantity=issued_quantity,
            valid_from=valid_from,
            valid_until=valid_until or valid_from + timedelta(days=30),
            **columns,
        )

    def user_coupon(
        self,
        *,
        coupon_id: int | None = None,
        user_id: int | None = None,
        status: str = "ISSUED",
        order_id: int | None = None,
        issued_at: datetime | None = None,
        used_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "user_coupons",
            coupon_id=self.coupon() if coupon_id is None else coupon_id,
            user_id=self.user() if user_id is None else user_id,
            status=status,
            order_id=order_id,
            issued_at=issued_at or clock.now(),
            used_at=used_at,
            **columns,
        )

    def balance(
        self,
        *,
        user_id: int | None = None,
        type: str = "CHARGE",  # noqa: A002 - the column's name
        amount: Amount = 10_000,
        balance_after: Amount | None = None,
        created_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "balance_histories",
            user_id=self.user() if user_id is None else user_id,
            type=type,
            amount=amount,
            balance_after=amount if balance_after is None else balance_after,
            created_at=created_at or clock.now(),
            **columns,
        )

    def delivery(
        self,
        order_id: int | None = None,
        *,
        status: str = "REQUESTED",
        requested_at: datetime | None = None,
        delivered_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "deliveries",
            order_id=self.paid_order() if order_id is None else order_id,
            status=status,
            requested_at=requested_at or clock.now(),
            delivered_at=delivered_at,
            **columns,
        )

    def blockchain_record(
        self,
        *,
        product_id: int | None = None,
        order_id: int | None = None,
        tx_hash: str | None = None,
        status: str = "CONFIRMED",
        created_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "blockchain_records",
            product_id=product_id,
            order_id=order_id,
            tx_hash=tx_hash or f"0x{next(self._number):064x}",
            status=status,
            created_at=created_at or clock.now(),
            **columns,
        )
