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
from analytics.services.mending import table_mend
from xlcfi.events import RebuildReport
from xlcfi.filling import FilledAside
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
        aside = FilledAside(cursor, apply=apply, made_of="order_facts")
        counts = [
            _mend(cursor, "buyer_days", DAY_KEYS, DAY_VALUES, "wanted_buyer_days", aside),
            _mend(cursor, "buyer_standings", ("user_id",), STANDING_VALUES, "wanted_buyer_standings", aside),
        ]
        for table in SUM_TABLES:
            query = table.query.format(days="wanted_buyer_days", standings="wanted_buyer_standings")
            counts.append(_mend(cursor, table.table, table.keys, table.values, f"({query}) AS sums"))
        cursor.execute("DROP TABLE wanted_buyer_standings, wanted_buyer_days")
        aside.put_in_place()
    return RebuildReport(checked=sum(count for count, _ in counts), changed=sum(count for _, count in counts))


def _mend(
    cursor: CursorWrapper,
    table: str,
    keys: Sequence[str],
    values: Sequence[str],
    wanted: str,
    aside: FilledAside | None = None,
) -> tuple[int, int]:
    rows = f"SELECT {', '.join((*keys, *values))} FROM {wanted}"
    return table_mend(cursor, table=table, keys=keys, sums=values, wanted=rows, aside=aside)
