"""What a personal list is made from: what users rated, what goes with it, and what everybody buys."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import connection

from recommendations.models import UserItem
from recommendations.personal import RATED_AT_MOST, Neighbours

# The best rated, and everything bought however much that is: it is left out of the list.
_TASTES = """
SELECT user_id, product_id, rating FROM (
    SELECT user_id, product_id, rating,
           ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY rating DESC, product_id) AS place
    FROM user_item_matrix WHERE user_id = ANY(%(users)s)
) AS rated
WHERE place <= %(most)s OR rating >= %(purchase)s
ORDER BY user_id, place
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
# Of n products with counts that wait to be folded in each can fall out of the best k: the best k + n and the n will do.
_MOST_BOUGHT = """
WITH waiting AS MATERIALIZED (
    SELECT product_id, SUM(orders) AS orders FROM co_purchase_deltas WHERE other_id = 0 GROUP BY product_id
), candidates AS (
    (SELECT product_id, orders FROM co_purchase_products ORDER BY orders DESC, product_id
     LIMIT %(most)s + (SELECT COUNT(*) FROM waiting))
    UNION
    SELECT p.product_id, p.orders FROM co_purchase_products p JOIN waiting w USING (product_id)
)
SELECT product_id FROM (
    SELECT product_id, COALESCE(c.orders, 0) + COALESCE(w.orders, 0) AS orders
    FROM candidates c FULL JOIN waiting w USING (product_id)
) AS counted
WHERE orders > 0 ORDER BY orders DESC, product_id LIMIT %(most)s
"""
_NEWEST = "SELECT id FROM products WHERE status = 'ON_SALE' ORDER BY id DESC LIMIT %(most)s"


@dataclass(slots=True)
class Taste:
    """What a user rated, best first, at most RATED_AT_MOST of it; and all that the user bought."""

    rated: list[tuple[int, float]] = field(default_factory=list)
    bought: set[int] = field(default_factory=set)


def tastes(*, user_ids: Sequence[int]) -> dict[int, Taste]:
    """The taste of each of `user_ids`, an empty one for who is unknown. One query."""
    found = {user_id: Taste() for user_id in user_ids}
    with connection.cursor() as cursor:
        cursor.execute(_TASTES, {"users": list(user_ids), "most": RATED_AT_MOST, "purchase": UserItem.PURCHASE_RATING})
        for user_id, product_id, rating in cursor.fetchall():
            taste = found[user_id]
            if len(taste.rated) < RATED_AT_MOST:
                taste.rated.append((product_id, rating))
            if rating >= UserItem.PURCHASE_RATING:
                taste.bought.add(product_id)
    return found


def neighbours(*, product_ids: Collection[int], most: int) -> dict[int, Neighbours]:
    """The `most` products most often bought with each of `product_ids`, counts that wait included. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, {"products": sorted(product_ids), "most": most})
        return {
            product_id: Neighbours(others=others, shares=[both / orders for both in both_orders])
            for product_id, orders, others, both_orders in cursor.fetchall()
        }


def most_bought(*, most: int) -> list[int]:
    """The `most` products in the largest number of paid orders, then by id. One query, by an index."""
    with connection.cursor() as cursor:
        cursor.execute(_MOST_BOUGHT, {"most": most})
        return [row[0] for row in cursor.fetchall()]


def newest_on_sale(*, most: int) -> list[int]:
    """The products on sale that came last: for a shop in which nobody has bought anything yet."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, {"most": most})
        return [row[0] for row in cursor.fetchall()]
