"""Temporary tables in which a batch of events or a run of the platform's orders is laid out before it is applied.

Both ways of learning about an order end in the same tables, so that they can't disagree about what follows.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from xlcfi.events import PaymentCompleted
from xlcfi.events.erasure import known_as

_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS staged_orders (
    order_id bigint PRIMARY KEY, buyer_id bigint, seller_id bigint, currency varchar(3), total numeric(38,2),
    status varchar(255), placed_at timestamptz, day date, paid boolean, provisional boolean, country varchar(2)
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_lines (
    order_id bigint, product_id bigint, units bigint, weight numeric, worth numeric
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_entries (
    order_id bigint, kind varchar(1), ref varchar(120), product_id bigint, day date, hour smallint,
    currency varchar(3), seller_id bigint, country varchar(2), units bigint, amount numeric(38,2)
) ON COMMIT DELETE ROWS;
DELETE FROM staged_orders; DELETE FROM staged_lines; DELETE FROM staged_entries;
"""

# What a payment `e` (order_id, user_id, seller_id, currency, amount, moment) says of its order, joined with the
# platform's row `o` and its buyer `u`: order, buyer, seller, currency, total, status, placed_at, day, paid,
# provisional, country. The row may not be visible yet (Spring publishes inside its transaction): then the payload is
# what counts, and its own Seoul day serves until the row is there. PENDING is what the row said just before the money
# arrived.
ORDER_AS_TOLD = f"""
    e.order_id, {known_as("COALESCE(o.buyer_id, e.user_id)")}, COALESCE(o.seller_id, e.seller_id),
    COALESCE(o.currency, e.currency), COALESCE(o.total, e.amount),
    CASE WHEN o.status IS NULL OR o.status = 'PENDING' THEN 'CONFIRMED' ELSE o.status END,
    COALESCE(o.created_at AT TIME ZONE 'Asia/Seoul', e.moment),
    COALESCE(o.created_at::date, (e.moment AT TIME ZONE 'Asia/Seoul')::date), true, o.id IS NULL,
    COALESCE(u.country_code, '')
"""
ROW_OF_TOLD = "LEFT JOIN orders o ON o.id = e.order_id LEFT JOIN users u ON u.id = COALESCE(o.buyer_id, e.user_id)"
# The Seoul hour of a moment with zone.
SEOUL_HOUR = "EXTRACT(hour FROM {moment} AT TIME ZONE 'Asia/Seoul')::smallint"
_FROM_PAYMENTS = f"""
INSERT INTO staged_orders
SELECT DISTINCT ON (e.order_id) {ORDER_AS_TOLD}
FROM unnest(%(orders)s::bigint[], %(users)s::bigint[], %(sellers)s::bigint[], %(currencies)s::text[],
            %(amounts)s::numeric[], %(moments)s::timestamptz[])
     WITH ORDINALITY AS e(order_id, user_id, seller_id, currency, amount, moment, position)
{ROW_OF_TOLD}
ORDER BY e.order_id, e.position
"""

_LINES_FROM_PLATFORM = """
INSERT INTO staged_lines
SELECT i.order_id, i.product_id, SUM(i.quantity), SUM(i.quantity * i.unit_price), SUM(i.quantity * i.unit_price)
FROM order_items i JOIN staged_orders s USING (order_id)
GROUP BY i.order_id, i.product_id
"""

# weight is by what the total is shared out; worth is the same where all prices of the order are known, else null.
_LINES_FROM_PAYMENTS = """
INSERT INTO staged_lines
SELECT e.order_id, e.product_id, SUM(e.quantity), SUM(e.quantity * COALESCE(e.price, 0)),
       CASE WHEN every(every(e.price IS NOT NULL)) OVER (PARTITION BY e.order_id) THEN SUM(e.quantity * e.price) END
FROM unnest(%(orders)s::bigint[], %(products)s::bigint[], %(quantities)s::bigint[], %(prices)s::numeric[])
     AS e(order_id, product_id, quantity, price)
JOIN staged_orders s USING (order_id)
WHERE e.order_id NOT IN (SELECT order_id FROM staged_lines)
GROUP BY e.order_id, e.product_id
"""

# Every order of the platform with {order} true, and {payment} for its payments, in the columns of staged_orders.
ORDERS_OF_PLATFORM = f"""
SELECT o.id, {known_as("o.buyer_id")}, o.seller_id, o.currency, o.total, o.status,
       o.created_at AT TIME ZONE 'Asia/Seoul',
       o.created_at::date, p.order_id IS NOT NULL, false, COALESCE(u.country_code, '')
FROM orders o
LEFT JOIN users u ON u.id = o.buyer_id
LEFT JOIN (
    SELECT order_id FROM payments
    WHERE (status = 'COMPLETED' OR (status IN ('REFUNDED', 'CANCELLED') AND paid_at IS NOT NULL))
      AND {{payment}}
    GROUP BY order_id
) p ON p.order_id = o.id
WHERE {{order}}
"""
_RUN = ORDERS_OF_PLATFORM.format(
    payment="order_id >= %(first)s AND order_id <= %(last)s", order="o.id >= %(first)s AND o.id <= %(last)s"
)
ORDERS_BY_ID = ORDERS_OF_PLATFORM.format(payment="order_id = ANY(%(ids)s)", order="o.id = ANY(%(ids)s)")


def staging_begin(cursor: CursorWrapper) -> None:
    """Make the staging tables, or empty them, for this transaction."""
    cursor.execute(_TABLES)


def payments_stage(*, payments: Sequence[PaymentCompleted]) -> None:
    """Lay out what `payments` tell of their orders, each order once, joined with the platform's rows where visible."""
    first = {payment.order_id: payment for payment in reversed(payments)}
    lines = [(payment.order_id, item) for payment in first.values() for item in payment.items]
    with connection.cursor() as cursor:
        staging_begin(cursor)
        cursor.execute(
            _FROM_PAYMENTS,
            {
                "orders": list(first),
                "users": [payment.user_id for payment in first.values()],
                "sellers": [payment.seller_id for payment in first.values()],
                "currencies": [payment.currency for payment in first.values()],
                "amounts": [payment.amount for payment in first.values()],
                "moments": [payment.occurred_at for payment in first.values()],
            },
        )
        cursor.execute(_LINES_FROM_PLATFORM)
        cursor.execute(
            _LINES_FROM_PAYMENTS,
            {
                "orders": [order_id for order_id, _ in lines],
                "products": [item.product_id for _, item in lines],
                "quantities": [item.quantity for _, item in lines],
                "prices": [item.price for _, item in lines],
            },
        )


def platform_stage(*, first_order_id: int, last_order_id: int, lines: bool = True) -> int:
    """Lay out the platform's orders with first_order_id <= id <= last_order_id. Returns how many there are.

    lines: what was ordered with them too.
    """
    return _platform_stage(_RUN, {"first": first_order_id, "last": last_order_id}, lines=lines)


def platform_stage_orders(*, order_ids: Sequence[int]) -> int:
    """The same of the orders `order_ids`."""
    return _platform_stage(ORDERS_BY_ID, {"ids": list(order_ids)})


def _platform_stage(orders: str, which: dict[str, Any], *, lines: bool = True) -> int:
    with connection.cursor() as cursor:
        staging_begin(cursor)
        cursor.execute(f"INSERT INTO staged_orders {orders}", which)
        staged = cursor.rowcount
        cursor.execute("ANALYZE staged_orders")
        if lines:
            cursor.execute(_LINES_FROM_PLATFORM)
            cursor.execute("ANALYZE staged_lines")
    return int(staged)
