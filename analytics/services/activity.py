"""Keeping the chains of active days, and the list of buyers."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from analytics.services.mending import table_mend
from analytics.services.retention import KEPT_SINCE_DAY
from xlcfi.events import RebuildReport
from xlcfi.events.erasure import known_as
from xlcfi.filling import FilledAside
from xlcfi.folding import fold_alone, standing_still
from xlcfi.runs import counted_rows

FOLD_LOCK = 7_204_110_002
FOLD_ROWS = 50_000

# Sellers' and admins' accounts are no buyers; a user whose row is not visible yet counts as one until it is.
_TAKE = """
CREATE TEMP TABLE IF NOT EXISTS taken_days (user_id bigint, day date) ON COMMIT DELETE ROWS;
DELETE FROM taken_days;
WITH taken AS (
    DELETE FROM active_deltas
    WHERE id <= (SELECT MAX(id) FROM (SELECT id FROM active_deltas ORDER BY id LIMIT %(rows)s) AS oldest)
    RETURNING user_id, day
)
INSERT INTO taken_days
SELECT DISTINCT t.user_id, t.day FROM taken t
WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = t.user_id AND u.role <> 'BUYER')
"""
# A row without a day says that a day of this user may have no reason any more. Days whose behaviours were pruned keep
# their reason.
_UNCHAIN = f"""
DELETE FROM active_days a
WHERE a.user_id IN (SELECT user_id FROM taken_days WHERE day IS NULL)
  AND a.day >= {KEPT_SINCE_DAY}
  AND NOT EXISTS (SELECT 1 FROM order_facts f WHERE f.buyer_id = a.user_id AND f.paid AND f.day = a.day)
  AND NOT EXISTS (SELECT 1 FROM user_behaviors b WHERE b.user_id = a.user_id
                  AND b.created_at >= a.day::timestamp AT TIME ZONE 'Asia/Seoul'
                  AND b.created_at < (a.day + 1)::timestamp AT TIME ZONE 'Asia/Seoul')
"""
_ADD = """
INSERT INTO active_days (user_id, day)
SELECT user_id, day FROM taken_days WHERE day IS NOT NULL ON CONFLICT DO NOTHING
"""
_CHAIN = """
UPDATE active_days a SET next_day = n.next_day
FROM (
    SELECT user_id, day, LEAD(day) OVER (PARTITION BY user_id ORDER BY day) AS next_day
    FROM active_days WHERE user_id IN (SELECT user_id FROM taken_days)
) AS n
WHERE a.user_id = n.user_id AND a.day = n.day AND a.next_day IS DISTINCT FROM n.next_day
"""
# Days whose behaviours were pruned are taken as they are, those included that still wait to be chained in.
_WANTED = f"""
CREATE TEMP TABLE wanted_days ON COMMIT DROP AS
SELECT user_id, day, LEAD(day) OVER (PARTITION BY user_id ORDER BY day) AS next_day
FROM (
    SELECT buyer_id AS user_id, day FROM order_facts WHERE paid AND buyer_id IS NOT NULL
    UNION
    SELECT user_id, (created_at AT TIME ZONE 'Asia/Seoul')::date FROM user_behaviors WHERE user_id IS NOT NULL
    UNION
    SELECT user_id, day FROM active_days WHERE day < {KEPT_SINCE_DAY}
    UNION
    SELECT user_id, day FROM active_deltas WHERE day < {KEPT_SINCE_DAY}
) AS d
WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = d.user_id AND u.role <> 'BUYER');
ANALYZE wanted_days;
"""
_LEARN_BUYERS = f"""
INSERT INTO buyers (user_id, joined_day)
SELECT {known_as("id")}, created_at::date FROM users
WHERE role = 'BUYER' AND id > COALESCE((SELECT MAX(user_id) FROM buyers), 0) - %(overlap)s
ON CONFLICT (user_id) DO NOTHING
"""
_MEND_BUYERS = f"""
WITH wanted AS MATERIALIZED (
    SELECT {known_as("id")} AS user_id, created_at::date AS joined_day FROM users WHERE role = 'BUYER'
),
gone AS (
    DELETE FROM buyers b WHERE NOT EXISTS (SELECT 1 FROM wanted w WHERE w.user_id = b.user_id) RETURNING 1
), put AS (
    INSERT INTO buyers SELECT * FROM wanted EXCEPT SELECT user_id, joined_day FROM buyers
    ON CONFLICT (user_id) DO UPDATE SET joined_day = excluded.joined_day
    RETURNING 1
)
SELECT (SELECT COUNT(*) FROM wanted), (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)
"""


def activity_fold(*, rows: int = FOLD_ROWS) -> int:
    """Chain up to `rows` appended active days in. Returns how many users' days; 0 where another process folds."""

    def fold(cursor: CursorWrapper) -> int:
        cursor.execute(_TAKE, {"rows": rows})
        taken = int(cursor.rowcount)
        if taken:
            # A day can be told, and lose its reason again, before either is folded in.
            cursor.execute(_ADD)
            cursor.execute(_UNCHAIN)
            cursor.execute(_CHAIN)
        return taken

    return fold_alone(lock=FOLD_LOCK, fold=fold)


def activity_rebuild(*, apply: bool) -> RebuildReport:
    """Compare the active days with paid orders and behaviours, and mend what differs (if `apply`)."""
    # A first rebuild leaves so many waiting that making the days from the facts is quicker than chaining them in.
    if counted_rows("active_deltas", most=2 * FOLD_ROWS) < 2 * FOLD_ROWS:
        while apply and activity_fold():
            pass
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        cursor.execute(_WANTED)
        cursor.execute("DELETE FROM active_deltas")
        aside = FilledAside(cursor, apply=apply, made_of="wanted_days")
        checked, changed = table_mend(
            cursor,
            table="active_days",
            keys=("user_id", "day"),
            sums=("next_day",),
            wanted="SELECT user_id, day, next_day FROM wanted_days",
            aside=aside,
        )
        cursor.execute("DROP TABLE wanted_days")
        aside.put_in_place()
    return RebuildReport(checked=checked, changed=changed)


def buyers_learn(*, overlap: int = 1_000) -> int:
    """Note BUYER accounts made since the last look, by their ids. Returns how many.

    overlap: how many ids to look back, because accounts can become visible out of the order of their ids.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LEARN_BUYERS, {"overlap": overlap})
        return int(cursor.rowcount)


def buyers_mend() -> tuple[int, int]:
    """Bring the list of buyers in line with the platform's accounts. Returns (accounts looked at, rows changed)."""
    with connection.cursor() as cursor:
        cursor.execute(_MEND_BUYERS)
        checked, changed = cursor.fetchone()
    return int(checked), int(changed)
