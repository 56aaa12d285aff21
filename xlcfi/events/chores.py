"""What consumers do between batches: follow-up jobs and periodic jobs."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from django.db import connection

from xlcfi.events.failures import failure_of, wait_before
from xlcfi.events.followups import followups_run
from xlcfi.events.schedule import PeriodicRunner

logger = logging.getLogger(__name__)

# How long events may wait for chores, and how often an idle consumer looks for some.
BUDGET_SECONDS = 0.5
LOOK_EVERY_SECONDS = 0.5
JOBS_AT_ONCE = 50
# While events wait in the broker, what follows them can wait too, and much of it is asked for again meanwhile.
BEHIND_SECONDS = 5.0
# How long the end of a consumer waits for a job in work. A job that is cut off is done again.
JOIN_SECONDS = 3.0


class Helper(Protocol):
    """Whoever does a consumer's chores."""

    def run(self, *, queued: bool = False, behind: bool = False) -> None:
        """A batch is done, or there was none. queued: it asked for follow-up work. behind: more is waiting already."""
        ...


class Chores:
    """Does what is due, a little at a time; the database being away is no fault here either."""

    def __init__(self, stopping: Callable[[], bool] = lambda: False) -> None:
        self._periodic = PeriodicRunner()
        self._stopping = stopping
        self._failures = 0
        self._look_at = 0.0
        self._follow_at = 0.0

    def run(self, *, queued: bool = False, behind: bool = False) -> None:
        """Does what is due. queued: a batch has just asked for something, so look at once, unless we are behind."""
        if self._stopping() or (not (queued and not behind) and time.monotonic() < self._look_at):
            return
        taken: list[int] = []
        error = failure_of(lambda: self._run(taken, behind))
        if error is not None:
            logger.warning("chores put off", exc_info=error)
            connection.close()
            self._failures += 1
            self._look_at = time.monotonic() + max(LOOK_EVERY_SECONDS, wait_before(self._failures))
            return
        self._failures = 0
        # A full round leaves some behind: the next one comes after the next batch, at once.
        self._look_at = time.monotonic() + (0.0 if sum(taken) >= JOBS_AT_ONCE else LOOK_EVERY_SECONDS)

    def _run(self, taken: list[int], behind: bool) -> None:
        if not behind or time.monotonic() >= self._follow_at:
            taken.append(followups_run(limit=JOBS_AT_ONCE, seconds=BUDGET_SECONDS, stopping=self._stopping))
            self._follow_at = time.monotonic() + BEHIND_SECONDS
        self._periodic.run_due()

    def settle(self) -> None:
        """Does every job that is due and every periodic job once: the end of a replay. Raises database errors."""
        while followups_run(limit=JOBS_AT_ONCE, seconds=60.0, stopping=self._stopping):
            pass
        if not self._stopping():
            self._periodic.run_all()


class ChoresBeside:
    """Does them in a thread with a database connection of its own, so that no event waits for a job.

    Use it as a context manager around the loop; it ends with it, or when `stop` is set.
    """

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._ended = threading.Event()
        self._asked = threading.Event()
        self._behind = False
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def __enter__(self) -> "ChoresBeside":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._asked.set()
        self._thread.join(JOIN_SECONDS)

    def run(self, *, queued: bool = False, behind: bool = False) -> None:
        """Says what there is to do, and returns at once."""
        self._behind = behind
        if queued:
            self._asked.set()

    def _stopping(self) -> bool:
        return self._stop.is_set() or self._ended.is_set()

    def _run(self) -> None:
        chores = Chores(self._stopping)
        while not self._stopping():
            asked = self._asked.wait(LOOK_EVERY_SECONDS)
            self._asked.clear()
            chores.run(queued=asked, behind=self._behind)
            if self._behind:
                # Batches ask many times a second; the folding that is due every second is all that can't wait.
                self._ended.wait(LOOK_EVERY_SECONDS / 2)
        connection.close()
