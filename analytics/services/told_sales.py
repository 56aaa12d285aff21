"""Sales of orders that were claimed just now: their entries, and what these change, in one statement.

Such an order has no entry and no sum to correct: everything about it is inserted once, as it is.
"""

from django.db.backends.utils import CursorWrapper

from analytics.services.allotment import allotment_sql

# The paid ones of the orders that this transaction claimed.
TOLD_SALES = """
CREATE TEMP TABLE IF NOT EXISTS told_sales (
    order_id bigint, buyer_id bigint, seller_id bigint, country varchar(2), currency varchar(3), total numeric(38,2),
    status varchar(255), day date, hour smallint
) ON COMMIT DELETE ROWS;
DELETE FROM told_sales;
"""

# Lines that add up to the total, whole won for whole won, are worth what they say; the rest is shared out. What is
# written is told to the sums in the same statement: they are changes of nothing.
_SHARED = allotment_sql(
    amounts="SELECT DISTINCT order_id, ''::text AS ref, currency, total AS amount FROM sized WHERE NOT plain",
    lines="""
    SELECT order_id, ''::text AS ref, product_id, units, weight FROM sized WHERE NOT plain AND product_id IS NOT NULL
    """,
)
_PUT = f"""
WITH sized AS MATERIALIZED (
    SELECT s.order_id, s.day, s.hour, s.currency, s.seller_id, s.country, s.total,
           l.product_id, l.units, l.weight, l.worth,
           l.product_id IS NOT NULL AND (COUNT(*) OVER whole = 1 OR (SUM(l.weight) OVER whole = s.total
               AND every(l.weight = trunc(l.weight)) OVER whole)) AS plain,
           COUNT(*) OVER whole AS lines
    FROM told_sales s LEFT JOIN {{lines}} l ON l.order_id = s.order_id
    WINDOW whole AS (PARTITION BY s.order_id)
), shared AS (
    {_SHARED}
), sold AS (
    SELECT order_id, product_id, day, hour, currency, seller_id, country, units, worth,
           CASE lines WHEN 1 THEN total ELSE weight END AS amount
    FROM sized WHERE plain
    UNION ALL
    SELECT a.order_id, a.product_id, z.day, z.hour, z.currency, z.seller_id, z.country, a.units, z.worth, a.amount
    FROM shared a JOIN sized z ON z.order_id = a.order_id AND COALESCE(z.product_id, 0) = a.product_id
), entries AS MATERIALIZED (
    SELECT *, COALESCE(round(worth - amount, 2), 0) AS discount FROM sold
), put AS (
    INSERT INTO ledger_entries (order_id, kind, ref, product_id, day, hour, currency, seller_id, country, units, amount)
    SELECT order_id, 'S', '', product_id, day, hour, currency, seller_id, country, units, amount FROM entries
    UNION ALL
    SELECT order_id, 'D', '', product_id, day, hour, currency, seller_id, country, 0, discount FROM entries
    WHERE discount <> 0
)
"""
_LEDGER = f"""{_PUT}, active AS (
    INSERT INTO active_deltas (user_id, day) SELECT DISTINCT buyer_id, day FROM told_sales WHERE buyer_id IS NOT NULL
), buyers AS (
    INSERT INTO buyer_changes (user_id) SELECT DISTINCT buyer_id FROM told_sales WHERE buyer_id IS NOT NULL
)
INSERT INTO rollup_deltas (day, hour, currency, seller_id, country, product_id, status, units, gross, discounts,
                           refunds, cancelled, orders)
SELECT day, 0, currency, seller_id, '', product_id, NULL::text, SUM(units), SUM(amount), SUM(discount), 0, 0, COUNT(*)
FROM entries GROUP BY day, currency, seller_id, product_id
UNION ALL
SELECT day, hour, currency, seller_id, country, NULL, NULL, SUM(units), SUM(gross), SUM(discount), 0, 0, SUM(orders)
FROM (
    SELECT day, hour, currency, seller_id, country, 0 AS units, total AS gross, 0 AS discount, 1 AS orders
    FROM told_sales
    UNION ALL
    SELECT day, hour, currency, seller_id, country, units, 0, discount, 0 FROM entries
) AS whole GROUP BY day, hour, currency, seller_id, country
UNION ALL
SELECT day, 0, '', 0, '', NULL, status, 0, 0, 0, 0, 0, COUNT(*) FROM told_sales GROUP BY day, status
"""


_QUIETLY = f"{_PUT} SELECT 1"


def told_sales_enter(cursor: CursorWrapper, *, lines: str, quiet: bool = False) -> None:
    """Write the sale entries of `told_sales` and append what they change.

    lines: the table (order_id, product_id, units, weight, worth) of what was sold. quiet: append nothing; whoever asks
    for it makes the sums anew from all entries afterwards.
    """
    cursor.execute((_QUIETLY if quiet else _LEDGER).format(lines=lines))
