"""Small things that every answer asks for and that seldom change: kept in the process for some seconds."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DatabaseError

V = TypeVar("V")
logger = logging.getLogger(__name__)
every: list["Remembered[Any]"] = []
"""All there are, for tests that want nothing kept."""


class Remembered(Generic[V]):
    """What `make` returns, made anew when it is older than `seconds` and somebody asks.

    One caller makes it, the others go on with what is there; so do all while the database is away. `make` is given
    what it made before (None the first time) and may change and return that. Thread-safe.
    """

    def __init__(
        self, make: Callable[[V | None], V], *, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._make = make
        self._seconds = seconds
        self._clock = clock
        self._making = threading.Lock()
        self._kept: tuple[float, V] | None = None
        every.append(self)

    def get(self) -> V:
        """The value, at most about `seconds` behind. Raises what `make` raises where there is nothing yet."""
        kept = self._kept
        now = self._clock()
        if kept is not None and (now < kept[0] + self._seconds or not self._making.acquire(blocking=False)):
            return kept[1]
        if kept is None:
            self._making.acquire()
        try:
            if kept is None and self._kept is not None:
                return self._kept[1]  # made while we waited
            return self._renewed(kept, now)
        finally:
            self._making.release()

    def forget(self) -> None:
        """Make it anew at the next question."""
        self._kept = None

    def _renewed(self, kept: tuple[float, V] | None, now: float) -> V:
        try:
            value = self._make(None if kept is None else kept[1])
        except DatabaseError as error:
            if kept is None:
                raise
            logger.debug("going on with what was there: %s", error)
            value = kept[1]
        self._kept = (now, value)
        return value
