"""Keeping the sums in step with the platform's tables: after events, by looking at the latest rows, by a slow round.

The round reads a few blocks of each table every minute, in turn: what changed without an event, long ago, is found
within hours and without a rebuild. `analytics/services/operations/sources.py` says what is summed.
"""

import time
from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from analytics.services.mending import table_mend
from analytics.services.operations.sources import BLOCK, OF_ORDERS, SOURCES, TABLES
from analytics.services.touching import look_again_sql
from xlcfi.events import RebuildReport
from xlcfi.filling import FilledAside
from xlcfi.folding import fold_alone, standing_still

FOLD_LOCK = 7_204_110_006
FOLD_TOUCHES = 10
LATEST_ROWS = 2_000
ROUND_BLOCKS = 4

_KEYS = ("source", "block", "day", "currency", "key", "part", "bucket")
_SUMS = ("count", "reached", "amount", "discount")
_COLUMNS = ", ".join((*_KEYS, *_SUMS))
_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS taken_operations (LIKE operation_touches) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS touched_blocks (name text, block bigint, PRIMARY KEY (name, block))
ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS wanted_operations (LIKE operation_blocks) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS gone_sums (LIKE operation_blocks) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS added_sums (LIKE operation_blocks) ON COMMIT DELETE ROWS;
DELETE FROM taken_operations; DELETE FROM touched_blocks; DELETE FROM wanted_operations; DELETE FROM gone_sums;
DELETE FROM added_sums;
"""
_TAKEN = """
WITH taken AS (
    DELETE FROM operation_touches WHERE id IN (
        SELECT id FROM operation_touches WHERE due_at <= statement_timestamp() ORDER BY id LIMIT %(rows)s)
    RETURNING *
)
INSERT INTO taken_operations SELECT * FROM taken
"""
_LOOK_AGAIN = look_again_sql(table="operation_touches", taken="taken_operations")
_BLOCKS_OF_ORDERS = f"""
INSERT INTO touched_blocks
SELECT DISTINCT '{{table}}', t.id / {BLOCK}
FROM (SELECT DISTINCT unnest(order_ids) AS order_id FROM taken_operations) AS told
JOIN {{table}} t ON t.order_id = told.order_id
ON CONFLICT DO NOTHING
"""
_LATEST_BLOCKS = f"""
INSERT INTO touched_blocks
SELECT '{{table}}', generate_series(MIN(id) / {BLOCK}, MAX(id) / {BLOCK})
FROM (SELECT id FROM {{table}} ORDER BY id DESC LIMIT %(rows)s) AS latest
ON CONFLICT DO NOTHING
"""
# The turn is told by the clock: it needs no place to be remembered in.
_ROUND_BLOCKS = f"""
INSERT INTO touched_blocks
SELECT '{{table}}', (%(turn)s * %(blocks)s + step) %% blocks
FROM (SELECT GREATEST(COALESCE((SELECT MAX(id) FROM {{table}}) / {BLOCK}, 0),
                      COALESCE((SELECT MAX(block) FROM operation_blocks WHERE source = %(source)s), 0)) + 1 AS blocks
) AS all_of_them, generate_series(0, %(blocks)s - 1) AS step
ON CONFLICT DO NOTHING
"""
# Set operations, not an anti join: these relations have no statistics, and a loop over a loop takes minutes.
_GONE = f"""
WITH stale AS MATERIALIZED (
    SELECT {_COLUMNS} FROM operation_blocks
    WHERE source = ANY(%(sources)s) AND block IN (SELECT block FROM touched_blocks WHERE name = %(table)s)
    EXCEPT SELECT {_COLUMNS} FROM wanted_operations
), gone AS (
    DELETE FROM operation_blocks o USING stale s WHERE {" AND ".join(f"o.{name} = s.{name}" for name in _KEYS)}
    RETURNING {", ".join(f"o.{name}" for name in (*_KEYS, *_SUMS))}
)
INSERT INTO gone_sums ({_COLUMNS}) SELECT * FROM gone
"""
_ADDED = f"""
WITH added AS (
    INSERT INTO operation_blocks ({_COLUMNS}) SELECT {_COLUMNS} FROM wanted_operations ON CONFLICT DO NOTHING
    RETURNING {_COLUMNS}
)
INSERT INTO added_sums ({_COLUMNS}) SELECT * FROM added
"""


def _move_sql(table: str, column: str, day: str) -> str:
    """SQL that brings a table of sums in step with the blocks that changed."""
    keys = ("source", column, "currency", "key", "part", "bucket")
    totals = [f"SUM(sign * {name})" for name in _SUMS]
    return f"""
    INSERT INTO {table} AS t ({", ".join((*keys, *_SUMS))})
    SELECT source, {day}, currency, key, part, bucket, {", ".join(totals)}
    FROM (SELECT 1 AS sign, * FROM added_sums UNION ALL SELECT -1, * FROM gone_sums) AS changes
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING {" OR ".join(f"{total} <> 0" for total in totals)}
    ON CONFLICT ({", ".join(keys)}) DO UPDATE SET {", ".join(f"{name} = t.{name} + excluded.{name}" for name in _SUMS)};
    DELETE FROM {table} WHERE count = 0 AND (source, {column}) IN (SELECT source, {day} FROM gone_sums)
    """


_MONTH = "date_trunc('month', day)::date"
_MOVE = (_move_sql("operation_days", "day", "day"), _move_sql("operation_months", "month", _MONTH))


def operations_fold(*, rows: int = FOLD_TOUCHES) -> int:
    """Read again what up to `rows` batches of events touched. Returns how many; 0 where another process does."""

    def fold(cursor: CursorWrapper) -> int:
        cursor.execute(_TABLES)
        cursor.execute(_TAKEN, {"rows": rows})
        taken = int(cursor.rowcount)
        if taken:
            for table in _deployed(cursor, OF_ORDERS):
                cursor.execute(_BLOCKS_OF_ORDERS.format(table=table))
            _blocks_read(cursor)
            cursor.execute(_LOOK_AGAIN)
        return taken

    return fold_alone(lock=FOLD_LOCK, fold=fold)


def operations_settle(*, latest: int = LATEST_ROWS, blocks: int = ROUND_BLOCKS, turn: int | None = None) -> int:
    """Read the `latest` rows of each table and its next `blocks` blocks of the round. Returns how many sums changed.

    turn: how many rounds' steps were taken before; None: the minutes that went by.
    """
    step = int(time.time() // 60) if turn is None else turn

    def settle(cursor: CursorWrapper) -> int:
        cursor.execute(_TABLES)
        for table in _deployed(cursor, TABLES):
            source = next(each.name for each in SOURCES if each.table == table)
            cursor.execute(_LATEST_BLOCKS.format(table=table), {"rows": latest})
            cursor.execute(_ROUND_BLOCKS.format(table=table), {"turn": step, "blocks": blocks, "source": source})
        return _blocks_read(cursor)

    return fold_alone(lock=FOLD_LOCK, fold=settle)


def operations_rebuild(*, apply: bool) -> RebuildReport:
    """Compare all sums with the platform's tables, and mend what differs (if `apply`).

    Sums of a table that is not deployed stay as they are: nobody sees them.
    """
    checked = changed = 0
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        cursor.execute("DELETE FROM operation_touches WHERE looks = 0")
        deployed = _deployed(cursor, TABLES)
        sources = [source for source in SOURCES if source.table in deployed]
        names = ", ".join(f"'{source.name}'" for source in sources)
        blocks = f"SELECT * FROM ({' UNION ALL '.join(each.sums(f'{each.table} t') for each in sources)}) AS s"
        totals = ", ".join(f"SUM({name})" for name in _SUMS)
        by_day = f"""SELECT source, day, currency, key, part, bucket, {totals}
                     FROM {{operation_blocks}} GROUP BY 1, 2, 3, 4, 5, 6"""
        by_month = f"""SELECT source, {_MONTH}, currency, key, part, bucket, {totals}
                       FROM {{operation_days}} GROUP BY 1, 2, 3, 4, 5, 6"""
        aside = FilledAside(cursor, apply=apply, made_of="payments")
        rest = ("currency", "key", "part", "bucket")
        for table, keys, wanted, within in (
            ("operation_blocks", _KEYS, blocks, f"t.source IN ({names})"),
            ("operation_days", ("source", "day", *rest), by_day, "true"),
            ("operation_months", ("source", "month", *rest), by_month, "true"),
        ):
            for made in ("operation_blocks", "operation_days"):
                wanted = wanted.replace(f"{{{made}}}", aside.name_of(made))
            mended = table_mend(
                cursor,
                table=table,
                keys=keys,
                sums=_SUMS,
                wanted=wanted,
                within=within,
                aside=aside if table != "operation_months" else None,
            )
            checked += mended[0]
            changed += mended[1]
        aside.put_in_place()
    return RebuildReport(checked=checked, changed=changed)


def _deployed(cursor: CursorWrapper, tables: Sequence[str]) -> list[str]:
    """Those of `tables` that are there at this moment: an older word on it could be a failing statement."""
    cursor.execute("SELECT t FROM unnest(%s::text[]) AS t WHERE to_regclass(t) IS NOT NULL", [list(tables)])
    found = {row[0] for row in cursor.fetchall()}
    return [table for table in tables if table in found]


def _blocks_read(cursor: CursorWrapper) -> int:
    """Make the sums of the touched blocks what their rows say. Returns how many sums that changed."""
    cursor.execute("ANALYZE touched_blocks")
    cursor.execute("SELECT DISTINCT name FROM touched_blocks ORDER BY 1")
    changed = 0
    for (table,) in cursor.fetchall():
        sources = [source for source in SOURCES if source.table == table]
        rows = f"""(SELECT r.* FROM touched_blocks b JOIN {table} r
                    ON r.id >= b.block * {BLOCK} AND r.id < (b.block + 1) * {BLOCK} WHERE b.name = '{table}') AS t"""
        cursor.execute("DELETE FROM wanted_operations")
        for source in sources:
            cursor.execute(f"INSERT INTO wanted_operations ({_COLUMNS}) {source.sums(rows)}")
        cursor.execute(_GONE, {"table": table, "sources": [source.name for source in sources]})
        changed += cursor.rowcount
        cursor.execute(_ADDED)
        changed += cursor.rowcount
    if changed:
        for statement in _MOVE:
            cursor.execute(statement)
    return changed
