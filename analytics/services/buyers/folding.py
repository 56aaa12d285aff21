"""Making the rows of buyers anew who changed, or whose window did with the day, and adding the difference to the sums.

All of it is one statement, so it sees one moment: the changes it takes and the facts they follow from. A fact that
comes later brings a change of its own.
"""

from django.db.backends.utils import CursorWrapper

from analytics.selectors.people.statements import (
    DAY_KEYS,
    DAY_VALUES,
    STANDING_VALUES,
    SUM_TABLES,
    SumTable,
    difference,
    recomputed,
    statement_values,
)
from xlcfi.folding import fold_alone

FOLD_LOCK = 7_204_110_003
FOLD_ROWS = 4_000

_ANY = """
SELECT EXISTS (SELECT 1 FROM buyer_changes) OR EXISTS (SELECT 1 FROM buyer_standings WHERE renew_on <= %(today)s)
"""
_TAKEN = """
taken AS (
    DELETE FROM buyer_changes
    WHERE id <= (SELECT MAX(id) FROM (SELECT id FROM buyer_changes ORDER BY id LIMIT %(rows)s) AS oldest)
    RETURNING user_id
)"""
_TOUCHED = """
SELECT user_id FROM taken
UNION SELECT user_id FROM (SELECT user_id FROM buyer_standings WHERE renew_on <= %(today)s LIMIT %(rows)s) AS due
"""
_DAYS = ", ".join(DAY_KEYS + DAY_VALUES)
_STANDING = ", ".join(("user_id", *STANDING_VALUES))


def _updates(values: tuple[str, ...]) -> str:
    return ", ".join(f"{value} = excluded.{value}" for value in values)


def _added(table: SumTable) -> str:
    keys, columns = ", ".join(table.keys), ", ".join(table.keys + table.values)
    updates = ", ".join(f"{value} = t.{value} + excluded.{value}" for value in table.values)
    return f"""
    added_{table.table} AS (
        INSERT INTO {table.table} AS t ({columns}) {difference(table)}
        ON CONFLICT ({keys}) DO UPDATE SET {updates}
    )"""


_FOLD = f"""
WITH {_TAKEN}, {recomputed(touched=_TOUCHED)},
gone_days AS (
    DELETE FROM buyer_days t USING (
        SELECT {", ".join(DAY_KEYS)} FROM old_days EXCEPT SELECT {", ".join(DAY_KEYS)} FROM new_days
    ) AS g
    WHERE {" AND ".join(f"t.{key} = g.{key}" for key in DAY_KEYS)}
),
put_days AS (
    INSERT INTO buyer_days ({_DAYS}) SELECT {_DAYS} FROM new_days EXCEPT SELECT {_DAYS} FROM old_days
    ON CONFLICT ({", ".join(DAY_KEYS)}) DO UPDATE SET {_updates(DAY_VALUES)}
),
gone_standings AS (
    DELETE FROM buyer_standings t USING (
        SELECT user_id FROM old_standings EXCEPT SELECT user_id FROM new_standings
    ) AS g WHERE t.user_id = g.user_id
),
put_standings AS (
    INSERT INTO buyer_standings ({_STANDING})
    SELECT {_STANDING} FROM new_standings EXCEPT SELECT {_STANDING} FROM old_standings
    ON CONFLICT (user_id) DO UPDATE SET {_updates(STANDING_VALUES)}
),
{", ".join(_added(table) for table in SUM_TABLES)}
SELECT (SELECT COUNT(*) FROM taken) + (SELECT COUNT(*) FROM touched)
"""
# A row that came back to nothing must not stay: a rebuild would not make it.
_SWEEP = "; ".join(
    f"DELETE FROM {table.table} WHERE {' AND '.join(f'{value} = 0' for value in table.values)}" for table in SUM_TABLES
)


def buyers_fold(*, rows: int = FOLD_ROWS) -> int:
    """Make the rows anew of the buyers of up to `rows` changes, and of up to `rows` whose day has come.

    Returns how many changes and buyers were taken; 0 where nothing waits or another process folds.
    """

    def fold(cursor: CursorWrapper) -> int:
        values = statement_values(rows=rows)
        cursor.execute(_ANY, values)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_FOLD, values)
        taken = int(cursor.fetchone()[0])
        cursor.execute(_SWEEP)
        return taken

    return fold_alone(lock=FOLD_LOCK, fold=fold)
