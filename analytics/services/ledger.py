"""Applying what was staged: order facts, ledger entries, and the changes of every sum that follow from them."""

from collections.abc import Sequence

from django.db import connection

from analytics.services.allotment import allotment_sql
from analytics.services.behaviors import purchases_forget
from analytics.services.entries import OF_REFUNDS, OF_SALES, entries_replace
from analytics.services.staging import SEOUL_HOUR, staging_begin

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
# A sale that moves to another day (or to another buyer) leaves one behind that may not be active any more; and both
# buyers' sums change.
_BUYERS_DELTAS = """
WITH moved AS MATERIALIZED (
    SELECT s.paid, s.buyer_id, s.day, f.paid AS was_paid, f.buyer_id AS was_buyer_id,
           f.paid <> s.paid OR f.day <> s.day OR f.buyer_id IS DISTINCT FROM s.buyer_id AS active
    FROM staged_orders s JOIN order_facts f USING (order_id)
    WHERE (s.paid OR f.paid)
      AND (f.paid, f.buyer_id, f.currency, f.total, f.placed_at) IS DISTINCT FROM
          (s.paid, s.buyer_id, s.currency, s.total, s.placed_at)
), active AS (
    INSERT INTO active_deltas (user_id, day)
    SELECT buyer_id, day FROM moved WHERE active AND paid AND buyer_id IS NOT NULL
    UNION
    SELECT was_buyer_id, NULL::date FROM moved WHERE active AND was_paid AND was_buyer_id IS NOT NULL
)
INSERT INTO buyer_changes (user_id)
SELECT buyer_id FROM moved WHERE buyer_id IS NOT NULL
UNION SELECT was_buyer_id FROM moved WHERE was_buyer_id IS NOT NULL
"""
_FACTS = """
UPDATE order_facts f
SET buyer_id = s.buyer_id, seller_id = s.seller_id, currency = s.currency, total = s.total, status = s.status,
    placed_at = s.placed_at, day = s.day, paid = s.paid, provisional = s.provisional, country = s.country,
    told_at = CASE WHEN %(by_event)s THEN now() ELSE f.told_at END
FROM staged_orders s
WHERE f.order_id = s.order_id
  AND (f.buyer_id, f.seller_id, f.currency, f.total, f.status, f.placed_at, f.day, f.paid, f.provisional, f.country)
      IS DISTINCT FROM
      (s.buyer_id, s.seller_id, s.currency, s.total, s.status, s.placed_at, s.day, s.paid, s.provisional, s.country)
"""

# What the lines are worth beyond what was paid for them is a discount (less is a surcharge).
_SALES = f"""
WITH sold AS MATERIALIZED (
    SELECT a.order_id, a.product_id, s.day, {SEOUL_HOUR.format(moment="s.placed_at")} AS hour, s.currency,
           COALESCE(s.seller_id, 0) AS seller_id, s.country, a.units, a.amount, round(l.worth - a.amount, 2) AS discount
    FROM ({
    allotment_sql(
        amounts="SELECT order_id, ''::text AS ref, currency, total AS amount FROM staged_orders WHERE paid",
        lines="SELECT order_id, ''::text AS ref, product_id, units, weight FROM staged_lines",
    )
}) AS a JOIN staged_orders s USING (order_id)
    LEFT JOIN staged_lines l ON l.order_id = a.order_id AND l.product_id = a.product_id
)
INSERT INTO staged_entries
SELECT order_id, 'S', '', product_id, day, hour, currency, seller_id, country, units, amount FROM sold
UNION ALL
SELECT order_id, 'D', '', product_id, day, hour, currency, seller_id, country, 0, discount FROM sold
WHERE discount <> 0
"""

# Who says how much went back is believed before who says that the order was called off, and events before the tables.
# All that went back of an order that was called off (an order.cancelled told so, or its status says so) is a
# cancellation, else a return: both are kept as facts, so the answer is the same whichever was told first.
_REFUNDS = f"""
WITH told AS MATERIALIZED (
    SELECT order_id, ref, amount, items, day, hour,
           CASE ref WHEN 'platform' THEN 1 WHEN 'cancelled' THEN 2 ELSE 3 END AS rank
    FROM refund_facts WHERE order_id = ANY(%(ids)s)
), believed AS MATERIALIZED (
    SELECT * FROM (
        SELECT *, MAX(rank) OVER whole AS best, bool_or(ref = 'cancelled') OVER whole AS called_off
        FROM told WINDOW whole AS (PARTITION BY order_id)
    ) AS t WHERE rank = best
), sold AS MATERIALIZED (
    SELECT order_id, product_id, units, amount FROM ledger_entries WHERE kind = 'S' AND order_id = ANY(%(ids)s)
), facts AS MATERIALIZED (
    SELECT order_id, currency, total, status, COALESCE(seller_id, 0) AS seller_id, country
    FROM order_facts WHERE order_id = ANY(%(ids)s) AND paid
)
INSERT INTO staged_entries
SELECT a.order_id, CASE WHEN r.called_off OR f.status = 'CANCELLED' THEN 'C' ELSE 'R' END, a.ref, a.product_id,
       r.day, r.hour, f.currency, f.seller_id, f.country, 0, a.amount
FROM ({
    allotment_sql(
        amounts='''
        SELECT r.order_id, r.ref, f.currency, COALESCE(r.amount, f.total) AS amount
        FROM believed r JOIN facts f ON f.order_id = r.order_id
        ''',
        lines='''
        SELECT r.order_id, r.ref, e.product_id, e.units,
               COALESCE(e.amount * n.units / GREATEST(e.units, 1), e.amount) AS weight
        FROM believed r JOIN sold e ON e.order_id = r.order_id
        LEFT JOIN LATERAL (
            SELECT SUM((i->>1)::numeric) AS units FROM jsonb_array_elements(r.items) i
            WHERE (i->>0)::bigint = e.product_id
        ) n ON r.items IS NOT NULL
        WHERE n.units IS NOT NULL OR r.items IS NULL OR NOT EXISTS (
              SELECT 1 FROM jsonb_array_elements(r.items) i
              JOIN sold k ON k.order_id = r.order_id AND k.product_id = (i->>0)::bigint)
        ''',
    )
}) AS a
JOIN believed r ON r.order_id = a.order_id AND r.ref = a.ref
JOIN facts f ON f.order_id = a.order_id
"""
# Nearly no order has any: what is not concerned is left out before anything is compared.
_CONCERNED = """
SELECT order_id FROM refund_facts WHERE order_id = ANY(%(ids)s)
UNION SELECT order_id FROM ledger_entries WHERE kind IN ('R', 'C') AND order_id = ANY(%(ids)s)
ORDER BY 1
"""

_WITHDRAW = """
INSERT INTO rollup_deltas (day, currency, status, orders, units, gross, refunds)
SELECT day, '', status, -COUNT(*), 0, 0, 0 FROM order_facts
WHERE order_id = ANY(%(ids)s) AND status <> '' GROUP BY day, status;
INSERT INTO active_deltas (user_id, day)
SELECT DISTINCT buyer_id, NULL::date FROM order_facts WHERE order_id = ANY(%(ids)s) AND paid AND buyer_id IS NOT NULL;
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
        cursor.execute(_BUYERS_DELTAS)
        cursor.execute(_FACTS, {"by_event": only_new})
        changed = cursor.rowcount
        cursor.execute(_SALES)
        return order_ids, changed + entries_replace(cursor, kinds=OF_SALES, order_ids=order_ids)


def refunds_apply(*, order_ids: Sequence[int], quiet: bool = False) -> int:
    """Bring the refund entries of `order_ids` in line with their refund facts and sales. Returns rows changed.

    The staging tables must be there. quiet: see entries_replace.
    """
    if not order_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_CONCERNED, {"ids": list(order_ids)})
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        cursor.execute("DELETE FROM staged_entries WHERE kind IN ('R', 'C')")
        cursor.execute(_REFUNDS, {"ids": ids})
        return entries_replace(cursor, kinds=OF_REFUNDS, order_ids=ids, quiet=quiet)


def sales_withdraw(*, order_ids: Sequence[int]) -> int:
    """Take orders out of every figure: their rows never came. The facts must be locked. Returns rows changed."""
    ids = sorted(order_ids)
    with connection.cursor() as cursor:
        staging_begin(cursor)
        changed = entries_replace(cursor, kinds=OF_REFUNDS + OF_SALES, order_ids=ids)
        cursor.execute(_WITHDRAW, {"ids": ids})
    return changed + len(ids) + purchases_forget(order_ids=ids)
