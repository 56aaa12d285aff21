"""What consumers do between batches: follow-up jobs and periodic jobs."""

import logging
import time
from collections.abc import Callable

from django.db import connection

from xlcfi.events.failures import failure_of, wait_before
from xlcfi.events.followups import followups_run
from xlcfi.events.schedule import PeriodicRunner

logger = logging.getLogger(__name__)

# How long events may wait for chores, and how often an idle consumer looks for some.
BUDGET_SECONDS = 0.5
LOOK_EVERY_SECONDS = 1.0
JOBS_AT_ONCE = 50


class Chores:
    """Does what is due, a little at a time; the database being away is no fault here either."""

    def __init__(self, stopping: Callable[[], bool] = lambda: False) -> None:
        self._periodic = PeriodicRunner()
        self._stopping = stopping
        self._failures = 0
        self._look_at = 0.0

    def run(self, *, queued: bool = False) -> None:
        """Does what is due. queued: a batch has just asked for something, so look at once."""
        if self._stopping() or (not queued and time.monotonic() < self._look_at):
            return
        taken: list[int] = []
        error = failure_of(lambda: self._run(taken))
        if error is not None:
            logger.warning("chores put off", exc_info=error)
            connection.close()
            self._failures += 1
            self._look_at = time.monotonic() + max(LOOK_EVERY_SECONDS, wait_before(self._failures))
            return
        self._failures = 0
        # A full round leaves some behind: the next one comes after the next batch, at once.
        self._look_at = time.monotonic() + (0.0 if sum(taken) >= JOBS_AT_ONCE else LOOK_EVERY_SECONDS)

    def _run(self, taken: list[int]) -> None:
        taken.append(followups_run(limit=JOBS_AT_ONCE, seconds=BUDGET_SECONDS, stopping=self._stopping))
        self._periodic.run_due()

    def settle(self) -> None:
        """Does every job that is due and every periodic job once: the end of a replay. Raises database errors."""
        while followups_run(limit=JOBS_AT_ONCE, seconds=60.0, stopping=self._stopping):
            pass
        if not self._stopping():
            self._periodic.run_all()
