"""What sold best in a period, from monthly sums and, at its edges, daily ones."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from xlcfi.clock import Period

_DAYS = """
SELECT product_id, {sign}units, {sign}(gross - refunds), {sign}orders FROM product_sales_days
WHERE currency = %s AND day BETWEEN %s AND %s
"""
_MONTHS = """
SELECT product_id, units, gross - refunds, orders FROM product_sales_months
WHERE currency = %s AND month BETWEEN %s AND %s
"""
_DELTAS = """
SELECT product_id, units, gross - refunds, orders FROM rollup_deltas
WHERE product_id IS NOT NULL AND currency = %s AND day BETWEEN %s AND %s
"""
# Of the platform's tables only the names of the few winners are read, by key.
_BEST = """
WITH sold AS MATERIALIZED (
    SELECT product_id, SUM(units) AS units, SUM(revenue) AS revenue, SUM(orders) AS orders
    FROM ({parts}) AS s(product_id, units, revenue, orders) GROUP BY product_id
), products_first AS (
    SELECT product_id, units, revenue, orders FROM sold WHERE product_id <> 0 AND orders > 0
    ORDER BY revenue DESC, product_id LIMIT %s
), categories_first AS (
    SELECT c.category_id, SUM(units) AS units, SUM(revenue) AS revenue
    FROM sold JOIN product_categories c USING (product_id) WHERE orders > 0
    GROUP BY c.category_id ORDER BY revenue DESC, c.category_id LIMIT %s
)
SELECT 'product', f.product_id, (SELECT name FROM products WHERE id = f.product_id), f.units, f.revenue, f.orders
FROM products_first f
UNION ALL
SELECT 'category', f.category_id, (SELECT name FROM categories WHERE id = f.category_id), f.units, f.revenue, NULL
FROM categories_first f
ORDER BY 1, 5 DESC, 2
"""


@dataclass(frozen=True)
class Cover:
    """A run of days as whole months and, at the edges, days to add or to take away again."""

    months: tuple[date, date] | None
    added: tuple[tuple[date, date], ...]
    removed: tuple[tuple[date, date], ...]


def cover(*, first: date, last: date) -> Cover:
    """Cover [first, last] with whole months, each edge by whichever reads fewer days: those inside or those outside.

    A month of which more than half lies inside is read whole and its other days are taken away again.
    """
    added, removed = [], []
    begin, end = month_start(first), next_month(last)
    if month_start(first) == month_start(last):
        inside, whole = (last - first).days + 1, (end - begin).days
        if inside * 2 <= whole:
            return Cover(None, ((first, last),), ())
    if first != begin:
        if (next_month(first) - first).days * 2 <= (next_month(first) - begin).days:
            added.append((first, next_month(first) - timedelta(days=1)))
            begin = next_month(first)
        else:
            removed.append((begin, first - timedelta(days=1)))
    if last + timedelta(days=1) != end:
        inside, whole = (last - month_start(last)).days + 1, (end - month_start(last)).days
        if month_start(last) > month_start(first) and inside * 2 <= whole:
            added.append((month_start(last), last))
            end = month_start(last)
        else:
            removed.append((last + timedelta(days=1), end - timedelta(days=1)))
    months = (begin, end - timedelta(days=1)) if begin < end else None
    return Cover(months, tuple(added), tuple(removed))


def month_start(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def best_sellers(
    *, period: Period, currency: str, products: int, categories: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The best products and categories of `period` by net revenue in `currency`: the contract's two lists."""
    covered = cover(first=period.first, last=period.last)
    parts: list[str] = [_DELTAS]
    values: list[str | int | date] = [currency, period.first, period.last]
    if covered.months:
        parts.append(_MONTHS)
        values += [currency, *covered.months]
    for sign, runs in (("", covered.added), ("-", covered.removed)):
        for run in runs:
            parts.append(_DAYS.format(sign=sign))
            values += [currency, *run]
    with connection.cursor() as cursor:
        cursor.execute(_BEST.format(parts=" UNION ALL ".join(parts)), [*values, products, categories])
        rows = cursor.fetchall()
    return (
        [
            {"product_id": id_, "name": name, "units": int(units), "revenue": revenue, "order_count": int(orders)}
            for kind, id_, name, units, revenue, orders in rows
            if kind == "product"
        ],
        [
            {"category_id": id_, "name": name, "units": int(units), "revenue": revenue}
            for kind, id_, name, units, revenue, _ in rows
            if kind == "category"
        ],
    )
