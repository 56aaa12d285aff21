"""What many threads of one process ask for at once is worked out once."""

import os
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as WaitedTooLong
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Runs `work` once for all threads that come with the same key while it runs; they share its value or its error.

    A thread waits at most `patience` seconds for another's work; then it starts the work anew, in its own name, and the
    rest wait for that. So work that hangs costs one more thread per `patience`, not all of them at once.
    """

    def __init__(self, *, patience: float) -> None:
        self._patience = patience
        self._under_way: dict[Hashable, tuple[int, Future[T]]] = {}
        self._lock = threading.Lock()
        # A child forked while another thread held the lock, or was working, must wait for neither.
        os.register_at_fork(after_in_child=self._forget)

    def run(self, key: Hashable, work: Callable[[], T]) -> T:
        """The result of `work`, or of the same work that another thread has under way. Raises what `work` raises."""
        given_up: Future[T] | None = None
        while True:
            with self._lock:
                flight = self._under_way.get(key)
                leading = flight is None or flight[1] is given_up or flight[0] == threading.get_ident()
                if leading:
                    mine: Future[T] = Future()
                    self._under_way[key] = (threading.get_ident(), mine)
            if leading:
                return self._lead(key, mine, work)
            assert flight is not None
            try:
                return flight[1].result(self._patience)
            except WaitedTooLong:
                if flight[1].done():
                    raise  # The work itself timed out; that is its answer.
                given_up = flight[1]
            except CancelledError:
                continue  # Its thread was told to end; that is no answer for us.

    def _lead(self, key: Hashable, mine: "Future[T]", work: Callable[[], T]) -> T:
        try:
            value = work()
        except BaseException as error:
            self._land(key, mine)
            if isinstance(error, Exception):
                mine.set_exception(error)
            else:
                mine.cancel()  # SystemExit and the like concern this thread only.
            raise
        self._land(key, mine)
        mine.set_result(value)
        return value

    def _land(self, key: Hashable, mine: "Future[Any]") -> None:
        with self._lock:
            current = self._under_way.get(key)
            if current is not None and current[1] is mine:
                del self._under_way[key]

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._under_way = {}
