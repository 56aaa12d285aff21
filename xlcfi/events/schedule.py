"""Calling the apps' periodic jobs between batches."""

import logging
import time

from django.db import connection, transaction

from xlcfi.events.failures import failure_of, is_passing
from xlcfi.events.registry import PeriodicJob, periodic_jobs

logger = logging.getLogger(__name__)

_ENSURE = "INSERT INTO events_periodicrun (name) SELECT unnest(%s::varchar[]) ON CONFLICT DO NOTHING"
_CLAIM = """
SELECT 1 FROM events_periodicrun
WHERE name = %s AND (%s OR next_at <= statement_timestamp()) FOR UPDATE SKIP LOCKED
"""
_DONE = """
UPDATE events_periodicrun SET next_at = now() + %s * interval '1 second', last_error = %s WHERE name = %s
"""
ERROR_MAX = 2_000
# How often a process looks whether a job that comes more rarely is due.
LOOK_EVERY_SECONDS = 30.0
# After a failure a job that runs every second must not fill the log.
WAIT_AFTER_FAILURE = 10.0


class PeriodicRunner:
    """Runs what is due. The schedule is a table: however many processes run this, a job runs once and alone."""

    def __init__(self) -> None:
        self._look_at: dict[str, float] = {}
        self._ensured = False

    def run_due(self) -> int:
        """Runs every job that is due and free; returns how many. Raises a passing fault of the database."""
        now = time.monotonic()
        ran = 0
        for job in periodic_jobs():
            if self._look_at.get(job.name, 0.0) > now:
                continue
            # Whoever ran it last may be gone before the next time: nobody else would look for a whole period.
            self._look_at[job.name] = now + min(job.seconds, LOOK_EVERY_SECONDS)
            ran += self._run(job, forced=False)
        return ran

    def run_all(self) -> None:
        """Runs every job now, due or not: the end of a replay."""
        for job in periodic_jobs():
            self._run(job, forced=True)

    def _run(self, job: PeriodicJob, *, forced: bool) -> bool:
        if not self._ensured:
            with connection.cursor() as cursor:
                cursor.execute(_ENSURE, [sorted(each.name for each in periodic_jobs())])
            self._ensured = True
        claimed: list[bool] = []
        error = failure_of(lambda: self._claim_and_run(job, forced=forced, claimed=claimed))
        if error is None:
            return bool(claimed)
        if not claimed or (is_passing(error) and not connection.is_usable()):
            raise error
        logger.error("periodic job failed", exc_info=error, extra={"job": job.name})
        message = f"{type(error).__name__}: {error}".replace("\x00", "")[:ERROR_MAX]
        with connection.cursor() as cursor:
            cursor.execute(_DONE, [max(job.seconds, WAIT_AFTER_FAILURE), message, job.name])
        return True

    @staticmethod
    def _claim_and_run(job: PeriodicJob, *, forced: bool, claimed: list[bool]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLAIM, [job.name, forced])
            if cursor.fetchone() is None:
                return
            claimed.append(True)
            job.run()
            # now() is the start of this transaction: from start to start.
            cursor.execute(_DONE, [job.seconds, "", job.name])
