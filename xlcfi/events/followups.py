"""The queue of work that follows a commit."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction

from xlcfi.events.batch import QueuedJob
from xlcfi.events.errors import RetryLater
from xlcfi.events.failures import failure_of, is_passing, wait_before
from xlcfi.events.marks import Mark, reached
from xlcfi.events.registry import job_named
from xlcfi.observability.metrics import FOLLOW_UPS

logger = logging.getLogger(__name__)

# With a job's name in front it keeps our advisory locks apart from those of others.
_LOCK_SPACE = 0x0E7E
_ADD = """
INSERT INTO events_followup (job, args, dedupe_key)
SELECT job, args::jsonb, dedupe_key
FROM unnest(%s::varchar[], %s::text[], %s::varchar[]) AS given (job, args, dedupe_key)
"""
_NEXT = """
SELECT id, job, args, dedupe_key, attempts FROM events_followup WHERE run_after <= statement_timestamp()
ORDER BY run_after, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_TAKE_EQUAL = """
DELETE FROM events_followup WHERE id IN (
    SELECT id FROM events_followup WHERE dedupe_key = %s ORDER BY id FOR UPDATE SKIP LOCKED
)
"""
# More requests of a job that takes what several of them ask for at once.
_TAKE_MORE = """
DELETE FROM events_followup WHERE id IN (
    SELECT id FROM events_followup WHERE job = %s AND run_after <= statement_timestamp()
    ORDER BY run_after, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING args
"""
_LATER = "UPDATE events_followup SET run_after = statement_timestamp() + %s * interval '1 second' WHERE id = %s"
_FAILED = """
UPDATE events_followup SET attempts = attempts + 1, last_error = %s,
    run_after = statement_timestamp() + %s * interval '1 second' WHERE dedupe_key = %s
"""
ERROR_MAX = 2_000
REQUESTS_AT_ONCE = 20
# A job that fails again and again is tried every few minutes, for ever: what it repairs is still wrong.
LONGEST_BACKOFF = 300.0


def followups_add(*, jobs: Iterable[QueuedJob]) -> None:
    """Queues `jobs`, in the transaction of the batch that asked for them.

    It only ever adds rows: a unique key would make batches wait for jobs that are running, or lose a request that
    comes while an equal one is half done.
    """
    given = list(dict.fromkeys(jobs))
    if not given:
        return
    keys = [hashlib.sha256(f"{queued.job} {queued.args_json}".encode()).hexdigest() for queued in given]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [[queued.job for queued in given], [queued.args_json for queued in given], keys])


def followups_run(*, limit: int, seconds: float, stopping: Callable[[], bool] = lambda: False) -> int:
    """Does up to `limit` jobs that are due, for about `seconds`; returns how many it took.

    Any number of processes may do so at once. Each job is a transaction: its row goes if and only if its effect
    stays. Raises a passing fault of the database.
    """
    until = time.monotonic() + seconds
    taken = 0
    while taken < limit and not stopping() and (taken == 0 or time.monotonic() < until):
        if not _run_next():
            break
        taken += 1
    return taken


def followups_waiting() -> tuple[int, float]:
    """How many jobs wait, and for how many seconds the oldest of them has been due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM statement_timestamp() - min(run_after)), 0) "
            "FROM events_followup"
        )
        count, age = cursor.fetchone()
    return int(count), max(0.0, float(age))


def _run_next() -> bool:
    """Takes one job; False when none is due."""
    taken: list[Any] = []
    error = failure_of(lambda: _take_and_run(taken))
    if not taken:
        if error is not None:
            raise error
        return False
    key, name, attempts = taken
    if error is None:
        FOLLOW_UPS.labels(job=name, outcome="done").inc()
        return True
    if is_passing(error) and not connection.is_usable():
        # The row is as it was; there is nothing to note, and nowhere to note it.
        raise error
    FOLLOW_UPS.labels(job=name, outcome="retried").inc()
    if isinstance(error, RetryLater):
        # It has said itself what is away, and may go on soon after that is back.
        logger.warning("follow-up job put off", extra={"job": name, "attempts": attempts + 1, "error": str(error)})
        wait = wait_before(attempts + 1)
    else:
        logger.error("follow-up job failed", exc_info=error, extra={"job": name, "attempts": attempts + 1})
        wait = min(wait_before(attempts + 1) * 10, LONGEST_BACKOFF)
    message = f"{type(error).__name__}: {error}".replace("\x00", "")[:ERROR_MAX]
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [message, wait, key])
    return True


def _take_and_run(taken: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NEXT)
        row = cursor.fetchone()
        if row is None:
            return
        row_id, name, args, key, attempts = row
        taken.extend((key, name, attempts))
        # Two runs of equal jobs at once could leave the older result: the second waits its turn.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, key])
        if not cursor.fetchone()[0]:
            cursor.execute(_LATER, [1, row_id])
            return
        cursor.execute(_TAKE_EQUAL, [key])
        function = job_named(name)
        if function is None:
            raise LookupError(f"no app of this release has a job {name}")
        # Django has psycopg2 hand jsonb over as text.
        wanted = json.loads(args)
        merged = getattr(function, "merge", "")
        if merged:
            cursor.execute(_TAKE_MORE, [name, REQUESTS_AT_ONCE])
            everything = [element for row in cursor.fetchall() for element in json.loads(row[0])[merged]]
            wanted[merged] = sorted({*wanted[merged], *everything})
        function(**wanted)
        reached(Mark.FOLLOW_UP_DONE)
