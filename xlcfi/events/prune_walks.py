"""Removing old rows a few at a time, with a remembered position: no batch looks again at what the last one saw.

A row that somebody holds at that moment is passed over; the next run finds it. Nothing here holds more than the locks
of its own rows, and those only until its batch is committed.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from django.db import connection

from xlcfi.events.prune_steps import PruneStep

BATCH_ROWS = 5_000
# More than most tables have, so that a batch is rather smaller than was asked for.
ROWS_A_PAGE = 100

_PAGES = "SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::bigint"


class PruneBatch(msgspec.Struct, frozen=True):
    """What one statement did. removed: rows; done, of: how far the walk is, in units of its own."""

    removed: int
    done: int
    of: int


def walk(step: PruneStep, cutoff: datetime, *, expected: int, batch: int = BATCH_ROWS) -> Iterator[PruneBatch]:
    """Removes the rows of `step` from before `cutoff`, about `batch` of them at each turn of the iterator.

    Each turn is one statement: the caller makes it a transaction. expected: about how many rows will go, where an
    index finds them.
    """
    return _by_age(step, cutoff, expected, batch) if step.indexed else _by_page(step, cutoff, batch)


def _by_age(step: PruneStep, cutoff: datetime, expected: int, batch: int) -> Iterator[PruneBatch]:
    # The index keeps entries of removed rows until a vacuum: beginning at the first one each time would read them all.
    statement = f"""
    WITH old AS MATERIALIZED (
        SELECT ctid AS place, {step.age} AS age FROM {step.table} WHERE {step.condition} AND {step.age} >= %s
        ORDER BY {step.age} LIMIT %s FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM {step.table} WHERE ctid = ANY(ARRAY(SELECT place FROM old)) RETURNING 1
    )
    SELECT (SELECT COUNT(*) FROM gone), (SELECT COUNT(*) FROM old), (SELECT MAX(age)::text FROM old)
    """
    since, done, found = "-infinity", 0, batch
    while found == batch:
        with connection.cursor() as cursor:
            cursor.execute(statement, [cutoff, since, batch])
            removed, found, latest = cursor.fetchone()
        since = latest or since
        done += removed
        yield PruneBatch(removed, done, max(expected, done))


def _by_page(step: PruneStep, cutoff: datetime, batch: int) -> Iterator[PruneBatch]:
    # Page numbers, not an index: freed pages are filled again by new rows, so that old and new lie mixed, and what
    # summarizes pages (BRIN) would soon say of each of them that it may hold something old.
    statement = f"""
    WITH old AS MATERIALIZED (
        SELECT ctid AS place FROM {step.table}
        WHERE ctid >= %s::tid AND ctid < %s::tid AND {step.condition} FOR UPDATE SKIP LOCKED
    )
    DELETE FROM {step.table} WHERE ctid = ANY(ARRAY(SELECT place FROM old))
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAGES, [step.table])
        pages = int(cursor.fetchone()[0])
    at_once = max(batch // ROWS_A_PAGE, 1)
    for first in range(0, pages, at_once):
        last = min(first + at_once, pages)
        with connection.cursor() as cursor:
            cursor.execute(statement, [f"({first},0)", f"({last},0)", cutoff])
            removed = cursor.rowcount
        yield PruneBatch(removed, last, pages)
