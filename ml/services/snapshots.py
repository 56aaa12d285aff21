"""Keeping what products cost and how many there are, day by day, and what was paid for them before that began."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from xlcfi import clock
from xlcfi.events import Progress, RebuildReport
from xlcfi.runs import estimated_rows, id_runs

PRODUCTS_A_RUN = 1_000

# Compared with the last row, whichever day that has. Sorted: two writers wait for each other in one order.
_TAKE = """
INSERT INTO product_snapshots AS t (product_id, day, price, currency, stock, lowest_stock, status)
SELECT p.id, %(today)s, p.price, p.currency, p.stock, p.stock, p.status
FROM products p
LEFT JOIN LATERAL (
    SELECT s.price, s.currency, s.stock, s.status FROM product_snapshots s
    WHERE s.product_id = p.id AND s.day <= %(today)s ORDER BY s.day DESC LIMIT 1
) AS last ON true
WHERE (last.price, last.currency, last.stock, last.status) IS DISTINCT FROM (p.price, p.currency, p.stock, p.status)
  AND (%(ids)s::bigint[] IS NULL OR p.id = ANY(%(ids)s::bigint[]))
ORDER BY p.id
ON CONFLICT (product_id, day) DO UPDATE
SET price = excluded.price, currency = excluded.currency, stock = excluded.stock, status = excluded.status,
    lowest_stock = LEAST(t.lowest_stock, excluded.stock)
"""

# Of a day with several prices, that of the most units; of equals the higher.
_UNIT_PRICES = """
CREATE TEMP TABLE wanted_prices ON COMMIT DROP AS
WITH sold AS (
    SELECT i.product_id, o.currency, o.created_at::date AS day, i.unit_price AS price, SUM(i.quantity) AS units
    FROM order_items i JOIN orders o ON o.id = i.order_id
    WHERE i.product_id BETWEEN %(first)s AND %(last)s
    GROUP BY 1, 2, 3, 4
), days AS (
    SELECT DISTINCT ON (product_id, currency, day) product_id, currency, day, price
    FROM sold ORDER BY product_id, currency, day, units DESC, price DESC
), steps AS (
    SELECT d.*, LAG(d.price) OVER (PARTITION BY d.product_id, d.currency ORDER BY d.day) AS price_before
    FROM days d
    WHERE d.day < COALESCE((SELECT MIN(s.day) FROM product_snapshots s WHERE s.product_id = d.product_id), 'infinity')
)
SELECT product_id, currency, day, price FROM steps WHERE price IS DISTINCT FROM price_before
"""
_GONE = """
DELETE FROM product_unit_prices p
WHERE p.product_id BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
    SELECT 1 FROM wanted_prices w
    WHERE w.product_id = p.product_id AND w.currency = p.currency AND w.day = p.day)
"""
_PUT = """
INSERT INTO product_unit_prices (product_id, currency, day, price)
SELECT product_id, currency, day, price FROM wanted_prices
EXCEPT SELECT product_id, currency, day, price FROM product_unit_prices WHERE product_id BETWEEN %(first)s AND %(last)s
ON CONFLICT (product_id, currency, day) DO UPDATE SET price = excluded.price
"""


def snapshots_take(*, product_ids: Sequence[int] | None = None) -> int:
    """Note how all products (or those given) stand today, where that differs from what is noted. Returns rows written.

    One statement, by the products' keys.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"today": clock.today(), "ids": None if product_ids is None else sorted(product_ids)})
        return int(cursor.rowcount)


def unit_prices_rebuild(*, apply: bool, progress: Progress) -> RebuildReport:
    """Make the price history from before the snapshots again, from the platform's order lines, run by run."""
    total = estimated_rows("products")
    checked = changed = done = 0
    for first, last, products in id_runs(table="products", size=PRODUCTS_A_RUN):
        with transaction.atomic(), connection.cursor() as cursor:
            found, mended = _run(cursor, first, last)
            if not apply:
                transaction.set_rollback(True)
        checked, changed, done = checked + found, changed + mended, done + products
        progress(done, max(total, done))
    return RebuildReport(checked=checked, changed=changed)


def _run(cursor: CursorWrapper, first: int, last: int) -> tuple[int, int]:
    bounds = {"first": first, "last": last}
    cursor.execute("DROP TABLE IF EXISTS wanted_prices")
    cursor.execute(_UNIT_PRICES, bounds)
    found = cursor.rowcount
    cursor.execute("ANALYZE wanted_prices")
    cursor.execute(_GONE, bounds)
    gone = cursor.rowcount
    cursor.execute(_PUT, bounds)
    return found, gone + cursor.rowcount
