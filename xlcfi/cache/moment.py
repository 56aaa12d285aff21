"""Answers kept in this process for a moment, for what many ask at once and nobody minds being a second old."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class MomentCache(Generic[K, V]):
    """Values that live `seconds`; at most `at_most`, the oldest go first. Reading takes no lock.

    Not for what differs by caller, and not longer than a second where an answer has to be fresh within two.
    """

    def __init__(self, *, seconds: float, at_most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._at_most = at_most
        self._clock = clock
        self._kept: dict[K, tuple[float, V]] = {}

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        """The value of `key`, made by `make` unless it was made within the last `seconds`. Raises what `make` does."""
        kept = self._kept.get(key)
        now = self._clock()
        if kept is not None and kept[0] > now:
            return kept[1]
        value = make()
        # Out and in again: the order of the dict is the order of age. Its age counts from before it was read.
        self._kept.pop(key, None)
        self._kept[key] = (now + self._seconds, value)
        if len(self._kept) > self._at_most:
            for oldest in list(self._kept)[: len(self._kept) - self._at_most]:
                self._kept.pop(oldest, None)
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
