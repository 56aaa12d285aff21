"""Where records come from."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from xlcfi.events.errors import ConsumeError
from xlcfi.events.record import Record


class SourceBroken(ConsumeError):
    """The source can't be read at all, and waiting will not change that."""


class Source(Protocol):
    """Gives records in the order of their partitions, again and again until they are committed."""

    def poll(self, seconds: float) -> list[Record]:
        """The next records, waiting up to `seconds` for the first; [] when none came."""
        ...

    def limit(self, records: int) -> None:
        """Give at most so many records at once from now on."""
        ...

    def still_ours(self, records: Sequence[Record]) -> list[Record]:
        """Those of `records`, which a poll has given, that nobody else has been given since; in their order.

        `keep_alive` can lose some: who has waited asks before going on.
        """
        ...

    def commit(self, held: Sequence[Record] = ()) -> None:
        """All that polls have given so far is done, but for `held`, the last of it: after a restart, begin there."""
        ...

    def keep_alive(self, seconds: float) -> None:
        """Wait `seconds` without giving records and without losing the right to them."""
        ...

    def close(self) -> None:
        """Let go, without committing anything."""
        ...

    @property
    def exhausted(self) -> bool:
        """Whether no record will ever come again."""
        ...


class MemorySource:
    """Records from a list: the fake beside the real ones. `position` outlives it, as a broker's offsets do."""

    def __init__(self, records: Sequence[Record], *, position: list[int] | None = None, batch: int = 500) -> None:
        self._records = records
        self._committed = position if position is not None else [0]
        self._next = self._committed[0]
        self._batch = self._limit = batch
        self.sleep: Callable[[float], None] = time.sleep

    def poll(self, seconds: float) -> list[Record]:
        found = list(self._records[self._next : self._next + self._limit])
        self._next += len(found)
        return found

    def limit(self, records: int) -> None:
        self._limit = min(self._batch, records)

    def still_ours(self, records: Sequence[Record]) -> list[Record]:
        return list(records)

    def commit(self, held: Sequence[Record] = ()) -> None:
        self._committed[0] = self._next - len(held)

    def keep_alive(self, seconds: float) -> None:
        self.sleep(seconds)

    def close(self) -> None:
        pass

    @property
    def exhausted(self) -> bool:
        return self._next >= len(self._records)
