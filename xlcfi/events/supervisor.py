"""Several consumers in one container: a process for each, started again when it dies."""

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from multiprocessing.process import BaseProcess

from xlcfi.events.failures import failure_of, wait_before

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.5
# A container gets 10 s between SIGTERM and SIGKILL, commonly. Each process sees to it that it ends in eight.
STOP_SECONDS = 8.5
# Whoever has lived this long has started well: its next death counts as the first.
STEADY_SECONDS = 60.0
CRASHED = 70


class _Child:
    def __init__(self, name: str, run: Callable[[str], int]) -> None:
        self.name = name
        self.run = run
        self.process: BaseProcess | None = None
        self.deaths = 0
        self.started_at = 0.0
        self.start_at = 0.0
        self.finished: int | None = None


class Supervisor:
    """Runs `run(name)` in a process for each of `names`.

    A process that returns 0 or 1 has ended on purpose (1: too many failures, a restart would only drain the topic): it
    is not started again, and the others go on. Anything else is a crash, and it is started again, later each time. The
    processes are forked from this one, so that they share the memory of all that is loaded: this one must have no
    threads and no open connections. They inherit its signal handlers too, and `stop` with them: there is no moment at
    which a SIGTERM would go unheard.

    beside: what else runs, in a process each, as long as one of `names` does. on_end: called with the process id of
    every process of ours that has ended. on_look: called twice a second.
    """

    def __init__(
        self,
        names: Iterable[str],
        run: Callable[[str], int],
        *,
        stop: threading.Event,
        beside: Mapping[str, Callable[[str], int]] | None = None,
        on_end: Callable[[int], None] = lambda pid: None,
        on_look: Callable[[], None] = lambda: None,
    ) -> None:
        self._children = [_Child(name, run) for name in names]
        self._beside = [_Child(name, other) for name, other in (beside or {}).items()]
        self._stop = stop
        self._on_end = on_end
        self._on_look = on_look
        self._context = multiprocessing.get_context("fork")

    def supervise(self) -> int:
        """Returns when all have ended or `stop` is set; 0 if all ended well, 1 if not."""
        # What is loaded by now is for good: collecting it would only copy the pages that the children share.
        gc.collect()
        gc.freeze()
        try:
            while not self._stop.is_set() and any(child.finished is None for child in self._children):
                for child in (*self._children, *self._beside):
                    self._look_after(child)
                self._on_look()
                self._stop.wait(LOOK_EVERY_SECONDS)
        finally:
            self._end_all()
        return 0 if all(not child.finished for child in self._children) else 1

    def _look_after(self, child: _Child) -> None:
        if child.finished is not None:
            return
        if child.process is None:
            if time.monotonic() >= child.start_at:
                self._start(child)
            return
        code = child.process.exitcode
        if code is None:
            return
        self._on_end(child.process.pid or 0)
        child.process.close()
        child.process = None
        if code in (0, 1):
            child.finished = code
            logger.log(logging.ERROR if code else logging.INFO, "consumer ended", extra={"consumer": child.name})
            return
        if time.monotonic() - child.started_at > STEADY_SECONDS:
            child.deaths = 0
        child.deaths += 1
        wait = wait_before(child.deaths)
        child.start_at = time.monotonic() + wait
        logger.error("consumer died", extra={"consumer": child.name, "code": code, "restart_in": round(wait, 1)})

    def _start(self, child: _Child) -> None:
        child.started_at = time.monotonic()
        child.process = self._context.Process(target=_enter, args=(child.run, child.name), name=f"consume {child.name}")
        child.process.start()

    def _end_all(self) -> None:
        running = [child for child in (*self._children, *self._beside) if child.process is not None]
        for child in running:
            assert child.process is not None
            child.process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for child in running:
            assert child.process is not None
            child.process.join(max(0.0, until - time.monotonic()))
            if child.process.exitcode is None:
                # It hangs where it can't even give up. The database rolls its batch back, and it comes again.
                logger.warning("consumer killed: it did not end in time", extra={"consumer": child.name})
                child.process.kill()
                child.process.join()
                child.finished = 0
                continue
            # Killed by our own signal before it could listen is a good end as well.
            child.finished = 0 if child.process.exitcode in (0, -signal.SIGTERM) else 1


def _enter(run: Callable[[str], int], name: str) -> None:
    codes: list[int] = []
    error = failure_of(lambda: codes.append(run(name)))
    if error is not None:
        logger.critical("consumer crashed", exc_info=error, extra={"consumer": name})
    # Not sys.exit: the child must not run what the parent has planned for its own end.
    os._exit(codes[0] if codes else CRASHED)
