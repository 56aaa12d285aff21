"""Writing down what was served, without making anybody wait for it.

A request only appends to a buffer in its process. A thread of the process writes what has gathered, twice a second or
when there is much, and once more when the process ends. While the database is away batches go to a list in Redis, which
a periodic job empties; while Redis is away too they wait in the buffer, which is bounded. What does not fit is counted.
"""

import atexit
import logging
import os
import secrets
import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2s

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from recommendations.models.exposures import NAME_MAX, REQUEST_ID_MAX
from recommendations.services.experiments import Assignment
from recommendations.services.exposures_writing import Served, exposures_write, spill_put
from xlcfi import clock
from xlcfi.cache.redis import RedisAway
from xlcfi.events.failures import failure_of
from xlcfi.observability.metrics import EXPOSURES

logger = logging.getLogger(__name__)

# About 40 MB and, at a thousand answers a second, twenty seconds with neither database nor Redis.
HELD_MOST = 20_000
BATCH = 1_000


class ExposureBuffer:
    """What waits to be written in this process. `add` takes no lock and never waits."""

    def __init__(self, *, held_most: int = HELD_MOST) -> None:
        self._waiting: deque[Served] = deque()
        self._held_most = held_most
        self._enough = threading.Event()
        self._flushing = threading.Lock()
        self._thread_of = 0

    def add(self, served: Served) -> None:
        """Keep `served` until it is written; count it as dropped where the buffer is full."""
        if len(self._waiting) >= self._held_most:
            EXPOSURES.labels(outcome="dropped").inc()
            return
        self._waiting.append(served)
        if settings.EXPOSURE_FLUSH_SECONDS:
            # A fork has no threads: each process starts its own with its first answer.
            if self._thread_of != os.getpid():
                self._start()
            if len(self._waiting) >= BATCH:
                self._enough.set()

    def flush(self) -> int:
        """Write all that waits, or put it into Redis. Returns how many were taken off; the others wait on."""
        taken = 0
        with self._flushing:
            while batch := [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]:
                if not _put_away(batch):
                    self._waiting.extendleft(reversed(batch))
                    break
                taken += len(batch)
        return taken

    def _flush_all(self) -> None:
        self.flush()

    def clear(self) -> None:
        """Forget all that waits."""
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)

    def _start(self) -> None:
        with self._flushing:
            if self._thread_of == os.getpid():
                return
            self._thread_of = os.getpid()
        self._enough = threading.Event()
        threading.Thread(target=self._run, name="exposures", daemon=True).start()
        atexit.register(self._end)

    def _run(self) -> None:
        while True:
            self._enough.wait(settings.EXPOSURE_FLUSH_SECONDS)
            self._enough.clear()
            # The thread must live: the next batch can be a good one.
            if (error := failure_of(self._flush_all)) is not None:
                logger.error("exposures could not be written", exc_info=error)

    def _end(self) -> None:
        if self._thread_of == os.getpid():
            self.flush()
            if left := len(self._waiting):
                EXPOSURES.labels(outcome="dropped").inc(left)
                logger.warning("%s exposures were lost: database and Redis are away", left)


_buffer = ExposureBuffer()


def request_id_new() -> str:
    """A request id: 32 hex digits, the first twelve of them the moment in milliseconds, the others chance.

    By its moment feedback that overtakes its exposure is told from feedback to something that never was.
    """
    return f"{int(clock.now().timestamp() * 1000):012x}{secrets.token_hex(10)}"


def visitor_digest(visitor: str) -> str:
    """What is kept of a visitor's session: enough to know it again, not to use it."""
    return blake2s(visitor.encode(), key=settings.SECRET_KEY.encode()[:32], digest_size=12).hexdigest()


def exposures_record(
    *,
    request_id: str,
    surface: str,
    algorithm: str,
    variant: Assignment | str,
    user_id: int | None,
    visitor: str | None,
    product_ids: Sequence[int],
    moment: datetime,
    model_version: str = "",
) -> None:
    """Note that `product_ids` were served in this order. Costs microseconds, waits for nothing, never fails.

    variant: what the person was assigned (a bare name belongs to no experiment). user_id: who it was for, None for a
    visitor, whom `visitor` (a session) tells apart; an answer for nobody known is a person of its own. An empty answer
    shows nothing and is not noted.
    """
    if not product_ids:
        return
    experiment, name = (variant.experiment, variant.variant) if isinstance(variant, Assignment) else (0, variant)
    _buffer.add(
        Served(
            request_id=request_id[:REQUEST_ID_MAX],
            moment=moment,
            surface=surface,
            algorithm=algorithm[:NAME_MAX],
            model_version=model_version[:NAME_MAX],
            experiment_id=experiment,
            variant=name[:NAME_MAX],
            user_id=user_id or 0,
            visitor="" if user_id else visitor_digest(visitor) if visitor else f"?{request_id[:31]}",
            product_ids=tuple(product_ids),
        )
    )


def exposures_flush() -> int:
    """Write what this process has noted so far, now. Returns how many."""
    return _buffer.flush()


def exposures_clear() -> None:
    """Forget what this process has noted and not written."""
    _buffer.clear()


def _put_away(batch: Sequence[Served]) -> bool:
    """Whether `batch` is in the database or in Redis now (or beyond both, and counted)."""
    try:
        exposures_write(batch)
        return True
    except (OperationalError, InterfaceError) as away:
        connection.close()
        logger.warning("%s exposures go to Redis: %s", len(batch), away)
    try:
        spill_put(batch)
        return True
    except RedisAway:
        return False
