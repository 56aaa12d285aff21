"""Where batches are applied: in the loop's own thread, or in one beside it while the loop fetches the next one."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Protocol, TypeVar

from django.db import connection

T = TypeVar("T")
END_SECONDS = 3.0


class Worker(Protocol):
    """Does one thing at a time, always in the same thread: a database connection belongs to one."""

    def begin(self, action: Callable[[], T]) -> "Future[T]":
        """Have `action` done; what it returns or raises is in the future."""
        ...

    def end(self) -> None:
        """Nothing more will come."""
        ...


class Inline:
    """At once, in the caller's thread."""

    def begin(self, action: Callable[[], T]) -> "Future[T]":
        future: Future[T] = Future()
        _do(action, future)
        return future

    def end(self) -> None:
        pass


class Beside:
    """In a thread with a database connection of its own, which waits for the database while the caller goes on."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        # A daemon: a statement that hangs must not keep a process that was told to end.
        self._thread = threading.Thread(target=self._run, name="apply", daemon=True)
        self._thread.start()

    def begin(self, action: Callable[[], T]) -> "Future[T]":
        future: Future[T] = Future()
        self._asked.put(lambda: _do(action, future))
        return future

    def end(self) -> None:
        self._asked.put(None)
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        while (action := self._asked.get()) is not None:
            action()
        connection.close()


def _do(action: Callable[[], T], future: "Future[T]") -> None:
    try:
        future.set_result(action())
    except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
        future.set_exception(error)
