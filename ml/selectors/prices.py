"""What a product cost, day by day: from our snapshots, and before they began from what was ordered."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

SNAPSHOT, UNIT_PRICE = "snapshot", "unit_price"

# The last row up to the first day says what held on it.
_PRICES = """
SELECT day, price, currency, 'snapshot' FROM product_snapshots
WHERE product_id = %(product)s AND day <= %(last)s
  AND day >= COALESCE((SELECT MAX(day) FROM product_snapshots WHERE product_id = %(product)s AND day <= %(first)s),
                      %(first)s)
UNION ALL
SELECT p.day, p.price, p.currency, 'unit_price'
FROM (SELECT DISTINCT currency FROM product_unit_prices WHERE product_id = %(product)s) AS c
JOIN product_unit_prices p ON p.product_id = %(product)s AND p.currency = c.currency
WHERE p.day <= %(last)s
  AND p.day >= COALESCE((SELECT MAX(day) FROM product_unit_prices u
                         WHERE u.product_id = %(product)s AND u.currency = c.currency AND u.day <= %(first)s),
                        %(first)s)
  AND p.day < COALESCE((SELECT MIN(day) FROM product_snapshots WHERE product_id = %(product)s), 'infinity'::date)
ORDER BY 1, 4
"""
_STOCK = """
SELECT day, stock, lowest_stock, status FROM product_snapshots
WHERE product_id = %(product)s AND day <= %(last)s
  AND day >= COALESCE((SELECT MAX(day) FROM product_snapshots WHERE product_id = %(product)s AND day <= %(first)s),
                      %(first)s)
ORDER BY day
"""


@dataclass(frozen=True, slots=True)
class PriceStep:
    """From `day` on (or, for the first one, since some day before what was asked for) the price was this.

    source: SNAPSHOT where we saw it, UNIT_PRICE where most units of that day were ordered for it.
    """

    day: date
    price: Decimal
    currency: str
    source: str


@dataclass(frozen=True, slots=True)
class StockStep:
    """From `day` on the product stood like this; lowest_stock: the lowest seen on `day` itself."""

    day: date
    stock: int
    lowest_stock: int
    status: str


def price_history(*, product_id: int, first: date, last: date) -> list[PriceStep]:
    """The prices that held from `first` to `last`, oldest first; a day without a step has the price of the step before.

    A step that tells of an earlier day is given as on `first`. Days on which only the stock changed are left out.
    Before the snapshots began each currency has steps of its own. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PRICES, {"product": product_id, "first": first, "last": last})
        steps: list[PriceStep] = []
        known: dict[tuple[str, str], Decimal] = {}
        for day, price, currency, source in cursor.fetchall():
            # In the snapshots a product has one currency at a time.
            place = source, currency if source == UNIT_PRICE else ""
            if known.get(place) == price and (source == UNIT_PRICE or steps[-1].currency == currency):
                continue
            known[place] = price
            steps.append(PriceStep(max(day, first), price, currency, source))
    return steps


def stock_history(*, product_id: int, first: date, last: date) -> list[StockStep]:
    """Stock and status from `first` to `last` as the snapshots tell, oldest first. Empty before they began."""
    with connection.cursor() as cursor:
        cursor.execute(_STOCK, {"product": product_id, "first": first, "last": last})
        return [StockStep(max(row[0], first), *row[1:]) for row in cursor.fetchall()]
