"""Putting ledger entries in the place of others, and appending what that changes to every sum.

Old and new entries are laid side by side: what differs is written, and its difference is appended for the rollups and
for the buyers' sums. Set operations, not joins: these relations have no statistics, and a nested loop over a run of
orders takes minutes.
"""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from analytics.models import LedgerEntry

# What a sale, and what money that went back is made of: replaced as a whole, so that an entry can change its kind.
OF_SALES = (LedgerEntry.SALE, LedgerEntry.DISCOUNT)
OF_REFUNDS = (LedgerEntry.REFUND, LedgerEntry.CANCELLATION)

_COLUMNS = "order_id, kind, ref, product_id, day, hour, currency, seller_id, country, units, amount"
# The head of an order is the entry by which it is counted once.
_HEAD = "kind = 'S' AND row_number() OVER (PARTITION BY order_id, kind ORDER BY product_id) = 1 AS head"

# Grouping by hour, seller and country, and by seller and product at once gives the change of whole orders a null
# product. What is the same before and after is in neither `gone` nor `come`, and would add up to nothing.
_PUT = f"""
WITH old AS MATERIALIZED (
    SELECT {_COLUMNS}, {_HEAD} FROM ledger_entries WHERE kind = ANY(%(kinds)s) AND order_id = ANY(%(ids)s)
), new AS MATERIALIZED (
    SELECT {_COLUMNS}, {_HEAD} FROM staged_entries WHERE kind = ANY(%(kinds)s)
), gone AS MATERIALIZED (
    SELECT * FROM old EXCEPT SELECT * FROM new
), come AS MATERIALIZED (
    SELECT * FROM new EXCEPT SELECT * FROM old
), dropped AS (
    DELETE FROM ledger_entries e
    USING (
        SELECT order_id, kind, ref, product_id FROM gone EXCEPT SELECT order_id, kind, ref, product_id FROM new
    ) AS g
    WHERE e.order_id = ANY(%(ids)s) AND e.order_id = g.order_id AND e.kind = g.kind AND e.ref = g.ref
      AND e.product_id = g.product_id
    RETURNING 1
), put AS (
    INSERT INTO ledger_entries ({_COLUMNS})
    SELECT {_COLUMNS} FROM come ORDER BY order_id, kind, ref, product_id
    ON CONFLICT (order_id, kind, ref, product_id) DO UPDATE
    SET day = excluded.day, hour = excluded.hour, currency = excluded.currency, seller_id = excluded.seller_id,
        country = excluded.country, units = excluded.units, amount = excluded.amount
    RETURNING 1
)
"""
_COUNT = "SELECT (SELECT COUNT(*) FROM dropped) + (SELECT COUNT(*) FROM put)"
_REPLACE = f"""{_PUT}, signed AS (
    SELECT 1 AS sign, * FROM come UNION ALL SELECT -1, * FROM gone
), deltas AS (
    INSERT INTO rollup_deltas (day, hour, currency, seller_id, country, product_id, gross, discounts, refunds,
                               cancelled, units, orders)
    SELECT * FROM (
        SELECT day, COALESCE(hour, 0) AS hour_, currency, seller_id, COALESCE(country, '') AS country_, product_id,
               COALESCE(SUM(sign * amount) FILTER (WHERE kind = 'S'), 0) AS gross,
               COALESCE(SUM(sign * amount) FILTER (WHERE kind = 'D'), 0) AS discounts,
               COALESCE(SUM(sign * amount) FILTER (WHERE kind IN ('R', 'C')), 0) AS refunds,
               COALESCE(SUM(sign * amount) FILTER (WHERE kind = 'C'), 0) AS cancelled,
               SUM(sign * units) AS units,
               COALESCE(CASE GROUPING(product_id) WHEN 0 THEN SUM(sign) FILTER (WHERE kind = 'S')
                        ELSE SUM(sign) FILTER (WHERE head) END, 0) AS orders
        FROM signed
        GROUP BY GROUPING SETS ((day, hour, currency, seller_id, country), (day, currency, seller_id, product_id))
    ) AS changes
    WHERE gross <> 0 OR discounts <> 0 OR refunds <> 0 OR cancelled <> 0 OR units <> 0 OR orders <> 0
    RETURNING 1
), buyers AS (
    INSERT INTO buyer_changes (user_id)
    SELECT DISTINCT buyer_id FROM order_facts
    WHERE order_id = ANY(%(ids)s) AND order_id IN (SELECT order_id FROM signed) AND buyer_id IS NOT NULL
)
{_COUNT}
"""
_QUIETLY = f"{_PUT} {_COUNT}"


def entries_replace(
    cursor: CursorWrapper, *, kinds: Sequence[str], order_ids: Sequence[int], quiet: bool = False
) -> int:
    """Make the entries of `kinds` of `order_ids` those that are staged. Returns how many rows changed.

    quiet: append nothing; whoever asks for it makes the sums anew from all entries afterwards.
    The orders' facts must be locked, and as they shall be: whose they are is told to the buyers' sums.
    """
    cursor.execute(_QUIETLY if quiet else _REPLACE, {"kinds": list(kinds), "ids": list(order_ids)})
    return int(cursor.fetchone()[0])
