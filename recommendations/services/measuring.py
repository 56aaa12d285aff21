"""Working out anew what touched people's days and orders add to the sums, and making all of it anew.

Exposures, feedback and paid orders only leave a touch. One process at a time takes touches, works out which purchases
follow from which answers, what each person's days and experiments come to now, and adds the differences to the sums.
So the result does not depend on the order in which things were told, and a rebuild, which touches everything, ends
with the same rows.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.backends.utils import CursorWrapper

from recommendations.selectors.exposures_kept import KEPT_SINCE_DAY
from recommendations.services import measuring_conversions, measuring_days, measuring_experiments
from xlcfi.events import RebuildReport
from xlcfi.folding import fold_alone, standing_still

FOLD_LOCK = 7_204_120_002
FOLD_ROWS = 2_000

_STAGE = """
CREATE TEMP TABLE IF NOT EXISTS measured_days (day date, user_id bigint, visitor varchar(32)) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS measured_orders (order_id bigint) ON COMMIT DELETE ROWS;
DELETE FROM measured_days; DELETE FROM measured_orders;
"""
_TAKE = """
WITH taken AS (
    DELETE FROM recommendation_touches
    WHERE id <= (SELECT MAX(id) FROM (SELECT id FROM recommendation_touches ORDER BY id LIMIT %(rows)s) AS oldest)
    RETURNING day, user_id, visitor, order_id
), orders AS (
    INSERT INTO measured_orders SELECT DISTINCT order_id FROM taken WHERE order_id <> 0
), days AS (
    INSERT INTO measured_days SELECT DISTINCT day, user_id, visitor FROM taken WHERE day IS NOT NULL
)
SELECT COUNT(*) FROM taken
"""
_TAKE_ALL = f"""
DELETE FROM recommendation_touches;
INSERT INTO measured_days
SELECT day, user_id, visitor FROM recommendation_exposures WHERE day >= {KEPT_SINCE_DAY}
UNION SELECT day, user_id, visitor FROM recommendation_person_days WHERE day >= {KEPT_SINCE_DAY};
INSERT INTO measured_orders
SELECT b.order_id FROM baskets b JOIN orders o ON o.id = b.order_id
WHERE b.user_id IN (SELECT user_id FROM measured_days WHERE user_id <> 0)
  AND o.created_at >= (SELECT MIN(day) FROM measured_days)::timestamp
UNION SELECT order_id FROM recommendation_conversions;
ANALYZE measured_days; ANALYZE measured_orders;
"""
# With nothing ever recommended no purchase follows from anything: a first rebuild leaves no millions of touches.
_TOUCH_ORDERS = """
INSERT INTO recommendation_touches (order_id)
SELECT id FROM unnest(%s::bigint[]) AS id WHERE EXISTS (SELECT 1 FROM recommendation_exposures)
"""


def orders_touch(*, order_ids: Iterable[int]) -> None:
    """Have what follows from these orders worked out anew, in the transaction that changes them."""
    if ids := sorted(set(order_ids)):
        with connection.cursor() as cursor:
            cursor.execute(_TOUCH_ORDERS, [ids])


def measures_fold(*, rows: int = FOLD_ROWS) -> int:
    """Work out up to `rows` touches. Returns how many; 0 too where another process is at it."""

    def fold(cursor: CursorWrapper) -> int:
        cursor.execute(_STAGE)
        cursor.execute(_TAKE, {"rows": rows})
        taken = int(cursor.fetchone()[0])
        if taken:
            cursor.execute("ANALYZE measured_days")
            measuring_conversions.late_orders_stage(cursor)
            _work_out(cursor)
        return taken

    return fold_alone(lock=FOLD_LOCK, fold=fold)


def measures_rebuild(*, apply: bool) -> RebuildReport:
    """Work out everything of which the single rows are kept, and mend sums that are not those of their rows."""
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        cursor.execute(_STAGE)
        cursor.execute(_TAKE_ALL)
        changed = _work_out(cursor)
        changed += measuring_days.sums_mend(cursor) + measuring_experiments.sums_mend(cursor)
        cursor.execute("SELECT COUNT(*) FROM measured_days")
        checked = int(cursor.fetchone()[0])
        cursor.execute("DELETE FROM measured_days; DELETE FROM measured_orders")
    return RebuildReport(checked=checked, changed=changed)


def _work_out(cursor: CursorWrapper) -> int:
    """Returns how many rows were not as they should be."""
    # Planned for thousands of rows, not for the one that a table without statistics is taken to have.
    cursor.execute("SET LOCAL jit = off; ANALYZE measured_orders")
    changed = measuring_conversions.conversions_work_out(cursor)
    cursor.execute("ANALYZE measured_days")
    changed += measuring_days.days_work_out(cursor)
    return changed + measuring_experiments.people_work_out(cursor)
