"""Staged orders that nobody has spoken of before: in a first rebuild all of them, and therefore the short way.

Such an order has no fact, no entry and no sum to correct: everything about it is inserted once, as it is. The others
are compared by the ledger.
"""

from django.db import connection

from analytics.services.staging import SEOUL_HOUR
from analytics.services.told_sales import TOLD_SALES, told_sales_enter

# Whoever claims the same order at the same time waits here, and then finds it known; or we wait, and find it so.
_CLAIM = f"""
WITH claimed AS (
    INSERT INTO order_facts (order_id, buyer_id, seller_id, currency, total, status, placed_at, day, paid, provisional,
                             country)
    SELECT order_id, buyer_id, seller_id, currency, total, status, placed_at, day, paid, provisional, country
    FROM staged_orders s WHERE NOT EXISTS (SELECT 1 FROM order_facts f WHERE f.order_id = s.order_id)
    ORDER BY order_id
    ON CONFLICT (order_id) DO NOTHING
    RETURNING order_id, buyer_id, COALESCE(seller_id, 0) AS seller_id, country, currency, total, status, day,
              {SEOUL_HOUR.format(moment="placed_at")} AS hour, paid
), sales AS (
    INSERT INTO told_sales
    SELECT order_id, buyer_id, seller_id, country, currency, total, status, day, hour FROM claimed WHERE paid
), unpaid AS (
    INSERT INTO rollup_deltas (day, currency, status, orders, units, gross, refunds)
    SELECT day, '', status, COUNT(*), 0, 0, 0 FROM claimed WHERE NOT paid GROUP BY day, status
)
SELECT s.order_id FROM staged_orders s
WHERE NOT EXISTS (SELECT 1 FROM claimed c WHERE c.order_id = s.order_id) ORDER BY s.order_id
"""
_LEAVE = """
DELETE FROM staged_orders WHERE order_id = ANY(%(ids)s);
DELETE FROM staged_lines WHERE order_id = ANY(%(ids)s);
"""


def untold_orders_enter(*, staged: int, quiet: bool = False) -> list[int]:
    """Enter facts and sales of those of the `staged` staged orders that have no fact yet.

    Returns the ids of the others. They are staged no longer, unless there is no new one. quiet: see told_sales_enter.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOLD_SALES)
        cursor.execute(_CLAIM)
        known = [row[0] for row in cursor.fetchall()]
        if len(known) < staged:
            cursor.execute("ANALYZE told_sales")
            told_sales_enter(cursor, lines="staged_lines", quiet=quiet)
            if known:
                cursor.execute(_LEAVE, {"ids": known})
    return known
