"""A small breaker for something that is either there or not: after a failure it is left alone for a while."""

import threading
import time
from collections.abc import Callable


class Rest:
    """Says whether to try now. After a failure nobody tries for `first` seconds; then one caller probes while the
    others still go without; each failed probe doubles the rest up to `longest` seconds; a good probe ends it.

    Thread-safe. `clock` returns seconds, monotonic.
    """

    def __init__(self, *, first: float, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._first = first
        self._longest = longest
        self._clock = clock
        self._lock = threading.Lock()
        self._until = 0.0
        self._length = 0.0

    def may_try(self) -> bool:
        """True when all is well, and for the one caller that probes after a rest."""
        if not self._length:
            return True
        with self._lock:
            now = self._clock()
            if now < self._until:
                return False
            # The caller is the probe. Should it never report, the next one comes after another rest.
            self._until = now + self._length
            return True

    def failed(self, *, probing: bool) -> bool:
        """An attempt failed. `probing`: what `resting` said before it. Returns True when the rest begins with it."""
        with self._lock:
            begins = not self._length
            if begins:
                self._length = self._first
            elif probing:
                self._length = min(self._length * 2, self._longest)
            else:
                return False  # One of many that were under way when the first failure came: it tells nothing new.
            self._until = self._clock() + self._length
            return begins

    def succeeded(self) -> None:
        """A probe succeeded: all is well."""
        with self._lock:
            self._length = 0.0

    @property
    def resting(self) -> bool:
        """True from the first failure until a probe succeeds."""
        return bool(self._length)
