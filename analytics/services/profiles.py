"""Buyers' profiles and category preferences. A user's profile row is the lock under which both are written."""

from collections.abc import Sequence

from django.db import connection

from xlcfi.events.erasure import known_as, platform_id

_CLAIM = """
INSERT INTO user_profiles (user_id, total_purchases, total_spent, spent_in_other_currencies, updated_at)
SELECT id, 0, 0, '{}'::jsonb, now() FROM unnest(%(ids)s::bigint[]) AS id
WHERE NOT EXISTS (SELECT 1 FROM user_profiles p WHERE p.user_id = id) ORDER BY id
ON CONFLICT (user_id) DO NOTHING
"""
_LOCK = "SELECT 1 FROM user_profiles WHERE user_id = ANY(%(ids)s) ORDER BY user_id FOR NO KEY UPDATE"

# Read by the foreign key's index, for the users of this batch only, and once for all figures.
_REFRESH = f"""
UPDATE user_profiles p
SET total_purchases = d.purchases, total_spent = d.spent, spent_in_other_currencies = d.others,
    last_purchase_date = d.last, updated_at = now()
FROM (
    SELECT u.id AS user_id, COALESCE(SUM(c.purchases), 0) AS purchases,
           COALESCE(SUM(c.spent) FILTER (WHERE c.currency = 'KRW'), 0) AS spent,
           MAX(c.last) AT TIME ZONE 'Asia/Seoul' AS last,
           COALESCE(jsonb_object_agg(c.currency, c.spent) FILTER (WHERE c.currency <> 'KRW'), '{{}}'::jsonb) AS others
    FROM unnest(%(ids)s::bigint[]) AS u(id)
    LEFT JOIN (
        SELECT {known_as("buyer_id")} AS buyer_id, currency, COUNT(*) AS purchases, SUM(total) AS spent,
               MAX(created_at) AS last
        FROM orders WHERE buyer_id = ANY(ARRAY(SELECT {platform_id("i")} FROM unnest(%(ids)s::bigint[]) AS i))
          AND status = 'DELIVERED' GROUP BY 1, currency
    ) AS c ON c.buyer_id = u.id
    GROUP BY u.id
) AS d
WHERE p.user_id = d.user_id
  AND (p.total_purchases, p.total_spent, p.last_purchase_date, p.spent_in_other_currencies)
      IS DISTINCT FROM (d.purchases, d.spent, d.last, d.others)
"""

_PREFERENCES_MEND = """
WITH wanted AS MATERIALIZED (
    SELECT f.buyer_id AS user_id, c.category_id, COUNT(*) AS purchase_count
    FROM order_facts f
    JOIN ledger_entries e ON e.order_id = f.order_id AND e.kind = 'S'
    JOIN product_categories c ON c.product_id = e.product_id
    WHERE f.buyer_id = ANY(%(ids)s) AND f.paid
    GROUP BY 1, 2
), gone AS (
    DELETE FROM category_preferences t
    USING (
        SELECT user_id, category_id FROM category_preferences WHERE user_id = ANY(%(ids)s)
        EXCEPT SELECT user_id, category_id FROM wanted
    ) AS g
    WHERE t.user_id = g.user_id AND t.category_id = g.category_id AND t.user_id = ANY(%(ids)s)
    RETURNING 1
), put AS (
    INSERT INTO category_preferences AS t (user_id, category_id, purchase_count, updated_at)
    SELECT user_id, category_id, purchase_count, now() FROM (
        SELECT * FROM wanted
        EXCEPT SELECT user_id, category_id, purchase_count FROM category_preferences WHERE user_id = ANY(%(ids)s)
    ) AS changed
    ORDER BY user_id, category_id
    ON CONFLICT (user_id, category_id) DO UPDATE
    SET purchase_count = excluded.purchase_count, updated_at = excluded.updated_at
    RETURNING 1
)
SELECT (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)
"""


def profiles_lock(*, user_ids: Sequence[int]) -> None:
    """Make sure that each user has a profile row, and hold them all until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"ids": sorted(set(user_ids))})
        cursor.execute(_LOCK, {"ids": sorted(set(user_ids))})


def profiles_refresh(*, user_ids: Sequence[int]) -> int:
    """Bring the profiles in line with the users' DELIVERED orders. The rows must be locked. Returns rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"ids": sorted(set(user_ids))})
        return int(cursor.rowcount)


def preferences_mend(*, user_ids: Sequence[int]) -> int:
    """Bring the users' preferences in line with the ledger. Returns how many rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(_PREFERENCES_MEND, {"ids": list(user_ids)})
        return int(cursor.fetchone()[0])
