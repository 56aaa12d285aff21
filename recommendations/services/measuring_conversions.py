"""Which product of a paid order follows from which answer: the last one that showed it, within seven days.

Days are Seoul days: what is bought up to the end of the seventh day after the day of the answer follows from it. The
moment of a purchase is the order's. An answer after it is no reason for it.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

from recommendations.models.exposures import WITHIN_DAYS
from recommendations.selectors.exposures_kept import KEPT_SINCE_DAY
from xlcfi.allotment import allotment_sql

# An answer can be told of later than the orders that follow from it: those of its user are looked at again.
_LATE = f"""
INSERT INTO measured_orders
SELECT o.id FROM measured_days d
JOIN baskets b ON b.user_id = d.user_id
JOIN orders o ON o.id = b.order_id
WHERE d.user_id <> 0 AND o.created_at >= d.day::timestamp
  AND o.created_at < d.day::timestamp + interval '{WITHIN_DAYS + 1} days'
EXCEPT SELECT order_id FROM measured_orders
"""
# Where no payment is visible yet, nothing was paid back either.
PAID_BACK = """
(o.status IN ('CANCELLED', 'REFUNDED')
 OR COALESCE((SELECT bool_and(p.status <> 'COMPLETED') AND bool_or(p.status IN ('REFUNDED', 'CANCELLED'))
              FROM payments p WHERE p.order_id = o.id), false))
"""
_ORDERS = f"""
SELECT m.order_id, 0 AS ref, o.currency, o.total AS amount
FROM measured_orders m JOIN baskets b USING (order_id) JOIN orders o ON o.id = m.order_id
WHERE b.user_id IS NOT NULL AND o.created_at >= {KEPT_SINCE_DAY}::timestamp
"""
_LINES = """
SELECT i.order_id, 0 AS ref, i.product_id, SUM(i.quantity) AS units, SUM(i.quantity * i.unit_price) AS weight
FROM order_items i JOIN measured_orders m USING (order_id) GROUP BY i.order_id, i.product_id
"""
_WANTED = f"""
CREATE TEMP TABLE wanted_conversions ON COMMIT DROP AS
SELECT l.order_id, l.product_id, b.user_id, e.request_id, o.created_at AT TIME ZONE 'Asia/Seoul' AS at,
       l.units, o.currency, l.amount AS revenue, {PAID_BACK} AS refunded
FROM ({allotment_sql(amounts=_ORDERS, lines=_LINES)}) AS l
JOIN baskets b USING (order_id)
JOIN orders o ON o.id = l.order_id
CROSS JOIN LATERAL (
    SELECT x.request_id FROM recommendation_exposures x
    WHERE x.user_id = b.user_id AND x.user_id <> 0
      AND x.moment <= o.created_at AT TIME ZONE 'Asia/Seoul'
      AND x.moment >= (date_trunc('day', o.created_at) - interval '{WITHIN_DAYS} days') AT TIME ZONE 'Asia/Seoul'
      AND x.product_ids @> ARRAY[l.product_id]
    ORDER BY x.moment DESC, x.request_id DESC LIMIT 1
) AS e
"""
_CHANGED = """
CREATE TEMP TABLE changed_conversions ON COMMIT DROP AS
SELECT false AS came, g.* FROM (
    SELECT {columns} FROM recommendation_conversions c WHERE c.order_id IN (SELECT order_id FROM measured_orders)
    EXCEPT TABLE wanted_conversions
) AS g
UNION ALL
SELECT true, w.* FROM (
    TABLE wanted_conversions
    EXCEPT
    SELECT {columns} FROM recommendation_conversions c WHERE c.order_id IN (SELECT order_id FROM measured_orders)
) AS w
""".format(columns="order_id, product_id, user_id, request_id, at, units, currency, revenue, refunded")
# A conversion of an answer that is no longer kept stays as it is: so do the sums it is part of.
_KEEP = f"""
DELETE FROM changed_conversions g WHERE NOT came AND NOT EXISTS (
    SELECT 1 FROM recommendation_exposures e WHERE e.request_id = g.request_id AND e.day >= {KEPT_SINCE_DAY})
"""
# Those of which the sums do not know yet that they were paid back.
_PAID_BACK_NOW = f"""
SELECT o.id FROM orders o
WHERE o.id = ANY(%s) AND {PAID_BACK} AND (
    EXISTS (SELECT 1 FROM recommendation_conversions c WHERE c.order_id = o.id AND NOT c.refunded)
    OR EXISTS (SELECT 1 FROM baskets b JOIN recommendation_experiment_people p ON p.user_id = b.user_id
               WHERE b.order_id = o.id))
"""
_APPLY = (
    """
    DELETE FROM recommendation_conversions c USING changed_conversions g
    WHERE NOT g.came AND c.order_id = g.order_id AND c.product_id = g.product_id
    """,
    """
    INSERT INTO recommendation_conversions (order_id, product_id, user_id, request_id, at, units, currency, revenue,
                                            refunded)
    SELECT order_id, product_id, user_id, request_id, at, units, currency, revenue, refunded
    FROM changed_conversions WHERE came ON CONFLICT (order_id, product_id) DO NOTHING
    """,
    """
    INSERT INTO measured_days
    SELECT e.day, e.user_id, e.visitor
    FROM changed_conversions g JOIN recommendation_exposures e USING (request_id)
    EXCEPT TABLE measured_days
    """,
)


def orders_paid_back(*, order_ids: Sequence[int]) -> list[int]:
    """Those of `order_ids` whose refund changes what is kept of them here."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID_BACK_NOW, [list(order_ids)])
        return [row[0] for row in cursor.fetchall()]


def late_orders_stage(cursor: CursorWrapper) -> None:
    """Stage the orders that could follow from the touched days' answers."""
    cursor.execute(_LATE)


def conversions_work_out(cursor: CursorWrapper) -> int:
    """Make the conversions of the staged orders what they should be; stages the days of their answers.

    Returns how many were not.
    """
    cursor.execute(_WANTED)
    cursor.execute(_CHANGED)
    cursor.execute(_KEEP)
    for statement in _APPLY:
        cursor.execute(statement)
    cursor.execute("SELECT COUNT(DISTINCT (order_id, product_id)) FROM changed_conversions")
    changed = int(cursor.fetchone()[0])
    cursor.execute("DROP TABLE wanted_conversions; DROP TABLE changed_conversions")
    return changed
