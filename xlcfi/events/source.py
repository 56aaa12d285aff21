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

    def commit(self) -> None:
        """All that polls have given so far is done: after a restart, begin behind it."""
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
        self._batch = batch
        self.sleep: Callable[[float], None] = time.sleep

    def poll(self, seconds: float) -> list[Record]:
        found = list(self._records[self._next : self._next + self._batch])
        self._next += len(found)
        return found

    def commit(self) -> None:
        self._committed[0] = self._next

    def keep_alive(self, seconds: float) -> None:
        self.sleep(seconds)

    def close(self) -> None:
        pass

    @property
    def exhausted(self) -> bool:
        return self._next >= len(self._records)
