"""Making buyers' rows and the sums over them from the facts of everybody, and mending what differs."""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from analytics.selectors.people.statements import (
    DAY_KEYS,
    DAY_VALUES,
    DAYS,
    STANDING_VALUES,
    STANDINGS,
    SUM_TABLES,
    statement_values,
)
from analytics.services.buyers.folding import FOLD_LOCK
from xlcfi.events import RebuildReport
from xlcfi.folding import standing_still

_DAYS = f"CREATE TEMP TABLE wanted_buyer_days ON COMMIT DROP AS {DAYS.format(whose='IS NOT NULL')}"
_STANDINGS = f"CREATE TEMP TABLE wanted_buyer_standings ON COMMIT DROP AS {STANDINGS.format(days='wanted_buyer_days')}"


def buyers_rebuild(*, apply: bool) -> RebuildReport:
    """Compare buyers' days, standings and the sums over them with the facts, and mend what differs (if `apply`)."""
    values = statement_values()
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        cursor.execute("DELETE FROM buyer_changes")
        cursor.execute(_DAYS)
        cursor.execute("ANALYZE wanted_buyer_days")
        cursor.execute(_STANDINGS, values)
        cursor.execute("ANALYZE wanted_buyer_standings")
        checked, changed = _mend(cursor, "buyer_days", DAY_KEYS, DAY_VALUES, "wanted_buyer_days")
        counts = [_mend(cursor, "buyer_standings", ("user_id",), STANDING_VALUES, "wanted_buyer_standings")]
        for table in SUM_TABLES:
            query = table.query.format(days="wanted_buyer_days", standings="wanted_buyer_standings")
            cursor.execute(f"CREATE TEMP TABLE wanted_buyer_sums ON COMMIT DROP AS {query}")
            counts.append(_mend(cursor, table.table, table.keys, table.values, "wanted_buyer_sums"))
            cursor.execute("DROP TABLE wanted_buyer_sums")
        cursor.execute("DROP TABLE wanted_buyer_standings, wanted_buyer_days")
    return RebuildReport(
        checked=checked + sum(count for count, _ in counts), changed=changed + sum(count for _, count in counts)
    )


def _mend(
    cursor: CursorWrapper, table: str, keys: Sequence[str], values: Sequence[str], wanted: str
) -> tuple[int, int]:
    columns = ", ".join((*keys, *values))
    same_key = " AND ".join(f"w.{key} = t.{key}" for key in keys)
    cursor.execute(f"DELETE FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM {wanted} w WHERE {same_key})")
    changed = cursor.rowcount
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {wanted} EXCEPT SELECT {columns} FROM {table} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET " + ", ".join(f"{value} = excluded.{value}" for value in values)
    )
    changed += cursor.rowcount
    cursor.execute(f"SELECT COUNT(*) FROM {wanted}")
    return int(cursor.fetchone()[0]), int(changed)
