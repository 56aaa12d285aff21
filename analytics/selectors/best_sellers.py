"""What sold best in a period, from monthly sums and, at its edges, daily ones."""

from datetime import date
from typing import Any

from django.db import connection

from analytics.selectors.sales.cover import cover
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
