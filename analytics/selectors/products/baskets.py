"""How large paid orders are: products, units and worth."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection

from analytics.models import BasketDay
from analytics.selectors.sales.sums import CENT
from xlcfi.clock import Period

EDGES = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)
HUNDREDTHS = 100

_SIZES = """
SELECT measure, size, SUM(orders), SUM(total) FROM basket_days
WHERE day BETWEEN %(first)s AND %(last)s AND currency = %(currency)s
GROUP BY measure, size ORDER BY measure, size
"""

Sizes = Sequence[tuple[int, int, Decimal]]


def baskets(*, period: Period, currency: str) -> dict[str, Any]:
    """The paid orders placed in `period`: how many, and mean, median and counts of their products, units and worth.

    One query. The median of the worth is estimated within its class; the other figures are exact.
    """
    sizes: dict[str, list[tuple[int, int, Decimal]]] = {measure: [] for measure, _ in BasketDay.MEASURES}
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, {"first": period.first, "last": period.last, "currency": currency})
        for measure, size, orders, total in cursor.fetchall():
            sizes[measure].append((size, int(orders), total))
    return {
        "orders": sum(orders for _, orders, _ in sizes[BasketDay.LINES]),
        "lines": _whole(sizes[BasketDay.LINES]),
        "units": _whole(sizes[BasketDay.UNITS]),
        "value": _worth(sizes[BasketDay.VALUE]),
    }


def median_size(sizes: Sizes) -> Decimal | None:
    """The middle one of all orders by size, or the mean of the two in the middle; None without an order."""
    count = sum(orders for _, orders, _ in sizes)
    if not count:
        return None
    return Decimal(_nth(sizes, (count + 1) // 2) + _nth(sizes, count // 2 + 1)) / 2


def median_value(sizes: Sizes) -> Decimal | None:
    """The middle of the orders' worth, two decimals: as if the orders of a class lay evenly between its edges."""
    count = sum(orders for _, orders, _ in sizes)
    seen = 0
    for size, orders, _ in sizes:
        if seen + orders >= count / 2:
            part = (Decimal(count) / 2 - seen) / orders
            middle = (size + part * (next_edge(size) - size)) / HUNDREDTHS
            return middle.quantize(CENT, ROUND_HALF_UP)
        seen += orders
    return None


def next_edge(size: int) -> int:
    """Where the class that begins at `size` ends."""
    if size < EDGES[0]:
        return size + 1
    noughts = int("1" + "0" * (len(str(size)) - 2))
    place = EDGES.index(size // noughts) + 1
    return (EDGES[place] if place < len(EDGES) else 100) * noughts


def _nth(sizes: Sizes, number: int) -> int:
    for size, orders, _ in sizes:
        number -= orders
        if number <= 0:
            return size
    raise AssertionError("there are fewer orders than that")


def _mean(sizes: Sizes) -> Decimal | None:
    count = sum(orders for _, orders, _ in sizes)
    return (sum(total for _, _, total in sizes) / Decimal(count)).quantize(CENT, ROUND_HALF_UP) if count else None


def _whole(sizes: Sizes) -> dict[str, Any]:
    return {
        "mean": _mean(sizes),
        "median": median_size(sizes),
        "histogram": [{"size": size, "orders": orders} for size, orders, _ in sizes],
    }


def _worth(sizes: Sizes) -> dict[str, Any]:
    return {
        "mean": _mean(sizes),
        "median": median_value(sizes),
        "median_estimated": True,
        "histogram": [
            {"from": Decimal(size) / HUNDREDTHS, "to": Decimal(next_edge(size)) / HUNDREDTHS, "orders": orders}
            for size, orders, _ in sizes
        ],
    }
