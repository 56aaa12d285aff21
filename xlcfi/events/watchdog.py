"""A thread beside the loop: it passes the loop's signs of life on, and ends the process where the loop can't."""

import faulthandler
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from xlcfi.events.failures import failure_of
from xlcfi.events.limits import limits
from xlcfi.events.pulse import Pulse, sign_write

logger = logging.getLogger(__name__)

TELL_SECONDS = 1.0
# A container gets 10 s between SIGTERM and SIGKILL, commonly. So long the batch in work may take to end by itself.
GRACE_SECONDS = 6.0
# And so long to leave the group for it, so that others get its partitions at once.
LEAVE_SECONDS = 2.0
# The exit code of a process that ends because its loop is stuck: a crash, after which it is started again.
STUCK = 70


def stuck_seconds() -> float:
    """After how long without a turn of the loop it counts as stuck.

    Twice what the broker allows between two polls: by then our partitions are with others, so nothing waits for us.
    """
    return 2.0 * limits().max_poll_seconds


class Watchdog:
    """Watches over the loop whose signs `pulse` collects. Use it as a context manager around the loop.

    place: the directory in which the signs are left, once a second. file: touched at every turn of the loop.
    leave: leaves the consumer group; called when the loop does not end in time after `stop`.
    """

    def __init__(
        self,
        pulse: Pulse,
        stop: threading.Event,
        *,
        place: Path | None = None,
        file: Path | None = None,
        leave: Callable[[], None] = lambda: None,
    ) -> None:
        self._pulse = pulse
        self._stop = stop
        self._place = place
        self._file = file
        self._leave = leave
        self._ended = False
        self._touched_at = 0.0
        self._signals, self._noted = os.pipe()
        self._before = -1
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def __enter__(self) -> "Watchdog":
        for end in (self._signals, self._noted):
            os.set_blocking(end, False)
        if threading.current_thread() is threading.main_thread():
            # Python calls a signal's handler in the main thread, once that runs Python again: not while it waits for
            # the database. The number of the signal is noted here at once.
            self._before = signal.set_wakeup_fd(self._noted, warn_on_full_buffer=False)
        self._tell()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.set_wakeup_fd(self._before)
        self._ended = True
        os.write(self._noted, b"\0")
        self._thread.join()
        for end in (self._signals, self._noted):
            os.close(end)
        self._tell()

    def _run(self) -> None:
        until: float | None = None
        while not self._ended:
            self._listen(TELL_SECONDS if until is None else min(TELL_SECONDS, max(until - time.monotonic(), 0.0)))
            self._tell()
            if self._stop.is_set():
                until = until or time.monotonic() + GRACE_SECONDS
                if time.monotonic() >= until and not self._ended:
                    self._give_up()
            elif time.monotonic() - self._pulse.turned_at > stuck_seconds():
                self._die()

    def _listen(self, seconds: float) -> None:
        if not select.select([self._signals], [], [], seconds)[0]:
            return
        if {signal.SIGTERM, signal.SIGINT}.intersection(os.read(self._signals, 1024)):
            self._stop.set()

    def _tell(self) -> None:
        if self._place is not None:
            self._passed_on(lambda place=self._place: sign_write(place, self._pulse.sign()))  # type: ignore[misc]
        if self._file is not None and self._pulse.turned_at > self._touched_at:
            self._touched_at = self._pulse.turned_at
            self._passed_on(self._file.touch)

    def _passed_on(self, tell: Callable[[], None]) -> None:
        error = failure_of(tell)
        if error is not None:
            # Whoever looks sees old signs, which is what there is to see.
            logger.warning("signs of life not written", extra={"error": str(error)})

    def _give_up(self) -> None:
        """Told to end, and the batch in work does not: its transaction is rolled back, and its events come again."""
        logger.warning("the batch in work did not end in time and is given up: it comes again")
        leaving = threading.Thread(target=lambda: failure_of(self._leave), daemon=True)
        leaving.start()
        leaving.join(LEAVE_SECONDS)
        os._exit(0)

    def _die(self) -> None:
        logger.critical("the loop is stuck: it has not turned for %.0f s", stuck_seconds())
        faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
        os._exit(STUCK)
