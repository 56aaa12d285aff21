"""Walking a large table in runs of its ids, so that no transaction grows with the table."""

from collections.abc import Iterator, Sequence

from django.db import connection

LARGEST_ID = 2**63 - 1


def id_runs(*, table: str, column: str = "id", size: int) -> Iterator[tuple[int, int, int]]:
    """Runs of ids of `table` with about `size` rows each, ascending: (first, last, rows), both ends included.

    The runs are contiguous and cover every possible id, also those the table does not hold, however far apart its
    ids lie. Each bound is found when it is needed, by the index on `column`.
    """
    first = 0
    while first <= LARGEST_ID:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT MAX(id), COUNT(*) FROM (SELECT {column} AS id FROM {table} WHERE {column} >= %s "
                f"ORDER BY {column} LIMIT %s) AS run",
                [first, size],
            )
            last, rows = cursor.fetchone()
        end = LARGEST_ID if rows < size else int(last)
        yield first, end, int(rows)
        first = end + 1


def estimated_rows(table: str) -> int:
    """About how many rows `table` has, by the statistics of its last ANALYZE: no scan. 0 where none was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT GREATEST(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def counted_rows(table: str, *, most: int = 100_000) -> int:
    """How many rows `table` has, exactly up to `most`, `most` where it has more: what it costs is bounded.

    For tables that are filled and emptied all the time, whose statistics are always old.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} LIMIT %s) AS first_rows", [most])
        return int(cursor.fetchone()[0])


class FreshStatistics:
    """Keeps the planner's statistics of tables that a long run fills: ANALYZE after runs 1, 2, 4, 8, …

    Autovacuum comes too late for a first backfill, and a plan made for an empty table takes minutes on a full one.
    """

    def __init__(self, tables: Sequence[str]) -> None:
        self._statement = f"ANALYZE {', '.join(tables)}"
        self._runs = 0

    def refresh(self) -> None:
        """Tell that another run was written."""
        self._runs += 1
        if self._runs & (self._runs - 1) == 0:
            with connection.cursor() as cursor:
                cursor.execute(self._statement)
