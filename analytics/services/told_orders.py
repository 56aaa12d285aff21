"""Orders that an event spoke of, but not of their payment: placed, called off, on their way, delivered.

What events tell of these lies in the platform's tables, so those are asked; the look at the latest orders, once a
minute, would find it, too.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from analytics.services.lost_orders import orders_settle

# A payment that we don't know of yet has an event of its own, which is on its way: its work is left to it.
_OURS = """
SELECT told.id FROM unnest(%s::bigint[]) AS told(id)
WHERE EXISTS (SELECT 1 FROM order_facts f WHERE f.order_id = told.id AND f.paid)
   OR NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = told.id
                  AND (p.status = 'COMPLETED' OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL)))
ORDER BY 1
"""


def told_orders_settle(*, order_ids: Sequence[int]) -> int:
    """Bring our facts of these orders in line with the tables, but for payments to come. Returns how many differed."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_OURS, [list(order_ids)])
            found = [row[0] for row in cursor.fetchall()]
        return len(orders_settle(order_ids=found).order_ids) if found else 0
