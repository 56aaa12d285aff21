"""Which columns a list can be sorted by without reading the whole table."""

import time
from threading import Lock

from django.db import connection, models

SECONDS = 600.0
_seen: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}
_lock = Lock()

_LEADING = """
SELECT a.attname
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am m ON m.oid = c.relam
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = to_regclass(%s) AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree'
"""


def indexed_columns(model: type[models.Model]) -> frozenset[str]:
    """The columns (as the database calls them) that lead a complete index, as of at most SECONDS ago."""
    table = model._meta.db_table
    key = (str(connection.settings_dict["NAME"]), table)
    seen = _seen.get(key)
    if seen is not None and time.monotonic() < seen[0] + SECONDS:
        return seen[1]
    with connection.cursor() as cursor:
        cursor.execute(_LEADING, [connection.ops.quote_name(table)])
        columns = frozenset(str(row[0]) for row in cursor.fetchall())
    with _lock:
        _seen[key] = (time.monotonic(), columns)
    return columns


def rows_estimated(model: type[models.Model]) -> int | None:
    """About how many rows the table has by its statistics; None where none were made. No scan."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)",
            [connection.ops.quote_name(model._meta.db_table)],
        )
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] >= 0 else None
