"""One time limit for all that a call does: looking up the name, connecting, sending, every byte read, every retry."""

import time
from collections.abc import Callable

from xlcfi.upstream.errors import TimeIsUp

Clock = Callable[[], float]


class Deadline:
    """A moment `seconds` from now, after which nothing more is waited for. `clock` returns monotonic seconds."""

    def __init__(self, seconds: float, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._ends = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, never below 0."""
        return max(0.0, self._ends - self._clock())

    def left_or_raise(self) -> float:
        """Seconds that are left, above 0: fit for a socket's time-out. Raises TimeIsUp when there are none."""
        left = self._ends - self._clock()
        if left <= 0:
            raise TimeIsUp("the time limit is over")
        return left
