"""What the journeys of some pairs of user and product are, from views, orders, payments and deliveries.

One rule for the job that follows events and for the rebuild, so that both end with the same rows:

- Views of a pair are one journey as long as each comes at most 7 days after the one before and no order of the pair
  lies between them. Whether a view begins a journey depends on what came just before it, not on what was told first.
- The journey's order is the first one that holds the product, placed within 7 days after the last view before it. So an
  order belongs to at most one journey of a product.
- It was paid where its first payment came within 7 days after it was placed, delivered where its first parcel came
  within 7 days after that. Exactly 7 days are within them; at one moment a view comes before an order.
"""

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from analytics.services.retention import KEPT_SINCE
from xlcfi.events.erasure import platform_id

# Hours, not days: a day of the session's time zone can have 23 or 25.
WINDOW = "interval '168 hours'"

PAIRS_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS journey_pairs (user_id bigint, product_id bigint, PRIMARY KEY (user_id, product_id))
ON COMMIT DELETE ROWS;
DELETE FROM journey_pairs;
"""
_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS counted_pairs (LIKE journey_pairs INCLUDING INDEXES) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS wanted_journeys (LIKE journeys) ON COMMIT DELETE ROWS;
DELETE FROM counted_pairs; DELETE FROM wanted_journeys;
"""
# Sellers and admins are no buyers; a user whose row is not visible yet counts as one until it is.
_COUNTED = """
INSERT INTO counted_pairs
SELECT user_id, product_id FROM journey_pairs p
WHERE p.user_id <> ALL(%(excluded)s::bigint[])
  AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = p.user_id AND u.role <> 'BUYER')
"""
# Views that were pruned live on in their journeys: its first and its last view, without a break between them.
_WANTED = f"""
INSERT INTO wanted_journeys
WITH steps AS (
    SELECT p.user_id, p.product_id, b.created_at AS at, NULL::bigint AS order_id,
           EXISTS (SELECT 1 FROM journeys j WHERE j.user_id = p.user_id AND j.product_id = p.product_id
                   AND j.started_at < {KEPT_SINCE} AND j.started_at < b.created_at AND j.last_view_at >= b.created_at
           ) AS chained
    FROM counted_pairs p
    JOIN user_behaviors b ON b.user_id = p.user_id AND (b.event_data->>'product_id')::bigint = p.product_id
    WHERE b.event_type = 'view' AND b.user_id IS NOT NULL AND b.created_at >= {KEPT_SINCE}
    UNION ALL
    SELECT user_id, product_id, started_at, NULL, false FROM journeys JOIN counted_pairs USING (user_id, product_id)
    WHERE started_at < {KEPT_SINCE}
    UNION ALL
    SELECT user_id, product_id, last_view_at, NULL, true FROM journeys JOIN counted_pairs USING (user_id, product_id)
    WHERE started_at < {KEPT_SINCE} AND last_view_at > started_at
    UNION ALL
    SELECT DISTINCT p.user_id, p.product_id, o.created_at AT TIME ZONE 'Asia/Seoul', o.id, false
    FROM (SELECT DISTINCT user_id FROM counted_pairs) AS u
    JOIN orders o ON o.buyer_id = {platform_id("u.user_id")}
    JOIN order_items i ON i.order_id = o.id
    JOIN counted_pairs p ON p.user_id = u.user_id AND p.product_id = i.product_id
), marked AS (
    SELECT *, LAG(at) OVER pair AS before_at, LAG(order_id) OVER pair IS NOT NULL AS after_order
    FROM steps
    WINDOW pair AS (PARTITION BY user_id, product_id ORDER BY at, order_id NULLS FIRST, chained DESC)
), numbered AS (
    SELECT *, SUM(CASE WHEN order_id IS NULL AND (before_at IS NULL OR after_order
                            OR (at - before_at > {WINDOW} AND NOT chained)) THEN 1 ELSE 0 END)
              OVER (PARTITION BY user_id, product_id ORDER BY at, order_id NULLS FIRST, chained DESC
                    ROWS UNBOUNDED PRECEDING) AS number
    FROM marked
), found AS (
    SELECT user_id, product_id, MIN(at) FILTER (WHERE order_id IS NULL) AS started_at,
           MAX(at) FILTER (WHERE order_id IS NULL) AS last_view_at,
           MIN(order_id) FILTER (WHERE NOT after_order AND at - before_at <= {WINDOW}) AS order_id,
           MIN(at) FILTER (WHERE order_id IS NOT NULL AND NOT after_order AND at - before_at <= {WINDOW}) AS ordered_at
    FROM numbered WHERE number > 0 GROUP BY user_id, product_id, number
)
SELECT f.user_id, f.product_id, f.started_at, (f.started_at AT TIME ZONE 'Asia/Seoul')::date, f.last_view_at,
       f.order_id, f.ordered_at, p.paid_at, d.delivered_at
FROM found f
LEFT JOIN LATERAL (
    SELECT MIN(COALESCE(p.paid_at, p.created_at)) AT TIME ZONE 'Asia/Seoul' AS at FROM payments p
    WHERE p.order_id = f.order_id
      AND (p.status = 'COMPLETED' OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL))
) AS money ON true
LEFT JOIN LATERAL (SELECT CASE WHEN money.at BETWEEN f.ordered_at AND f.ordered_at + {WINDOW} THEN money.at END
                   AS paid_at) AS p ON true
LEFT JOIN LATERAL (SELECT {{delivered}} AS at WHERE p.paid_at IS NOT NULL) AS parcel ON true
LEFT JOIN LATERAL (SELECT CASE WHEN parcel.at BETWEEN p.paid_at AND p.paid_at + {WINDOW} THEN parcel.at END
                   AS delivered_at) AS d ON true
"""
# Where the table does not say it (yet), what an event told; where neither does, the status and when it last changed.
_BY_TABLE = """(SELECT MIN(delivered_at) AT TIME ZONE 'Asia/Seoul' FROM deliveries WHERE order_id = f.order_id)"""
_BY_EVENT = """(SELECT MIN(completed_at) FROM delivery_facts WHERE order_id = f.order_id)"""
_BY_STATUS = (
    """(SELECT updated_at AT TIME ZONE 'Asia/Seoul' FROM orders WHERE id = f.order_id AND status = 'DELIVERED')"""
)


def journeys_work_out(cursor: CursorWrapper) -> int:
    """Lay out the journeys of `journey_pairs` in `wanted_journeys`. Returns how many. Who is left out has none."""
    cursor.execute(_TABLES)
    cursor.execute(_COUNTED, {"excluded": settings.ANALYTICS_EXCLUDED_USER_IDS})
    cursor.execute("ANALYZE counted_pairs")
    cursor.execute("SELECT to_regclass('deliveries') IS NOT NULL")
    told = [_BY_TABLE] if cursor.fetchone()[0] else []
    cursor.execute(_WANTED.format(delivered=f"COALESCE({', '.join([*told, _BY_EVENT, _BY_STATUS])})"))
    return int(cursor.rowcount)
