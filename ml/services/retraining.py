"""Counting what has happened since a model was trained."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

# Sorted, so that replicas with the same orders wait for each other in one order and never in a circle.
_COUNT = """
INSERT INTO retraining_orders AS t (order_id, told_at)
SELECT order_id, MIN(told_at) FROM unnest(%s::bigint[], %s::timestamptz[]) AS given(order_id, told_at)
GROUP BY order_id ORDER BY order_id
ON CONFLICT (order_id) DO UPDATE SET told_at = excluded.told_at WHERE excluded.told_at < t.told_at
"""


def orders_count(*, orders: Sequence[tuple[int, datetime]]) -> None:
    """Count each (order id, aware moment) towards retraining, an order once: its earliest moment stays.

    Belongs into the transaction of the events that tell of the orders.
    """
    if not orders:
        return
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [[order_id for order_id, _ in orders], [moment for _, moment in orders]])
