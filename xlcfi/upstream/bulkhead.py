"""No more than so many calls at once, so that one slow service can't hold all of our threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from xlcfi.upstream.errors import BulkheadFull


class Bulkhead:
    """`limit` places; who finds none is turned away at once rather than queued. Thread-safe."""

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"a bulkhead needs a place, not {limit}")
        self.limit = limit
        self._places = threading.BoundedSemaphore(limit)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place inside the block. Raises BulkheadFull when there is none."""
        if not self._places.acquire(blocking=False):
            raise BulkheadFull(f"{self.limit} calls are under way already")
        try:
            yield
        finally:
            self._places.release()
