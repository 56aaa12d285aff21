"""Answers kept in this process for as long as nothing they were made from has changed.

Every so often one caller looks which subjects changed, in one statement, and what is kept of those is dropped. So an
answer is never older than the time between two looks, and one that nobody changes is made once.
"""

import threading
import time
from collections.abc import Callable, Collection
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V")


class Changes(NamedTuple):
    """What a look found. mark: from where the next one goes on; everything: drop all, whatever `subjects` says."""

    mark: int
    subjects: Collection[int]
    everything: bool = False


class WatchedCache(Generic[V]):
    """Values by (subject, variant), dropped when their subject changed. Thread-safe; reading takes no lock.

    look: given the last mark (None the first time) tells what changed since; it must also tell of changes that were
    under way at that mark. look_every: seconds between looks, the most by which an answer can be behind. seconds: the
    longest life of a value, for what it holds beside its subject. at_most: subjects kept; the oldest go first.
    """

    def __init__(
        self,
        *,
        look: Callable[[int | None], Changes],
        look_every: float,
        seconds: float,
        at_most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look
        self._look_every = look_every
        self._seconds = seconds
        self._at_most = at_most
        self._clock = clock
        self._looking = threading.Lock()
        self._kept: dict[int, dict[int, tuple[float, V]]] = {}
        self._looked_at = float("-inf")
        self._mark: int | None = None
        self._looks = 0

    def get_or_make(self, subject: int, variant: int, make: Callable[[], V]) -> V:
        """The value, made by `make` unless it is kept and still good. Raises what `make` or `look` raises."""
        now = self._clock()
        if now - self._looked_at >= self._look_every:
            self._look_around(now)
        kept = self._kept.get(subject, {}).get(variant)
        if kept is not None and kept[0] > now:
            return kept[1]
        looks = self._looks
        value = make()
        self._keep(subject, variant, (now + self._seconds, value), looks)
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._looking:
            self._looks += 1
            self._kept.clear()

    def _look_around(self, now: float) -> None:
        # Who comes while another looks goes on with what is kept: the look takes milliseconds.
        if not self._looking.acquire(blocking=False):
            return
        try:
            changes = self._look(self._mark)
            self._looks += 1
            if changes.everything or self._mark is None:
                self._kept.clear()
            for subject in changes.subjects:
                self._kept.pop(subject, None)
            self._mark = changes.mark
            self._looked_at = now
        finally:
            self._looking.release()

    def _keep(self, subject: int, variant: int, entry: tuple[float, V], looks: int) -> None:
        with self._looking:
            # A look since it was begun may have been told of a change that this value has not seen.
            if looks != self._looks:
                return
            variants = self._kept.pop(subject, {})
            variants[variant] = entry
            self._kept[subject] = variants  # out and in again: the order of the dict is the order of age
            for oldest in list(self._kept)[: max(0, len(self._kept) - self._at_most)]:
                del self._kept[oldest]
