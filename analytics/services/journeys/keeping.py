"""Keeping the journeys, and the funnel that counts them, in step with what events tell."""

from django.db.backends.utils import CursorWrapper

from analytics.services.journeys.working_out import PAIRS_TABLE, journeys_work_out
from analytics.services.mending import table_mend
from analytics.services.retention import KEPT_SINCE
from analytics.services.touching import look_again_sql
from xlcfi.events import RebuildReport
from xlcfi.events.erasure import known_as
from xlcfi.folding import fold_alone, standing_still

FOLD_LOCK = 7_204_110_005
# Each of them names the pairs and orders of a batch.
FOLD_TOUCHES = 10
_TAKE = """
CREATE TEMP TABLE IF NOT EXISTS taken_touches (LIKE journey_touches) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS moved_journeys (LIKE journeys) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS gone_journeys (LIKE journeys) ON COMMIT DELETE ROWS;
DELETE FROM taken_touches; DELETE FROM moved_journeys; DELETE FROM gone_journeys;
"""
_TAKEN = """
WITH taken AS (
    DELETE FROM journey_touches WHERE id IN (
        SELECT id FROM journey_touches WHERE due_at <= statement_timestamp() ORDER BY id LIMIT %(rows)s)
    RETURNING *
)
INSERT INTO taken_touches SELECT * FROM taken
"""
# Nobody who never viewed a product has a journey with it, whatever they ordered.
_PAIRS = f"""
INSERT INTO journey_pairs
SELECT p.user_id, p.product_id FROM taken_touches t, unnest(t.user_ids, t.product_ids) AS p(user_id, product_id)
UNION
SELECT j.user_id, j.product_id FROM (SELECT DISTINCT unnest(order_ids) AS order_id FROM taken_touches) AS told
JOIN orders o ON o.id = told.order_id
JOIN order_items i ON i.order_id = o.id
JOIN journeys j ON j.user_id = {known_as("o.buyer_id")} AND j.product_id = i.product_id
"""
_LOOK_AGAIN = look_again_sql(table="journey_touches", taken="taken_touches")
_CHANGE = """
WITH gone AS (
    DELETE FROM journeys j USING journey_pairs p
    WHERE p.user_id = j.user_id AND p.product_id = j.product_id AND NOT EXISTS (
        SELECT 1 FROM wanted_journeys w WHERE w.user_id = j.user_id AND w.product_id = j.product_id
        AND w.started_at = j.started_at AND (w.last_view_at, w.order_id, w.ordered_at, w.paid_at, w.delivered_at)
            IS NOT DISTINCT FROM (j.last_view_at, j.order_id, j.ordered_at, j.paid_at, j.delivered_at))
    RETURNING j.*
)
INSERT INTO gone_journeys SELECT * FROM gone
"""
_ADD = """
WITH added AS (
    INSERT INTO journeys SELECT * FROM wanted_journeys ON CONFLICT DO NOTHING RETURNING *
)
INSERT INTO moved_journeys SELECT * FROM added
"""
_REACHED = "COUNT(*) AS viewed, COUNT(ordered_at) AS ordered, COUNT(paid_at) AS paid, COUNT(delivered_at) AS delivered"
_COUNTS = ("viewed", "ordered", "paid", "delivered")
_DAYS = f"""
INSERT INTO funnel_days AS t (product_id, day, viewed, ordered, paid, delivered)
SELECT product_id, day, {", ".join(f"SUM(sign * {name})" for name in _COUNTS)}
FROM (
    SELECT 1 AS sign, product_id, day, {_REACHED} FROM moved_journeys GROUP BY 2, 3
    UNION ALL SELECT -1, product_id, day, {_REACHED} FROM gone_journeys GROUP BY 2, 3
    UNION ALL SELECT 1, 0, day, {_REACHED} FROM moved_journeys GROUP BY 3
    UNION ALL SELECT -1, 0, day, {_REACHED} FROM gone_journeys GROUP BY 3
) AS changes
GROUP BY product_id, day HAVING {" OR ".join(f"SUM(sign * {name}) <> 0" for name in _COUNTS)}
ON CONFLICT (product_id, day) DO UPDATE SET {", ".join(f"{name} = t.{name} + excluded.{name}" for name in _COUNTS)}
"""
_BUCKET = "CASE WHEN seconds <= 1 THEN 0 ELSE floor(8 * ln(seconds) / ln(2.0::float8))::smallint END"


def _times(journeys: str, product: str) -> str:
    """SQL: how many of `journeys` took how long to each step; columns as in funnel_times."""
    return f"""
    SELECT {product} AS product_id, day, step, {_BUCKET} AS bucket, COUNT(*) AS count
    FROM {journeys}, LATERAL (VALUES
        ('O', extract(epoch FROM ordered_at - started_at)::float8),
        ('P', extract(epoch FROM paid_at - ordered_at)::float8),
        ('D', extract(epoch FROM delivered_at - paid_at)::float8)) AS took(step, seconds)
    WHERE seconds IS NOT NULL GROUP BY 1, 2, 3, 4"""


_TIMES = f"""
INSERT INTO funnel_times AS t (product_id, day, step, bucket, count)
SELECT product_id, day, step, bucket, SUM(sign * count)
FROM (
    SELECT 1 AS sign, * FROM ({_times("moved_journeys", "product_id")}) AS a
    UNION ALL SELECT -1, * FROM ({_times("gone_journeys", "product_id")}) AS b
    UNION ALL SELECT 1, * FROM ({_times("moved_journeys", "0::bigint")}) AS c
    UNION ALL SELECT -1, * FROM ({_times("gone_journeys", "0::bigint")}) AS d
) AS changes
GROUP BY product_id, day, step, bucket HAVING SUM(sign * count) <> 0
ON CONFLICT (product_id, day, step, bucket) DO UPDATE SET count = t.count + excluded.count
"""
# A row that came back to nothing must not stay: a rebuild would not make it.
_SWEEP = """
DELETE FROM funnel_days WHERE viewed = 0 AND day IN (SELECT day FROM gone_journeys);
DELETE FROM funnel_times WHERE count = 0 AND day IN (SELECT day FROM gone_journeys);
"""
_ALL_PAIRS = f"""
INSERT INTO journey_pairs
SELECT user_id, (event_data->>'product_id')::bigint FROM user_behaviors
WHERE event_type = 'view' AND user_id IS NOT NULL AND event_data->>'product_id' IS NOT NULL
  AND created_at >= {KEPT_SINCE}
UNION SELECT user_id, product_id FROM journeys
"""


def journeys_fold(*, rows: int = FOLD_TOUCHES) -> int:
    """Work out anew the journeys that up to `rows` batches touched. Returns how many; 0 where another process does."""

    def fold(cursor: CursorWrapper) -> int:
        cursor.execute(_TAKE)
        cursor.execute(_TAKEN, {"rows": rows})
        taken = int(cursor.rowcount)
        if taken:
            cursor.execute(PAIRS_TABLE)
            cursor.execute(_PAIRS)
            if cursor.rowcount:
                journeys_work_out(cursor)
                if _journeys_change(cursor):
                    cursor.execute(_DAYS)
                    cursor.execute(_TIMES)
                    cursor.execute(_SWEEP)
            cursor.execute(_LOOK_AGAIN)
        return taken

    return fold_alone(lock=FOLD_LOCK, fold=fold)


def journeys_rebuild(*, apply: bool) -> RebuildReport:
    """Compare all journeys, and the funnel, with views, orders, payments and deliveries; mend them (if `apply`)."""
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        # Everything that was told by this moment is looked at; what is looked at again waits for its rows.
        cursor.execute("DELETE FROM journey_touches WHERE looks = 0")
        cursor.execute(_TAKE)
        cursor.execute(PAIRS_TABLE)
        cursor.execute(_ALL_PAIRS)
        checked = journeys_work_out(cursor)
        cursor.execute("ANALYZE wanted_journeys")
        changed = _journeys_change(cursor)
        days = f"SELECT product_id, day, {_REACHED} FROM journeys GROUP BY 1, 2"
        all_days = f"SELECT 0, day, {_REACHED} FROM journeys GROUP BY 2"
        for table, keys, sums, wanted in (
            ("funnel_days", ("product_id", "day"), _COUNTS, f"{days} UNION ALL {all_days}"),
            (
                "funnel_times",
                ("product_id", "day", "step", "bucket"),
                ("count",),
                f"{_times('journeys', 'product_id')} UNION ALL {_times('journeys', '0::bigint')}",
            ),
        ):
            table_checked, table_changed = table_mend(cursor, table=table, keys=keys, sums=sums, wanted=wanted)
            checked += table_checked
            changed += table_changed
    return RebuildReport(checked=checked, changed=changed)


def _journeys_change(cursor: CursorWrapper) -> int:
    """Make the journeys of the pairs those that are wanted. Returns how many rows that took."""
    cursor.execute(_CHANGE)
    gone = int(cursor.rowcount)
    cursor.execute(_ADD)
    return gone + int(cursor.rowcount)
