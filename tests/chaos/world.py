"""The people and goods of the chaos test, and the platform's rows that are visible for some of its orders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.oracle.told import SEOUL

SCHEMA = Path(__file__).resolve().parents[2] / "xlcfi" / "platform" / "schema.sql"

USERS = range(1001, 1061)
PRODUCTS = range(11, 51)
# Bought by everybody once, at the very end and alone: it goes with nothing, so no list depends on how far that is.
CLOSING_PRODUCT = 99
CATEGORIES = {product: 1 + product % 5 for product in (*PRODUCTS, CLOSING_PRODUCT)}
PRICES = {product: Decimal(3_000 + 700 * (product % 13)) for product in (*PRODUCTS, CLOSING_PRODUCT)}
SELLER = 900
# The database refuses whatever these do: a constraint that lags behind the code, as enum checks do.
REFUSED_USERS = (666, 667)
REFUSED_PRODUCT = 668

_REFUSE = f"""
ALTER TABLE user_behaviors ADD CONSTRAINT lags_behind CHECK (user_id IS NULL OR user_id NOT IN {REFUSED_USERS});
ALTER TABLE user_item_matrix ADD CONSTRAINT lags_behind CHECK (user_id NOT IN {REFUSED_USERS});
ALTER TABLE review_analyses ADD CONSTRAINT lags_behind CHECK (product_id <> {REFUSED_PRODUCT});
"""
_LONG_AGO = "2025-01-01"


@dataclass(frozen=True)
class Row:
    """An order as the platform's tables show it, paid; it says the same as the events."""

    order: int
    buyer: int
    total: Decimal
    currency: str
    status: str
    placed_at: datetime
    paid_at: datetime
    items: tuple[dict[str, Any], ...]


def world_make(connection: Any) -> None:
    """The platform's tables with people and goods, and constraints of ours that refuse some of them."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA.read_text(encoding="utf-8"))
        cursor.execute(_REFUSE)
        cursor.execute(
            "INSERT INTO users (id, email, name, role, status, country_code, created_at, updated_at) "
            "SELECT u, 'member' || u || '@example.com', 'Member ' || u, CASE u WHEN %s THEN 'SELLER' ELSE 'BUYER' END, "
            "'ACTIVE', 'KR', %s, %s FROM unnest(%s) AS u",
            [SELLER, _LONG_AGO, _LONG_AGO, [SELLER, *USERS]],
        )
        cursor.execute("INSERT INTO categories (id, name) SELECT c, 'Category ' || c FROM generate_series(1, 5) AS c")
        for product, category in CATEGORIES.items():
            cursor.execute(
                "INSERT INTO products (id, seller_id, category_id, name, price, currency, stock, status, created_at, "
                "updated_at) VALUES (%s, %s, %s, %s, %s, 'KRW', 100, 'ON_SALE', %s, %s)",
                [product, SELLER, category, f"Product {product}", PRICES[product], _LONG_AGO, _LONG_AGO],
            )


def rows_show(connection: Any, rows: Iterable[Row]) -> None:
    """The transactions of these orders become visible."""
    with connection.cursor() as cursor:
        for row in rows:
            placed, paid = (moment.astimezone(SEOUL).replace(tzinfo=None) for moment in (row.placed_at, row.paid_at))
            cursor.execute(
                "INSERT INTO orders (id, buyer_id, seller_id, status, total, currency, created_at, updated_at) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [row.order, row.buyer, SELLER, row.status, row.total, row.currency, placed, placed],
            )
            cursor.executemany(
                "INSERT INTO order_items (order_id, product_id, quantity, unit_price) VALUES (%s, %s, %s, %s)",
                [(row.order, item["productId"], item["quantity"], item["price"]) for item in row.items],
            )
            cursor.execute(
                "INSERT INTO payments (order_id, pg_transaction_id, method, status, amount, currency, paid_at, "
                "created_at) VALUES (%s, %s, 'CARD', 'COMPLETED', %s, %s, %s, %s)",
                [row.order, f"pg-{row.order}", row.total, row.currency, paid, paid],
            )


def reviews_show(connection: Any, reviews: Sequence[tuple[int, int, int, str]]) -> None:
    """The rows of reviews (id, product, user, text) become visible."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reviews (id, product_id, user_id, rating, content, created_at) VALUES (%s, %s, %s, 4, %s, %s)",
            [(*review, _LONG_AGO) for review in reviews],
        )
