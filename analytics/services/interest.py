"""Counts of behaviours by day, by product and by the reason told: what follows from a behaviour, folding, mending.

Whoever writes behaviours appends what changes, in the same statement; a job folds it in.
"""

from django.db.backends.utils import CursorWrapper

from analytics.selectors.interest import INTEREST_TYPES, interest_sums_sql, interest_types_sql
from analytics.services.mending import table_mend
from analytics.services.retention import KEPT_SINCE_DAY
from xlcfi.events import RebuildReport
from xlcfi.folding import fold_alone, standing_still

FOLD_LOCK = 7_204_110_004
FOLD_ROWS = 50_000
REASON_MAX = 120

_PRODUCT_COLUMNS = ("views", "anonymous_views", *(name for name in INTEREST_TYPES if name != "views"))

_OF_ORDERS = """('order', 'purchase', 'cancel', 'refund', 'payment_failed', 'delivery_started', 'delivery_completed')"""
# SQL: what a behaviour (of user_behaviors or of a relation like it) is counted under: user_id, event_type, day,
# product_id, order_id, reason. Taken out of its data once.
COUNTED_AS = f"""
    user_id, event_type, (created_at AT TIME ZONE 'Asia/Seoul')::date AS day,
    CASE WHEN event_type IN ({interest_types_sql()}) THEN (event_data->>'product_id')::bigint END AS product_id,
    CASE WHEN event_type IN {_OF_ORDERS} THEN (event_data->>'order_id')::bigint END AS order_id,
    CASE WHEN event_type IN ('cancel', 'payment_failed')
         THEN COALESCE(left(btrim(event_data->>'reason'), {REASON_MAX}), '') END AS reason
"""

# For a relation `moved` (sign and COUNTED_AS): 1 for a behaviour that is there now, -1 for one that is no longer, or
# not like that. One row for all pairs and orders of a batch: that is what it costs.
COUNTED = """
counted AS (
    INSERT INTO interest_deltas (day, event_type, product_id, reason, count, anonymous)
    SELECT day, event_type, product_id, reason, SUM(sign), COALESCE(SUM(sign) FILTER (WHERE user_id IS NULL), 0)
    FROM moved GROUP BY 1, 2, 3, 4
    HAVING SUM(sign) <> 0 OR COALESCE(SUM(sign) FILTER (WHERE user_id IS NULL), 0) <> 0
)
"""
CONSEQUENCES = f"""{COUNTED}, viewed AS MATERIALIZED (
    SELECT DISTINCT user_id, product_id FROM moved
    WHERE event_type = 'view' AND user_id IS NOT NULL AND product_id IS NOT NULL
), told_orders AS MATERIALIZED (
    SELECT DISTINCT order_id FROM moved WHERE order_id IS NOT NULL
), journeys_touched AS (
    INSERT INTO journey_touches (user_ids, product_ids, order_ids)
    SELECT ARRAY(SELECT user_id FROM viewed ORDER BY user_id, product_id),
           ARRAY(SELECT product_id FROM viewed ORDER BY user_id, product_id),
           ARRAY(SELECT order_id FROM told_orders ORDER BY order_id)
    WHERE EXISTS (SELECT 1 FROM viewed) OR EXISTS (SELECT 1 FROM told_orders)
), operations_touched AS (
    INSERT INTO operation_touches (order_ids)
    SELECT ARRAY(SELECT order_id FROM told_orders ORDER BY order_id) WHERE EXISTS (SELECT 1 FROM told_orders)
)
"""

_FOLD = f"""
WITH taken AS (
    DELETE FROM interest_deltas
    WHERE id <= (SELECT MAX(id) FROM (SELECT id FROM interest_deltas ORDER BY id LIMIT %(rows)s) AS oldest) RETURNING *
), days AS (
    INSERT INTO behavior_days AS t (day, event_type, count, anonymous)
    SELECT day, event_type, SUM(count), SUM(anonymous) FROM taken GROUP BY day, event_type
    ON CONFLICT (day, event_type) DO UPDATE
    SET count = t.count + excluded.count, anonymous = t.anonymous + excluded.anonymous
), reasons AS (
    INSERT INTO behavior_reasons AS t (day, event_type, reason, count)
    SELECT day, event_type, reason, SUM(count) FROM taken WHERE reason IS NOT NULL GROUP BY day, event_type, reason
    ON CONFLICT (day, event_type, reason) DO UPDATE SET count = t.count + excluded.count
), products AS (
    INSERT INTO product_interest_days AS t (product_id, day, {", ".join(_PRODUCT_COLUMNS)})
    SELECT product_id, day, {interest_sums_sql()} FROM taken WHERE product_id IS NOT NULL GROUP BY product_id, day
    ON CONFLICT (product_id, day) DO UPDATE
    SET {", ".join(f"{name} = t.{name} + excluded.{name}" for name in _PRODUCT_COLUMNS)}
)
SELECT COUNT(*), COUNT(*) FILTER (WHERE count < 0 OR anonymous < 0) FROM taken
"""
# A row that came back to nothing must not stay: a rebuild would not make it.
_SWEEP = f"""
DELETE FROM behavior_days WHERE count = 0;
DELETE FROM behavior_reasons WHERE count = 0;
DELETE FROM product_interest_days WHERE {" AND ".join(f"{name} = 0" for name in _PRODUCT_COLUMNS)};
"""
_COUNTED_BEHAVIORS = f"""
SELECT *, 1 AS count, CASE WHEN user_id IS NULL THEN 1 ELSE 0 END AS anonymous
FROM (SELECT {COUNTED_AS} FROM user_behaviors) AS b WHERE day >= {KEPT_SINCE_DAY}
"""
_WANTED = (
    (
        "behavior_days",
        ("day", "event_type"),
        ("count", "anonymous"),
        "SELECT day, event_type, SUM(count), SUM(anonymous) FROM counted_behaviors GROUP BY 1, 2",
    ),
    (
        "behavior_reasons",
        ("day", "event_type", "reason"),
        ("count",),
        "SELECT day, event_type, reason, SUM(count) FROM counted_behaviors WHERE reason IS NOT NULL GROUP BY 1, 2, 3",
    ),
    (
        "product_interest_days",
        ("product_id", "day"),
        _PRODUCT_COLUMNS,
        f"""SELECT product_id, day, {interest_sums_sql()} FROM counted_behaviors
            WHERE product_id IS NOT NULL GROUP BY 1, 2""",
    ),
)


def interest_fold(*, rows: int = FOLD_ROWS) -> int:
    """Fold up to `rows` appended changes in. Returns how many; 0 too where another process is folding."""
    return fold_alone(lock=FOLD_LOCK, fold=lambda cursor: _fold(cursor, rows))


def interest_rebuild(*, apply: bool) -> RebuildReport:
    """Compare the counts with the behaviours, and mend what differs (if `apply`).

    Days before what was pruned stay as they are: nothing tells them any more.
    """
    checked = changed = 0
    while apply and interest_fold():
        pass
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        while _fold(cursor, FOLD_ROWS):
            pass
        cursor.execute(f"CREATE TEMP TABLE counted_behaviors ON COMMIT DROP AS {_COUNTED_BEHAVIORS}")
        cursor.execute("ANALYZE counted_behaviors")
        for table, keys, sums, wanted in _WANTED:
            table_checked, table_changed = table_mend(
                cursor, table=table, keys=keys, sums=sums, wanted=wanted, within=f"t.day >= {KEPT_SINCE_DAY}"
            )
            checked += table_checked
            changed += table_changed
        cursor.execute("DROP TABLE counted_behaviors")
    return RebuildReport(checked=checked, changed=changed)


def _fold(cursor: CursorWrapper, rows: int) -> int:
    cursor.execute(_FOLD, {"rows": rows})
    folded, falling = cursor.fetchone()
    if falling:
        cursor.execute(_SWEEP)
    return int(folded)
