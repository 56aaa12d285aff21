"""Sales of orders that nobody has spoken of before: nearly all of them, and therefore the short way.

Such an order has no fact, no entry and no sum to correct: everything about it is inserted once, as it is. An order that
is known already (an unpaid one, a second payment, a refund that came first) goes the long way, by the ledger.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db import connection
from django.db.backends.utils import CursorWrapper

from analytics.services.staging import ORDER_AS_TOLD, ROW_OF_TOLD, SEOUL_HOUR
from analytics.services.told_sales import TOLD_SALES, told_sales_enter
from xlcfi.copying import rows_copy
from xlcfi.events import PaymentCompleted

_TABLES = f"""
{TOLD_SALES}
CREATE TEMP TABLE IF NOT EXISTS told_payments (
    order_id bigint, user_id bigint, seller_id bigint, currency varchar(3), amount numeric(38,2), moment timestamptz
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS told_lines (
    order_id bigint, product_id bigint, units bigint, weight numeric, worth numeric
) ON COMMIT DELETE ROWS;
DELETE FROM told_payments; DELETE FROM told_lines;
"""
_COLUMNS = ("order_id", "user_id", "seller_id", "currency", "amount", "moment")
_LINE_COLUMNS = ("order_id", "product_id", "units", "weight", "worth")

# Whoever claims the same order at the same time waits here, and then finds it known.
_CLAIM = f"""
WITH claimed AS (
    INSERT INTO order_facts (order_id, buyer_id, seller_id, currency, total, status, placed_at, day, paid, provisional,
                             country, told_at)
    SELECT {ORDER_AS_TOLD}, now()
    FROM told_payments e {ROW_OF_TOLD}
    ORDER BY e.order_id
    ON CONFLICT (order_id) DO NOTHING
    RETURNING order_id, buyer_id, COALESCE(seller_id, 0), country, currency, total, status, day,
              {SEOUL_HOUR.format(moment="placed_at")}
)
INSERT INTO told_sales SELECT * FROM claimed RETURNING order_id
"""
_LINES_FROM_PLATFORM = """
INSERT INTO told_lines
SELECT i.order_id, i.product_id, SUM(i.quantity), SUM(i.quantity * i.unit_price), SUM(i.quantity * i.unit_price)
FROM told_sales s JOIN order_items i ON i.order_id = s.order_id
GROUP BY i.order_id, i.product_id
"""
_WITHOUT_LINES = """
SELECT order_id FROM told_sales EXCEPT SELECT order_id FROM told_lines
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
        told_sales_enter(cursor, lines="told_lines")
        cursor.execute(_PREFER)
    return new


def _lines_from_payments(cursor: CursorWrapper, payments: Sequence[PaymentCompleted]) -> None:
    """Where no line is visible yet, those that the event names."""
    cursor.execute(_WITHOUT_LINES)
    bare = {row[0] for row in cursor.fetchall()}
    units: Counter[tuple[int, int]] = Counter()
    weights: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
    unpriced: set[int] = set()
    for payment in payments:
        if payment.order_id in bare:
            for item in payment.items:
                line = payment.order_id, item.product_id
                units[line] += item.quantity
                weights[line] += item.quantity * (item.price or Decimal())
                if item.price is None:
                    unpriced.add(payment.order_id)
    if units:
        rows = ((*line, units[line], weights[line], None if line[0] in unpriced else weights[line]) for line in units)
        rows_copy(cursor, table="told_lines", columns=_LINE_COLUMNS, rows=rows)
