"""Letting go of old rows, and noting how far that went."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from xlcfi.events.models import PruneRun
from xlcfi.events.prune_steps import PruneStep
from xlcfi.events.prune_walks import BATCH_ROWS, walk

# Keeps these advisory locks apart from those of others; the second half is the step's name.
_LOCK_SPACE = 0x9121
COUNT_AT_MOST = 1_000_000
# Between batches: as long as the last one took, so that pruning never takes more than half of a disk, but no longer.
LONGEST_REST = 1.0

_HORIZON = """
INSERT INTO events_prunerun AS kept (name, before) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET before = GREATEST(kept.before, excluded.before), ran_at = statement_timestamp()
"""
_REMOVED = "UPDATE events_prunerun SET removed = removed + %s, ran_at = statement_timestamp() WHERE name = %s"


class PruneRunning(Exception):
    """Another process does this step at this moment."""


def prunable(step: PruneStep, cutoff: datetime) -> int:
    """How many rows would go now, counted up to COUNT_AT_MOST + 1. Locks nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM {step.table} WHERE {step.condition} LIMIT %s) AS found",
            [cutoff, COUNT_AT_MOST + 1],
        )
        return int(cursor.fetchone()[0])


def prune(
    step: PruneStep,
    cutoff: datetime,
    *,
    stop: threading.Event,
    progress: Callable[[int, int], None],
    batch: int = BATCH_ROWS,
) -> int:
    """Removes the rows of `step` from before `cutoff`, `batch` by `batch`; returns how many.

    Ends after the batch in which `stop` is set. Any number of consumers may be at work beside it. Raises PruneRunning.
    progress: called with (done, of) after each batch.
    """
    with _alone(step.name):
        # Committed before the first row goes: whoever misses a row sees this too.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_HORIZON, [step.name, cutoff])
        expected = prunable(step, cutoff) if step.indexed else 0  # a walk by pages knows its length
        batches = walk(step, cutoff, expected=expected, batch=batch)
        removed, seconds = 0, 0.0
        while not stop.wait(min(seconds, LONGEST_REST)):
            began = time.monotonic()
            with transaction.atomic():
                done = next(batches, None)
                if done is None:
                    break
                if done.removed:
                    with connection.cursor() as cursor:
                        cursor.execute(_REMOVED, [done.removed, step.name])
            seconds = time.monotonic() - began
            removed += done.removed
            progress(done.done, done.of)
        return removed


def pruned_before(name: str) -> datetime | None:
    """The moment from which on the step `name` has removed nothing; None where it never ran."""
    return PruneRun.objects.filter(name=name).values_list("before", flat=True).first()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Holds the right to do the step `name`; it ends with the connection, even when the process is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_SPACE, name])
        if not cursor.fetchone()[0]:
            raise PruneRunning(name)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_SPACE, name])
