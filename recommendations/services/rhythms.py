"""Counting how often what is bought in a category is bought again."""

from typing import Final

from django.db import connection

from xlcfi.runs import estimated_rows

OLD_ENOUGH_DAYS: Final = 60
"""Who bought something later than that has not had the time to buy it again."""
BASKETS_LOOKED_AT: Final = 100_000
"""Of a larger market a part of the buyers is looked at: the rates hardly differ, and it takes no longer."""

_COUNT = """
WITH pairs AS (
    SELECT p.id AS product_id, COUNT(*) AS times, MIN(b.ordered_at) AS first, MAX(b.ordered_at) AS last
    FROM baskets b CROSS JOIN LATERAL unnest(b.product_ids) AS p(id)
    WHERE b.user_id > 0 AND b.user_id %% %(step)s = 0 AND b.ordered_at IS NOT NULL
    GROUP BY b.user_id, p.id
), counted AS (
    SELECT f.category_id, COUNT(*) AS pairs, COUNT(*) FILTER (WHERE p.times > 1) AS repeated,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM p.last - p.first) / 86400 / (p.times - 1))
               FILTER (WHERE p.times > 1) AS days
    FROM pairs p JOIN product_features f USING (product_id)
    WHERE f.category_id IS NOT NULL AND p.first < now() - make_interval(days => %(old)s)
    GROUP BY f.category_id
), gone AS (
    DELETE FROM category_rhythms r WHERE NOT EXISTS (SELECT 1 FROM counted c WHERE c.category_id = r.category_id)
)
INSERT INTO category_rhythms (category_id, pairs, repeated, days, counted_at)
SELECT category_id, pairs, repeated, days, now() FROM counted ORDER BY category_id
ON CONFLICT (category_id) DO UPDATE
SET pairs = excluded.pairs, repeated = excluded.repeated, days = excluded.days, counted_at = excluded.counted_at
"""


def rhythms_count() -> int:
    """Count every category anew. Returns how many there are."""
    step = max(1, -(-estimated_rows("baskets") // BASKETS_LOOKED_AT))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"step": step, "old": OLD_ENOUGH_DAYS})
        return int(cursor.rowcount)
