"""Applying what was staged: order facts, ledger entries, and the changes of every sum that follow from them."""

from collections.abc import Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

from analytics.models import LedgerEntry
from analytics.services.allotment import allotment_sql
from analytics.services.staging import staging_begin

# Every row is inserted blank and then locked, in the order of the ids: whoever comes second waits here, sees the
# finished fact and finds nothing left to do. Blank rows (status '') count nowhere.
_CLAIM = """
INSERT INTO order_facts (order_id, currency, total, status, placed_at, day, paid, provisional, told_at)
SELECT order_id, currency, total, '', placed_at, day, false, provisional, NULL
FROM staged_orders ORDER BY order_id
ON CONFLICT (order_id) DO NOTHING
"""
_LOCK = """
SELECT order_id FROM order_facts WHERE order_id IN (SELECT order_id FROM staged_orders) ORDER BY order_id FOR UPDATE
"""
# Two payments of an order whose row nobody has seen: the earlier one counts, whichever came first.
_DROP_KNOWN = """
DELETE FROM staged_orders s USING order_facts f
WHERE f.order_id = s.order_id AND f.paid AND NOT (f.provisional AND s.provisional AND s.placed_at < f.placed_at)
"""

# The payment's row can become visible after its event: until the lag is over, what the event told stands.
_KEEP_TOLD = """
UPDATE staged_orders s SET paid = true, status = CASE WHEN s.status = 'PENDING' THEN f.status ELSE s.status END
FROM order_facts f
WHERE f.order_id = s.order_id AND f.paid AND NOT s.paid AND f.told_at > now() - make_interval(secs => %(lag)s)
"""
_STATUS_DELTAS = """
INSERT INTO rollup_deltas (day, currency, status, orders, units, gross, refunds)
SELECT day, '', status, SUM(change), 0, 0, 0
FROM (
    SELECT s.day, s.status, 1 AS change FROM staged_orders s
    UNION ALL
    SELECT f.day, f.status, -1 FROM order_facts f JOIN staged_orders s USING (order_id) WHERE f.status <> ''
) AS moves
GROUP BY day, status HAVING SUM(change) <> 0
"""
# A sale that moves to another day (or to another buyer) leaves one behind that may not be active any more.
_ACTIVE_DELTAS = """
INSERT INTO active_deltas (user_id, day)
SELECT s.buyer_id, s.day FROM staged_orders s JOIN order_facts f USING (order_id)
WHERE s.paid AND s.buyer_id IS NOT NULL AND (NOT f.paid OR f.day <> s.day OR f.buyer_id <> s.buyer_id)
UNION
SELECT f.buyer_id, NULL::date FROM staged_orders s JOIN order_facts f USING (order_id)
WHERE f.paid AND f.buyer_id IS NOT NULL AND (NOT s.paid OR f.day <> s.day OR f.buyer_id <> s.buyer_id)
"""
_FACTS = """
UPDATE order_facts f
SET buyer_id = s.buyer_id, seller_id = s.seller_id, currency = s.currency, total = s.total, status = s.status,
    placed_at = s.placed_at, day = s.day, paid = s.paid, provisional = s.provisional,
    told_at = CASE WHEN %(by_event)s THEN now() ELSE f.told_at END
FROM staged_orders s
WHERE f.order_id = s.order_id
  AND (f.buyer_id, f.seller_id, f.currency, f.total, f.status, f.placed_at, f.day, f.paid, f.provisional)
      IS DISTINCT FROM
      (s.buyer_id, s.seller_id, s.currency, s.total, s.status, s.placed_at, s.day, s.paid, s.provisional)
"""

_SALES = f"""
INSERT INTO staged_entries
SELECT a.order_id, 'S', '', a.product_id, s.day, s.currency, a.units, a.amount
FROM ({
    allotment_sql(
        amounts="SELECT order_id, ''::text AS ref, currency, total AS amount FROM staged_orders WHERE paid",
        lines="SELECT order_id, ''::text AS ref, product_id, units, weight FROM staged_lines",
    )
}) AS a JOIN staged_orders s USING (order_id)
"""

# Who says how much went back is believed before who says that the order was called off, and events before the tables.
_REFUNDS = f"""
INSERT INTO staged_entries
SELECT a.order_id, 'R', a.ref, a.product_id, r.day, f.currency, 0, a.amount
FROM ({
    allotment_sql(
        amounts='''
        SELECT r.order_id, r.ref, f.currency, COALESCE(r.amount, f.total) AS amount
        FROM refund_facts r JOIN order_facts f USING (order_id)
        WHERE r.order_id = ANY(%(ids)s) AND f.paid
          AND NOT EXISTS (
               SELECT 1 FROM refund_facts e WHERE e.order_id = r.order_id
                AND CASE e.ref WHEN 'platform' THEN 1 WHEN 'cancelled' THEN 2 ELSE 3 END >
                    CASE r.ref WHEN 'platform' THEN 1 WHEN 'cancelled' THEN 2 ELSE 3 END)
        ''',
        lines='''
        SELECT r.order_id, r.ref, e.product_id, e.units,
               COALESCE(e.amount * n.units / GREATEST(e.units, 1), e.amount) AS weight
        FROM refund_facts r JOIN ledger_entries e ON e.order_id = r.order_id AND e.kind = 'S'
        LEFT JOIN LATERAL (
            SELECT SUM((i->>1)::numeric) AS units FROM jsonb_array_elements(r.items) i
            WHERE (i->>0)::bigint = e.product_id
        ) n ON r.items IS NOT NULL
        WHERE r.order_id = ANY(%(ids)s)
          AND (n.units IS NOT NULL OR r.items IS NULL OR NOT EXISTS (
               SELECT 1 FROM jsonb_array_elements(r.items) i
               JOIN ledger_entries k ON k.order_id = r.order_id AND k.kind = 'S'
                AND k.product_id = (i->>0)::bigint))
        ''',
    )
}) AS a
JOIN refund_facts r ON r.order_id = a.order_id AND r.ref = a.ref
JOIN order_facts f ON f.order_id = a.order_id
"""

# Old and new entries side by side: what differs is written, and its difference is appended for the rollups. Set
# operations, not joins: these relations have no statistics, and a nested loop over a run of orders takes minutes.
# Grouping by day and by day and product at once gives the day's own change a null product.
_REPLACE = """
WITH old AS MATERIALIZED (
    SELECT order_id, ref, product_id, day, currency, units, amount
    FROM ledger_entries WHERE kind = %(kind)s AND order_id = ANY(%(ids)s)
), new AS MATERIALIZED (
    SELECT order_id, ref, product_id, day, currency, units, amount FROM staged_entries WHERE kind = %(kind)s
), gone AS (
    DELETE FROM ledger_entries e
    USING (SELECT order_id, ref, product_id FROM old EXCEPT SELECT order_id, ref, product_id FROM new) AS g
    WHERE e.kind = %(kind)s AND e.order_id = ANY(%(ids)s)
      AND e.order_id = g.order_id AND e.ref = g.ref AND e.product_id = g.product_id
    RETURNING 1
), put AS (
    INSERT INTO ledger_entries (order_id, kind, ref, product_id, day, currency, units, amount)
    SELECT order_id, %(kind)s, ref, product_id, day, currency, units, amount
    FROM (SELECT * FROM new EXCEPT SELECT * FROM old) AS changed
    ORDER BY order_id, ref, product_id
    ON CONFLICT (order_id, kind, ref, product_id) DO UPDATE
    SET day = excluded.day, currency = excluded.currency, units = excluded.units, amount = excluded.amount
    RETURNING 1
), signed AS (
    SELECT 1 AS sign, *, row_number() OVER (PARTITION BY order_id ORDER BY product_id) = 1 AS head FROM new
    UNION ALL
    SELECT -1, *, row_number() OVER (PARTITION BY order_id ORDER BY product_id) = 1 FROM old
), deltas AS (
    INSERT INTO rollup_deltas (day, currency, product_id, units, gross, refunds, orders)
    SELECT day, currency, product_id, units,
           CASE WHEN %(kind)s = 'S' THEN amount ELSE 0 END, CASE WHEN %(kind)s = 'R' THEN amount ELSE 0 END,
           CASE WHEN %(kind)s = 'S' THEN orders ELSE 0 END
    FROM (
        SELECT day, currency, product_id, SUM(sign * units) AS units, SUM(sign * amount) AS amount,
               CASE WHEN GROUPING(product_id) = 0 THEN SUM(sign) ELSE COALESCE(SUM(sign) FILTER (WHERE head), 0) END
               AS orders
        FROM signed GROUP BY GROUPING SETS ((day, currency), (day, currency, product_id))
    ) AS changes
    WHERE units <> 0 OR amount <> 0 OR (%(kind)s = 'S' AND orders <> 0)
    RETURNING 1
)
SELECT (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)
"""


_WITHDRAW = """
INSERT INTO rollup_deltas (day, currency, status, orders, units, gross, refunds)
SELECT day, '', status, -COUNT(*), 0, 0, 0 FROM order_facts
WHERE order_id = ANY(%(ids)s) AND status <> '' GROUP BY day, status;
DELETE FROM user_behaviors WHERE event_type = 'purchase' AND subject = ANY(%(subjects)s);
DELETE FROM order_facts WHERE order_id = ANY(%(ids)s);
"""


def sales_apply(*, only_new: bool, told_lag: float = 0.0) -> tuple[list[int], int]:
    """Turn the staged orders into facts and sale entries. Returns (ids of the orders looked at, rows changed).

    only_new: leave out orders that are known to be paid (an event can't tell more about them).
    told_lag: seconds for which an event's word stands against a table that does not say it yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM)
        cursor.execute(_LOCK)
        if only_new:
            cursor.execute(_DROP_KNOWN)
        else:
            cursor.execute(_KEEP_TOLD, {"lag": told_lag})
        cursor.execute("SELECT order_id FROM staged_orders ORDER BY order_id")
        order_ids = [row[0] for row in cursor.fetchall()]
        if not order_ids:
            return [], 0
        cursor.execute(_STATUS_DELTAS)
        cursor.execute(_ACTIVE_DELTAS)
        cursor.execute(_FACTS, {"by_event": only_new})
        changed = cursor.rowcount
        cursor.execute(_SALES)
        return order_ids, changed + _entries_replace(cursor, LedgerEntry.SALE, order_ids)


def refunds_apply(*, order_ids: Sequence[int]) -> int:
    """Bring the refund entries of `order_ids` in line with their refund facts and sales. Returns rows changed.

    The staging tables must be there.
    """
    ids = sorted(order_ids)
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM refund_facts WHERE order_id = ANY(%(ids)s))"
            " OR EXISTS (SELECT 1 FROM ledger_entries WHERE kind = 'R' AND order_id = ANY(%(ids)s))",
            {"ids": ids},
        )
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("DELETE FROM staged_entries WHERE kind = 'R'")
        cursor.execute(_REFUNDS, {"ids": ids})
        return _entries_replace(cursor, LedgerEntry.REFUND, ids)


def sales_withdraw(*, order_ids: Sequence[int]) -> int:
    """Take orders out of every figure: their rows never came. The facts must be locked. Returns rows changed."""
    ids = sorted(order_ids)
    with connection.cursor() as cursor:
        staging_begin(cursor)
        changed = _entries_replace(cursor, LedgerEntry.REFUND, ids) + _entries_replace(cursor, LedgerEntry.SALE, ids)
        cursor.execute(_WITHDRAW, {"ids": ids, "subjects": [f"order:{order_id}" for order_id in ids]})
    return changed + len(ids)


def _entries_replace(cursor: CursorWrapper, kind: str, order_ids: Sequence[int]) -> int:
    cursor.execute(_REPLACE, {"kind": kind, "ids": list(order_ids)})
    return int(cursor.fetchone()[0])
