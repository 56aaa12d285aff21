"""Reading buyers' sums as if everything that waits had been folded in, and every buyer's day had come.

An answer is right as soon as an event is committed, and at the first second of a Seoul day. What that costs is
bounded: of more than CHANGES_MOST waiting changes the oldest are added (folding takes four times as many in a second).
"""

from datetime import date
from typing import Any

from django.db import connection

from analytics.selectors.people.statements import THEIRS, SumTable, difference, recomputed, statement_values

CHANGES_MOST = 1_000
DUE_MOST = 4_000
"""More buyers than the change of a day concerns: it takes about 1 % of them."""

WAITS = """
SELECT EXISTS (SELECT 1 FROM buyer_changes) OR EXISTS (SELECT 1 FROM buyer_standings WHERE renew_on <= %(today)s)
       AS waits
"""
_TOUCHED = """
SELECT user_id FROM (SELECT user_id FROM buyer_changes ORDER BY id LIMIT %(changes)s) AS changed
UNION SELECT user_id FROM (SELECT user_id FROM buyer_standings WHERE renew_on <= %(today)s LIMIT %(due)s) AS due
"""


def anything_waits(*, today: date) -> bool:
    """Whether some buyer's rows may be out of date."""
    with connection.cursor() as cursor:
        cursor.execute(WAITS, {"today": today})
        return bool(cursor.fetchone()[0])


def sums_read(table: SumTable, *, where: str = "TRUE", today: date, **values: Any) -> list[dict[str, Any]]:
    """The rows of `table` in the order of its keys. where: a condition on its keys, `values` its parameters.

    One statement where nothing waits, which it finds out itself; two where something does.
    """
    names = table.keys + table.values
    keys, columns = ", ".join(table.keys), ", ".join(names)
    parameters = statement_values(today=today, changes=CHANGES_MOST, due=DUE_MOST, **values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT waits, {columns} FROM ({WAITS}) AS w "
            f"LEFT JOIN (SELECT {columns} FROM {table.table} WHERE {where}) AS kept ON NOT waits ORDER BY {keys}",
            parameters,
        )
        rows = cursor.fetchall()
        if not rows[0][0]:
            # Whatever is kept has a key; the one row without any says that there is nothing.
            return [dict(zip(names, row[1:], strict=True)) for row in rows if row[1] is not None]
        cursor.execute(f"{with_waiting(table, where=where)} SELECT * FROM sums ORDER BY {keys}", parameters)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def with_waiting(table: SumTable, *, where: str) -> str:
    """Common table expressions, the last of them `sums`: the rows of `table` with what waits for it added."""
    keys, columns = ", ".join(table.keys), ", ".join(table.keys + table.values)
    sums = ", ".join(f"SUM({value}) AS {value}" for value in table.values)
    return f"""
    WITH {recomputed(touched=_TOUCHED)},
    sums AS (
        SELECT {keys}, {sums} FROM (
            SELECT {columns} FROM {table.table} WHERE {where}
            UNION ALL SELECT {columns} FROM ({difference(table)}) AS waiting WHERE {where}
        ) AS parts GROUP BY {keys}
    )"""


def standings_read(
    *, where: str, order: str, limit: int, today: date, columns: str, **values: Any
) -> list[dict[str, Any]]:
    """Standings under a condition, in an order that an index has: kept ones, and anew those of whoever waits."""
    query = f"SELECT {columns} FROM buyer_standings WHERE {where}"
    common = ""
    if anything_waits(today=today):
        common = f"WITH {recomputed(touched=_TOUCHED)}"
        query = (
            f"(SELECT {columns} FROM buyer_standings WHERE {where} AND NOT user_id {THEIRS} "
            f"ORDER BY {order} LIMIT %(limit)s) UNION ALL SELECT {columns} FROM new_standings WHERE {where}"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"{common} SELECT * FROM ({query}) AS found ORDER BY {order} LIMIT %(limit)s",
            statement_values(today=today, changes=CHANGES_MOST, due=DUE_MOST, limit=limit, **values),
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
