"""Keeping count of how large orders are: the days whose counts do not add up to the day's sales are counted anew.

Every change of an order changes its day's orders, units or gross, and those are summed elsewhere: so whoever keeps the
sums needs to tell nobody. (Lines that change and leave all three as they were are found by a rebuild.)
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from xlcfi import clock
from xlcfi.events import Progress, RebuildReport
from xlcfi.folding import fold_alone

FOLD_LOCK = 7_204_110_009
DAYS_AT_ONCE = 31
RECENT_DAYS = 2

_UNLIKE = """
SELECT DISTINCT day FROM (
    SELECT currency, day, orders, units, gross FROM sales_days WHERE day >= %(since)s
) AS s FULL JOIN (
    SELECT currency, day, SUM(orders) FILTER (WHERE measure = 'L') AS orders,
           SUM(total) FILTER (WHERE measure = 'U') AS units, SUM(total) FILTER (WHERE measure = 'V') AS gross
    FROM basket_days WHERE day >= %(since)s GROUP BY currency, day
) AS b USING (currency, day)
WHERE (COALESCE(s.orders, 0), COALESCE(s.units, 0), COALESCE(s.gross, 0))
      <> (COALESCE(b.orders, 0), COALESCE(b.units, 0), COALESCE(b.gross, 0))
ORDER BY day DESC LIMIT %(most)s
"""
# Product 0 stands for lines that nobody told. An edge has as many noughts as leave two digits.
_WANTED = """
CREATE TEMP TABLE wanted_baskets ON COMMIT DROP AS
WITH baskets AS (
    SELECT order_id, day, currency, COUNT(*) FILTER (WHERE product_id <> 0) AS lines, SUM(units) AS units,
           SUM(amount) AS value, trunc(SUM(amount) * 100) AS cents
    FROM ledger_entries WHERE kind = 'S' AND day = ANY(%(days)s) GROUP BY order_id, day, currency
), scaled AS (
    SELECT b.*, GREATEST(0, length(cents::text) - 2) AS noughts FROM baskets b
), sized AS (
    SELECT s.*, (CASE WHEN cents < 10 THEN GREATEST(cents, 0) ELSE (
        SELECT MAX(edge) FROM unnest(ARRAY[10, 12, 15, 20, 25, 30, 40, 50, 60, 80]) AS edge
        WHERE edge * 10::numeric ^ noughts <= cents) * 10::numeric ^ noughts END)::bigint AS class
    FROM scaled s
)
SELECT day, currency, m.measure, m.size, COUNT(*)::bigint AS orders, SUM(m.amount)::numeric(38, 2) AS total
FROM sized CROSS JOIN LATERAL (
    VALUES ('L', lines::bigint, lines::numeric), ('U', units::bigint, units), ('V', class, value)
) AS m(measure, size, amount)
GROUP BY day, currency, m.measure, m.size
"""
_GONE = """
DELETE FROM basket_days b WHERE day = ANY(%(days)s) AND NOT EXISTS (
    SELECT 1 FROM wanted_baskets w
    WHERE w.day = b.day AND w.currency = b.currency AND w.measure = b.measure AND w.size = b.size)
"""
_PUT = """
INSERT INTO basket_days (day, currency, measure, size, orders, total)
SELECT day, currency, measure, size, orders, total FROM wanted_baskets
EXCEPT SELECT day, currency, measure, size, orders, total FROM basket_days WHERE day = ANY(%(days)s)
ON CONFLICT (day, currency, measure, size) DO UPDATE SET orders = excluded.orders, total = excluded.total
"""
_BOUNDS = """
SELECT LEAST((SELECT MIN(day) FROM sales_days), (SELECT MIN(day) FROM basket_days)),
       GREATEST((SELECT MAX(day) FROM sales_days), (SELECT MAX(day) FROM basket_days))
"""


def baskets_fold(*, recent: bool = False) -> int:
    """Count the orders of up to DAYS_AT_ONCE days anew that do not add up, the latest first. Returns how many days.

    recent: look at today and yesterday only, which is where nearly everything happens and costs next to nothing.
    """
    since = clock.today() - timedelta(days=RECENT_DAYS - 1) if recent else date.min

    def fold(cursor: CursorWrapper) -> int:
        cursor.execute(_UNLIKE, {"since": since, "most": DAYS_AT_ONCE})
        days = [row[0] for row in cursor.fetchall()]
        if days:
            _days_count(cursor, days)
        return len(days)

    return fold_alone(lock=FOLD_LOCK, fold=fold)


def baskets_rebuild(*, apply: bool, progress: Progress) -> RebuildReport:
    """Count every day anew from the ledger, run by run."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS)
        first, last = cursor.fetchone()
    checked = changed = 0
    if first is None:
        return RebuildReport(checked=0, changed=0)
    every = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    for start in range(0, len(every), DAYS_AT_ONCE):
        days = every[start : start + DAYS_AT_ONCE]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
            found, mended = _days_count(cursor, days)
            if not apply:
                transaction.set_rollback(True)
        checked, changed = checked + found, changed + mended
        progress(start + len(days), len(every))
    return RebuildReport(checked=checked, changed=changed)


def _days_count(cursor: CursorWrapper, days: Sequence[date]) -> tuple[int, int]:
    """(rows there should be, rows changed)."""
    cursor.execute("DROP TABLE IF EXISTS wanted_baskets")
    cursor.execute(_WANTED, {"days": list(days)})
    found = cursor.rowcount
    cursor.execute(_GONE, {"days": list(days)})
    gone = cursor.rowcount
    cursor.execute(_PUT, {"days": list(days)})
    return found, gone + cursor.rowcount
