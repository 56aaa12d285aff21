"""What is known of people when a list is made: what they rated, what they bought and when."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from django.db import connection

from recommendations.co_purchase_ranker import RATED_AT_MOST, Neighbours
from recommendations.models import UserItem
from recommendations.ranker import Act, Bought, History

_DAY = 86_400.0

# Arrays, one row for a person's ratings and one for each order: a person costs few rows, however much they did.
_HISTORIES = """
SELECT user_id, NULL::float8, array_agg(product_id ORDER BY rating DESC, product_id),
       array_agg(rating ORDER BY rating DESC, product_id),
       array_agg(extract(epoch FROM updated_at)::float8 ORDER BY rating DESC, product_id)
FROM user_item_matrix WHERE user_id = ANY(%(users)s) GROUP BY user_id
UNION ALL
SELECT user_id, extract(epoch FROM COALESCE(ordered_at, told_at))::float8, product_ids,
       CASE WHEN ordered_at IS NULL THEN '{}'::float8[] END, NULL
FROM baskets WHERE user_id = ANY(%(users)s)
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
    orders: dict[int, list[tuple[float, list[int], bool]]] = {}
    rated = []
    with connection.cursor() as cursor:
        cursor.execute(_HISTORIES, {"users": list(user_ids)})
        for user_id, second, products, ratings, seconds in cursor.fetchall():
            if second is None:
                rated.append((user_id, products, ratings, seconds))
            else:
                # An order that an event told of before its row was visible: when it was placed is not known yet.
                orders.setdefault(user_id, []).append((second, products, ratings is None))
    for user_id, products, ratings, seconds in rated:
        _tell(found[user_id], sorted(orders.get(user_id, ())), products, ratings, seconds)
    return found


def _tell(
    history: History,
    orders: Sequence[tuple[float, list[int], bool]],
    products: Sequence[int],
    ratings: Sequence[float],
    seconds: Sequence[float],
) -> None:
    """orders: (second, products, whether that is when it was placed), the oldest first. The others: of each rating, the
    best first."""
    history.orders = [(second / _DAY, products) for second, products, _ in orders]
    times: dict[int, int] = {}
    first: dict[int, datetime] = {}
    last: dict[int, datetime] = {}
    for second, bought, placed in orders:
        at = datetime.fromtimestamp(second, UTC)
        for product_id in bought:
            times[product_id] = times.get(product_id, 0) + 1
            if placed:
                first.setdefault(product_id, at)
                last[product_id] = at
    for product_id, rating in zip(products, ratings, strict=True):
        if rating < UserItem.PURCHASE_RATING:
            break
        history.bought[product_id] = Bought(times.get(product_id, 1), first.get(product_id), last.get(product_id))
    most = RATED_AT_MOST
    history.acts = [
        Act(product_id, rating, datetime.fromtimestamp(second, UTC))
        for product_id, rating, second in zip(products[:most], ratings[:most], seconds[:most], strict=True)
    ]


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
