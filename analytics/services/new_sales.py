"""Sales of orders that nobody has spoken of before: nearly all of them, and therefore the short way.

Such an order has no fact, no entry and no sum to correct: everything about it is inserted once, as it is. An order that
is known already (an unpaid one, a second payment, a refund that came first) goes the long way, by the ledger.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db import connection
from django.db.backends.utils import CursorWrapper

from analytics.services.allotment import allotment_sql
from analytics.services.staging import ORDER_AS_TOLD
from xlcfi.copying import rows_copy
from xlcfi.events import PaymentCompleted

_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS told_payments (
    order_id bigint, user_id bigint, seller_id bigint, currency varchar(3), amount numeric(38,2), moment timestamptz
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS told_sales (
    order_id bigint, buyer_id bigint, currency varchar(3), total numeric(38,2), status varchar(255), day date
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS told_lines (
    order_id bigint, product_id bigint, units bigint, weight numeric
) ON COMMIT DELETE ROWS;
DELETE FROM told_payments; DELETE FROM told_sales; DELETE FROM told_lines;
"""
_COLUMNS = ("order_id", "user_id", "seller_id", "currency", "amount", "moment")

# Whoever claims the same order at the same time waits here, and then finds it known.
_CLAIM = f"""
WITH claimed AS (
    INSERT INTO order_facts (order_id, buyer_id, seller_id, currency, total, status, placed_at, day, paid, provisional,
                             told_at)
    SELECT {ORDER_AS_TOLD}, now()
    FROM told_payments e LEFT JOIN orders o ON o.id = e.order_id
    ORDER BY e.order_id
    ON CONFLICT (order_id) DO NOTHING
    RETURNING order_id, buyer_id, currency, total, status, day
)
INSERT INTO told_sales SELECT * FROM claimed RETURNING order_id
"""
_LINES_FROM_PLATFORM = """
INSERT INTO told_lines
SELECT i.order_id, i.product_id, SUM(i.quantity), SUM(i.quantity * i.unit_price)
FROM told_sales s JOIN order_items i ON i.order_id = s.order_id
GROUP BY i.order_id, i.product_id
"""
_WITHOUT_LINES = """
SELECT order_id FROM told_sales EXCEPT SELECT order_id FROM told_lines
"""

# Lines that add up to the total, whole won for whole won, are worth what they say; the rest is shared out. What is
# written is told to the sums in the same statement: they are changes of nothing.
_SHARED = allotment_sql(
    amounts="SELECT DISTINCT order_id, ''::text AS ref, currency, total AS amount FROM sized WHERE NOT plain",
    lines="""
    SELECT order_id, ''::text AS ref, product_id, units, weight FROM sized WHERE NOT plain AND product_id IS NOT NULL
    """,
)
_LEDGER = f"""
WITH sized AS MATERIALIZED (
    SELECT s.order_id, s.day, s.currency, s.total, l.product_id, l.units, l.weight,
           l.product_id IS NOT NULL AND (COUNT(*) OVER whole = 1 OR (SUM(l.weight) OVER whole = s.total
               AND every(l.weight = trunc(l.weight)) OVER whole)) AS plain,
           COUNT(*) OVER whole AS lines
    FROM told_sales s LEFT JOIN told_lines l ON l.order_id = s.order_id
    WINDOW whole AS (PARTITION BY s.order_id)
), shared AS (
    {_SHARED}
), entries AS MATERIALIZED (
    SELECT order_id, product_id, day, currency, units, CASE lines WHEN 1 THEN total ELSE weight END AS amount
    FROM sized WHERE plain
    UNION ALL
    SELECT a.order_id, a.product_id, s.day, s.currency, a.units, a.amount
    FROM shared a JOIN told_sales s ON s.order_id = a.order_id
), put AS (
    INSERT INTO ledger_entries (order_id, kind, ref, product_id, day, currency, units, amount)
    SELECT order_id, 'S', '', product_id, day, currency, units, amount FROM entries
), active AS (
    INSERT INTO active_deltas (user_id, day) SELECT DISTINCT buyer_id, day FROM told_sales WHERE buyer_id IS NOT NULL
)
INSERT INTO rollup_deltas (day, currency, product_id, status, units, gross, refunds, orders)
SELECT day, currency, product_id, NULL::text, SUM(units), SUM(amount), 0, COUNT(*)
FROM entries GROUP BY day, currency, product_id
UNION ALL
SELECT day, currency, NULL, NULL, 0, SUM(total), 0, COUNT(*) FROM told_sales GROUP BY day, currency
UNION ALL
SELECT day, '', NULL, status, 0, 0, 0, COUNT(*) FROM told_sales GROUP BY day, status
"""
_PREFER = """
INSERT INTO category_preferences AS t (user_id, category_id, purchase_count, updated_at)
SELECT s.buyer_id, c.category_id, COUNT(*), now()
FROM told_sales s
JOIN told_lines l ON l.order_id = s.order_id
JOIN product_categories c ON c.product_id = l.product_id
WHERE s.buyer_id IS NOT NULL
GROUP BY s.buyer_id, c.category_id ORDER BY s.buyer_id, c.category_id
ON CONFLICT (user_id, category_id) DO UPDATE
SET purchase_count = t.purchase_count + excluded.purchase_count, updated_at = excluded.updated_at
"""


def new_sales_apply(*, payments: Sequence[PaymentCompleted]) -> set[int]:
    """Turn those of `payments` whose order is new into facts, sale entries, changes of the sums and preferences.

    payments: one per order. The buyers' profiles must be locked. Returns the ids of the orders that were new; the
    others are left as they are.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        rows_copy(
            cursor,
            table="told_payments",
            columns=_COLUMNS,
            rows=((p.order_id, p.user_id, p.seller_id, p.currency, p.amount, p.occurred_at) for p in payments),
        )
        cursor.execute(_CLAIM)
        new = {row[0] for row in cursor.fetchall()}
        if not new:
            return new
        cursor.execute(_LINES_FROM_PLATFORM)
        _lines_from_payments(cursor, payments)
        cursor.execute(_LEDGER)
        cursor.execute(_PREFER)
    return new


def _lines_from_payments(cursor: CursorWrapper, payments: Sequence[PaymentCompleted]) -> None:
    """Where no line is visible yet, those that the event names."""
    cursor.execute(_WITHOUT_LINES)
    bare = {row[0] for row in cursor.fetchall()}
    units: Counter[tuple[int, int]] = Counter()
    weights: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for payment in payments:
        if payment.order_id in bare:
            for item in payment.items:
                line = payment.order_id, item.product_id
                units[line] += item.quantity
                weights[line] += item.quantity * (item.price or Decimal())
    if units:
        rows = ((*line, units[line], weights[line]) for line in units)
        rows_copy(cursor, table="told_lines", columns=("order_id", "product_id", "units", "weight"), rows=rows)
