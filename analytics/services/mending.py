"""Making a table of sums equal to what it should hold, touching only rows that differ."""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from xlcfi.filling import FilledAside


def table_mend(
    cursor: CursorWrapper,
    *,
    table: str,
    keys: Sequence[str],
    sums: Sequence[str],
    wanted: str,
    within: str = "true",
    aside: FilledAside | None = None,
) -> tuple[int, int]:
    """Make `table` hold the rows of `wanted`. Returns (rows wanted, rows changed).

    wanted: a SELECT of the keys and sums, in that order; no sum is null. within: SQL for the part of the table that it
    speaks of, over the table's columns (t); other rows stay. aside: fills tables that are as good as empty; then the
    rows are where `aside.name_of` says.
    """
    columns = ", ".join((*keys, *sums))
    if aside and (new := aside.begin(table)):
        if within != "true":
            cursor.execute(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {table} t WHERE NOT ({within})")
        cursor.execute(f"INSERT INTO {new} ({columns}) {wanted}")
        made = int(cursor.rowcount)
        aside.filled(table)
        return made, made
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
    if not cursor.fetchone()[0]:
        # In the order of the key: its index grows at its end.
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT * FROM ({wanted}) AS w ORDER BY {_places(keys)}")
        return int(cursor.rowcount), int(cursor.rowcount)
    same_key = " AND ".join(f"w.{key} = t.{key}" for key in keys)
    cursor.execute(f"CREATE TEMP TABLE wanted ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")
    cursor.execute(f"INSERT INTO wanted ({columns}) {wanted}")
    checked = int(cursor.rowcount)
    cursor.execute("ANALYZE wanted")
    cursor.execute(f"DELETE FROM {table} t WHERE {within} AND NOT EXISTS (SELECT 1 FROM wanted w WHERE {same_key})")
    changed = int(cursor.rowcount)
    updates = ", ".join(f"{each} = excluded.{each}" for each in sums)
    # Set operations, not joins: a table that is just being filled has no statistics, and a nested loop would read it
    # again, longer each time, for every row.
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM wanted EXCEPT SELECT {columns} FROM {table} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {updates}"
    )
    changed += int(cursor.rowcount)
    cursor.execute("DROP TABLE wanted")
    return checked, changed


def _places(keys: Sequence[str]) -> str:
    return ", ".join(str(place) for place in range(1, len(keys) + 1))
