"""The user-item matrix: the highest of what happened between a user and a product."""

from collections.abc import Iterable, Sequence

from django.db import connection

from recommendations.models import UserItem

# One sorted statement: replicas that touch the same pair wait for each other in the same order, never in a ring.
_RAISE = """
INSERT INTO user_item_matrix AS t (user_id, product_id, rating, updated_at)
SELECT user_id, product_id, %(rating)s, now()
FROM unnest(%(users)s::bigint[], %(products)s::bigint[]) AS p(user_id, product_id)
ORDER BY user_id, product_id
ON CONFLICT (user_id, product_id) DO UPDATE SET rating = excluded.rating, updated_at = excluded.updated_at
WHERE t.rating < excluded.rating
"""
_MEND = """
WITH bought AS MATERIALIZED (
    SELECT DISTINCT b.user_id, p.product_id
    FROM baskets b CROSS JOIN LATERAL unnest(b.product_ids) AS p(product_id)
    WHERE b.user_id = ANY(%(users)s)
), gone AS (
    DELETE FROM user_item_matrix t
    USING (
        SELECT user_id, product_id FROM user_item_matrix WHERE user_id = ANY(%(users)s) AND rating = %(rating)s
        EXCEPT SELECT user_id, product_id FROM bought
    ) AS g
    WHERE t.user_id = g.user_id AND t.product_id = g.product_id AND t.user_id = ANY(%(users)s)
    RETURNING 1
), put AS (
    INSERT INTO user_item_matrix AS t (user_id, product_id, rating, updated_at)
    SELECT user_id, product_id, %(rating)s, now() FROM (
        SELECT user_id, product_id FROM bought
        EXCEPT SELECT user_id, product_id FROM user_item_matrix WHERE user_id = ANY(%(users)s) AND rating >= %(rating)s
    ) AS missing
    ORDER BY 1, 2
    ON CONFLICT (user_id, product_id) DO UPDATE SET rating = excluded.rating, updated_at = excluded.updated_at
    WHERE t.rating < excluded.rating
    RETURNING 1
)
SELECT (SELECT COUNT(*) FROM bought), (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)
"""


def ratings_raise(*, pairs: Iterable[tuple[int, int]], rating: float) -> None:
    """Raise the rating of every (user, product) to `rating`; no lower rating ever replaces a higher one."""
    distinct = sorted(set(pairs))
    if not distinct:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {
                "users": [user_id for user_id, _ in distinct],
                "products": [product_id for _, product_id in distinct],
                "rating": rating,
            },
        )


def matrix_mend(*, user_ids: Sequence[int]) -> tuple[int, int]:
    """Bring the purchases of `user_ids` in line with their baskets. Returns (pairs looked at, rows changed)."""
    with connection.cursor() as cursor:
        cursor.execute(_MEND, {"users": list(user_ids), "rating": UserItem.PURCHASE_RATING})
        checked, changed = cursor.fetchone()
    return int(checked), int(changed)
