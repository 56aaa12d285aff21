"""What is bought together with a product, from the counted pairs."""

from dataclasses import dataclass

from django.db import connection

# The pairs of a product lie in the order of their counts: the best k are the first k of an index, however large the
# market. `waiting` tells whether counts wait to be folded in that could change the order.
_FOLDED = """
SELECT t.orders, t.waiting, p.other_id, p.orders
FROM (
    SELECT (SELECT orders FROM co_purchase_products WHERE product_id = %(id)s) AS orders,
           EXISTS (SELECT 1 FROM co_purchase_deltas WHERE product_id = %(id)s) AS waiting
) AS t
LEFT JOIN LATERAL (
    SELECT other_id, orders FROM co_purchase_pairs WHERE product_id = %(id)s
    ORDER BY orders DESC, other_id LIMIT %(limit)s
) AS p ON true
"""
# Of n waiting products each can push one out of the best k or fall out itself: the best k + n and the n are enough.
_WITH_WAITING = """
WITH waiting AS MATERIALIZED (
    SELECT other_id, SUM(orders) AS orders FROM co_purchase_deltas WHERE product_id = %(id)s GROUP BY other_id
), candidates AS (
    (SELECT other_id, orders FROM co_purchase_pairs WHERE product_id = %(id)s
     ORDER BY orders DESC, other_id LIMIT %(limit)s + (SELECT COUNT(*) FROM waiting))
    UNION
    SELECT p.other_id, p.orders FROM co_purchase_pairs p JOIN waiting w USING (other_id) WHERE p.product_id = %(id)s
)
SELECT COALESCE((SELECT orders FROM co_purchase_products WHERE product_id = %(id)s), 0)
       + COALESCE((SELECT orders FROM waiting WHERE other_id = 0), 0),
       b.other_id, b.orders
FROM (
    SELECT other_id, COALESCE(c.orders, 0) + COALESCE(w.orders, 0) AS orders
    FROM candidates c FULL JOIN (SELECT * FROM waiting WHERE other_id <> 0) AS w USING (other_id)
    WHERE COALESCE(c.orders, 0) + COALESCE(w.orders, 0) > 0
    ORDER BY orders DESC, other_id LIMIT %(limit)s
) AS b
"""


@dataclass(frozen=True, slots=True)
class Related:
    """A product bought together with another: in how many of the other's paid orders it is."""

    product_id: int
    support: int
    score: float


def related_products(*, product_id: int, limit: int) -> list[Related]:
    """The `limit` products most often in the same paid orders as `product_id`, best first.

    score: orders holding both / orders holding this one, unrounded. Ordered by score, then support, then id; for one
    product the denominator is the same, so the count of both decides.
    """
    with connection.cursor() as cursor:
        values = {"id": product_id, "limit": limit}
        cursor.execute(_FOLDED, values)
        rows = cursor.fetchall()
        if not rows[0][1]:
            pairs = [(orders, other_id, support) for orders, _, other_id, support in rows if other_id is not None]
        else:
            cursor.execute(_WITH_WAITING, values)
            pairs = cursor.fetchall()
    return [Related(other_id, int(support), int(support) / int(orders)) for orders, other_id, support in pairs]
