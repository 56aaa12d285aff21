"""What is known of people when a list is made: what they rated, what they bought and when."""

from collections.abc import Collection, Sequence

from django.db import connection

from recommendations.co_purchase_ranker import RATED_AT_MOST, Neighbours
from recommendations.models import UserItem
from recommendations.ranker import Act, Bought, History

# The best rated, and everything bought however much that is: it is left out of the list, or comes back when it is due.
_HISTORIES = """
SELECT r.user_id, r.product_id, r.rating, r.updated_at, r.place, b.times, b.first, b.last FROM (
    SELECT user_id, product_id, rating, updated_at,
           ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY rating DESC, product_id) AS place
    FROM user_item_matrix WHERE user_id = ANY(%(users)s)
) AS r
LEFT JOIN (
    SELECT b.user_id, p.id AS product_id, COUNT(*) AS times, MIN(b.ordered_at) AS first, MAX(b.ordered_at) AS last
    FROM baskets b CROSS JOIN LATERAL unnest(b.product_ids) AS p(id)
    WHERE b.user_id = ANY(%(users)s) GROUP BY b.user_id, p.id
) AS b ON b.user_id = r.user_id AND b.product_id = r.product_id AND r.rating >= %(purchase)s
WHERE r.place <= %(most)s OR r.rating >= %(purchase)s
ORDER BY r.user_id, r.place
"""
# The best are the first of an index. Only where counts wait to be folded in is there more to it (see co_purchase_top).
_NEIGHBOURS = """
WITH wanted AS MATERIALIZED (
    SELECT p.id, EXISTS (SELECT 1 FROM co_purchase_deltas d WHERE d.product_id = p.id) AS waits
    FROM unnest(%(products)s::bigint[]) AS p(id)
)
SELECT w.id, n.orders, t.others, t.both_orders
FROM wanted w JOIN co_purchase_products n ON n.product_id = w.id
CROSS JOIN LATERAL (
    SELECT array_agg(first.other_id) AS others, array_agg(first.orders) AS both_orders FROM (
        SELECT c.other_id, c.orders FROM co_purchase_pairs c WHERE c.product_id = w.id
        ORDER BY c.orders DESC, c.other_id LIMIT %(most)s
    ) AS first
) AS t
WHERE NOT w.waits AND t.others IS NOT NULL
UNION ALL
SELECT w.id, MAX(t.all_orders), array_agg(t.other), array_agg(t.both_orders)
FROM wanted w CROSS JOIN LATERAL co_purchase_top(w.id, %(most)s) AS t
WHERE w.waits GROUP BY w.id
"""


def histories(*, user_ids: Sequence[int]) -> dict[int, History]:
    """The history of each of `user_ids`, an empty one for who is unknown. One query."""
    found = {user_id: History() for user_id in user_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            _HISTORIES, {"users": list(user_ids), "most": RATED_AT_MOST, "purchase": UserItem.PURCHASE_RATING}
        )
        for user_id, product_id, rating, at, place, times, first, last in cursor.fetchall():
            history = found[user_id]
            if place <= RATED_AT_MOST:
                history.acts.append(Act(product_id, rating, at))
            if rating >= UserItem.PURCHASE_RATING:
                history.bought[product_id] = Bought(times or 1, first, last)
    return found


def neighbours(*, product_ids: Collection[int], most: int) -> dict[int, Neighbours]:
    """The `most` products most often bought with each of `product_ids`, counts that wait included. One query, none
    without products."""
    if not product_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, {"products": sorted(product_ids), "most": most})
        return {
            product_id: Neighbours(others=others, shares=[both / orders for both in both_orders])
            for product_id, orders, others, both_orders in cursor.fetchall()
        }
