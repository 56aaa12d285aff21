"""A value that many answers hold and that may be a moment old: read once in that moment by each process."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """What `read` gives, read again `seconds` after it was read last. Thread-safe.

    While one thread reads again the others go on with what there is, unless there is nothing yet. What `read` raises
    goes to its caller, and the next one tries again.
    """

    def __init__(self, read: Callable[[], T], *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._seconds = seconds
        self._clock = clock
        self._reading = threading.Lock()
        self._kept: tuple[float, T] | None = None

    def get(self) -> T:
        """The value, at most so many seconds older than the database's, and the time that reading it takes."""
        kept = self._kept
        if kept is not None and self._clock() < kept[0]:
            return kept[1]
        if not self._reading.acquire(blocking=False):
            return kept[1] if kept is not None else self._read()
        try:
            begun = self._clock()
            value = self._read()
            self._kept = (begun + self._seconds, value)
            return value
        finally:
            self._reading.release()

    def forget(self) -> None:
        """Read again at the next question."""
        self._kept = None
