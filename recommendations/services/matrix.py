"""The user-item matrix: the highest of what happened between a user and a product."""

from collections.abc import Collection, Mapping, Sequence

from django.db import connection

from recommendations.models import UserItem

Pair = tuple[int, int]

# One sorted statement for all that a transaction raises: replicas that touch the same pairs wait for each other in the
# same order, never in a ring.
_RAISE = """
INSERT INTO user_item_matrix AS t (user_id, product_id, rating, interest, updated_at)
SELECT user_id, product_id, MAX(rating), MAX(interest), now() FROM (
    SELECT user_id, product_id, %(purchase)s AS rating, 0.0 AS interest
    FROM unnest(%(buyers)s::bigint[], %(bought)s::bigint[]) AS b(user_id, product_id)
    UNION ALL
    SELECT user_id, product_id, interest, interest
    FROM unnest(%(users)s::bigint[], %(products)s::bigint[], %(interests)s::float8[])
         AS i(user_id, product_id, interest)
) AS told
GROUP BY user_id, product_id ORDER BY user_id, product_id
ON CONFLICT (user_id, product_id) DO UPDATE
SET rating = GREATEST(t.rating, excluded.rating), interest = GREATEST(t.interest, excluded.interest),
    updated_at = excluded.updated_at
WHERE t.rating < excluded.rating OR t.interest < excluded.interest
"""
# Locks the lapsed ones too, in the one order that all writers keep.
_MEND = """
WITH bought AS MATERIALIZED (
    SELECT DISTINCT b.user_id, p.product_id
    FROM baskets b CROSS JOIN LATERAL unnest(b.product_ids) AS p(product_id)
    WHERE b.user_id = ANY(%(users)s)
), rated AS MATERIALIZED (
    SELECT user_id, product_id FROM user_item_matrix WHERE user_id = ANY(%(users)s) AND rating >= %(purchase)s
), differing AS MATERIALIZED (
    SELECT user_id, product_id, false AS lapsed FROM (TABLE bought EXCEPT TABLE rated) AS missing
    UNION ALL
    SELECT user_id, product_id, true FROM (TABLE rated EXCEPT TABLE bought) AS gone
), raised AS (
    INSERT INTO user_item_matrix AS t (user_id, product_id, rating, interest, updated_at)
    SELECT user_id, product_id, %(purchase)s, 0.0, now() FROM differing ORDER BY user_id, product_id
    ON CONFLICT (user_id, product_id) DO UPDATE SET rating = excluded.rating, updated_at = excluded.updated_at
    WHERE t.rating < excluded.rating
)
SELECT (SELECT COUNT(*) FROM bought), COUNT(*), COALESCE(array_agg(DISTINCT user_id), '{}'),
       COALESCE(array_agg(user_id) FILTER (WHERE lapsed), '{}'),
       COALESCE(array_agg(product_id) FILTER (WHERE lapsed), '{}')
FROM differing
"""
# Asked anew, now that the rows are locked: a purchase that was under way has either told of its basket by now, or
# waits for us and raises the rating again.
_LOWER = """
WITH lapsed AS MATERIALIZED (
    SELECT g.user_id, g.product_id FROM unnest(%(users)s::bigint[], %(products)s::bigint[]) AS g(user_id, product_id)
    WHERE NOT EXISTS (SELECT 1 FROM baskets b WHERE b.user_id = g.user_id AND g.product_id = ANY(b.product_ids))
), gone AS (
    DELETE FROM user_item_matrix t USING lapsed l
    WHERE t.user_id = l.user_id AND t.product_id = l.product_id AND t.interest <= 0
)
UPDATE user_item_matrix t SET rating = t.interest, updated_at = now() FROM lapsed l
WHERE t.user_id = l.user_id AND t.product_id = l.product_id AND t.interest > 0
"""


def ratings_raise(*, bought: Collection[Pair], interests: Mapping[Pair, float]) -> None:
    """Raise the rating of every (user, product) in `bought` to a purchase's and of those in `interests` to theirs.

    No lower rating ever replaces a higher one, so the order in which things are told does not matter.
    """
    if not bought and not interests:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {
                "purchase": UserItem.PURCHASE_RATING,
                "buyers": [user_id for user_id, _ in bought],
                "bought": [product_id for _, product_id in bought],
                "users": [user_id for user_id, _ in interests],
                "products": [product_id for _, product_id in interests],
                "interests": list(interests.values()),
            },
        )


def matrix_mend(*, user_ids: Sequence[int]) -> tuple[int, int, list[int]]:
    """Bring the purchases of `user_ids` in line with their baskets.

    Returns (pairs looked at, how many of them or beside them were wrong, whose they were, ascending).
    A rating whose purchase was withdrawn falls back to what else happened between the two; with nothing else it goes.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MEND, {"users": list(user_ids), "purchase": UserItem.PURCHASE_RATING})
        looked, mended, whose, users, products = cursor.fetchone()
        if users:
            cursor.execute(_LOWER, {"users": users, "products": products})
    return int(looked), int(mended), list(whose)
