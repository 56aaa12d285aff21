"""Which model serves in this process. Looked up when somebody asks; swapped when another version serves.

serving("recommendations")                    # its arrays
serving_as("recommendations", decode_engine)  # what `decode_engine(loaded)` made of them, once for each version
"""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from threading import Lock, RLock
from typing import Any, TypeVar, cast

from django.db import Error as DatabaseFault
from django.db import connection, transaction

from xlcfi.artifacts.errors import Damaged
from xlcfi.artifacts.loading import version_load
from xlcfi.artifacts.models import ModelVersion
from xlcfi.artifacts.selectors import fallback_ids, serving_id
from xlcfi.artifacts.subjects import Loaded
from xlcfi.artifacts.versions import damage_note
from xlcfi.events.failures import failure_of
from xlcfi.observability.metrics import MODEL_DAMAGED, MODEL_VERSION

logger = logging.getLogger(__name__)

T = TypeVar("T")
LOOK_EVERY_SECONDS = 2.0
# The database costs whoever looks two seconds while it is away.
AWAY_SECONDS = 10.0
# A version that could not be used may have been mended, or the fault may have been this machine's.
RETRY_SECONDS = 60.0
# How long the first callers of a process wait for the one that loads.
FIRST_LOAD_SECONDS = 10.0


def serving(name: str) -> Loaded | None:
    """The model `name` as it serves now; None where there is none, or none that is whole.

    Asks the database every LOOK_EVERY_SECONDS at most; while that is away, and while a newer version can't be used, the
    one that was loaded goes on serving. Where none was loaded yet, the newest whole one that served before does.
    """
    held = _slot(name).held()
    return None if held is None else held.loaded


def serving_as(name: str, decode: Callable[[Loaded], T]) -> T | None:
    """`decode` of the model that serves, made once for each version and process.

    decode: a function of a module. While it works on a newer version, other threads have what it made of the one
    before. Where it raises, that version counts as damaged for this process. It reads `loaded` only, no database.
    """
    return cast("T | None", _slot(name).decoded(decode))


def serving_forget(name: str | None = None) -> None:
    """Let go of what was loaded (of `name`, or of all), so that the next call looks."""
    with _slots_lock:
        for each in [name] if name is not None else list(_slots):
            _slots.pop(each, None)


class _Held:
    """A loaded version, and what was made of it."""

    def __init__(self, version_id: int, loaded: Loaded) -> None:
        self.version_id = version_id
        self.loaded = loaded
        self.made: dict[Any, Any] = {}


class _Slot:
    """What serves under one name. `_current` is replaced as a whole: readers need no lock."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = RLock()
        self._look_at = 0.0
        self._looked = False
        self._current: _Held | None = None
        self._before: _Held | None = None  # until everything was made of the current one that was made of it
        self._refused: dict[int, float] = {}

    def held(self) -> _Held | None:
        if time.monotonic() >= self._look_at and self._lock.acquire(timeout=0 if self._looked else FIRST_LOAD_SECONDS):
            try:
                if time.monotonic() >= self._look_at:
                    self._look()
            finally:
                self._lock.release()
        return self._current

    def decoded(self, decode: Callable[[Loaded], Any]) -> Any:
        while (held := self.held()) is not None:
            if decode in held.made:
                return held.made[decode]
            before = self._before
            old = before.made if before is not None else {}
            if not self._lock.acquire(blocking=decode not in old):
                return old[decode]
            try:
                if self._current is held and decode not in held.made:
                    self._make(held, decode)
            finally:
                self._lock.release()
        return None

    # --- With the lock held

    def _look(self) -> None:
        try:
            with _savepoint():
                self._swap()
            self._look_at = time.monotonic() + LOOK_EVERY_SECONDS
        except DatabaseFault as error:
            logger.warning("models can't be looked up", extra={"model": self._name, "error": str(error)})
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            self._look_at = time.monotonic() + AWAY_SECONDS
        self._looked = True

    def _swap(self) -> None:
        wanted = serving_id(name=self._name)
        if wanted is None:
            self._take(None)
        elif self._current is None or self._current.version_id != wanted:
            if (found := self._load(wanted)) is not None:
                self._take(found)
            elif self._current is None:
                self._take(self._fallback())

    def _load(self, version_id: int) -> _Held | None:
        """The version; None where it can't be used, or could not a moment ago."""
        if time.monotonic() < self._refused.get(version_id, 0.0):
            return None
        row = ModelVersion.objects.filter(pk=version_id).first()
        if row is None:
            return None
        try:
            held = _Held(version_id, version_load(row))
        except Damaged as error:
            self._refuse(version_id, row.version, error)
            return None
        self._refused.pop(version_id, None)
        if row.damage:
            damage_note(version_id=version_id, damage="")
        return held

    def _fallback(self) -> _Held | None:
        for version_id in fallback_ids(name=self._name):
            if (held := self._load(version_id)) is not None:
                return held
        return None

    def _take(self, held: _Held | None) -> None:
        if held is self._current:
            return
        # What the next one replaces is shown until it is made anew; of two unfinished ones the older is whole.
        if self._current is not None and self._current.made:
            self._before = self._current
        if held is None:
            self._before = None
        self._current = held
        MODEL_VERSION.labels(name=self._name).set(held.loaded.version if held else 0)
        told = {"model": self._name, "version": held.loaded.version if held else None}
        logger.info("a model serves" if held else "no model serves", extra=told)

    def _make(self, held: _Held, decode: Callable[[Loaded], Any]) -> None:
        made: list[Any] = []
        error = failure_of(lambda: made.append(decode(held.loaded)))
        if error is None:
            held.made[decode] = made[0]
            if self._before is not None and self._before.made.keys() <= held.made.keys():
                self._before = None
            return
        found = self._before
        try:
            with _savepoint():
                self._refuse(held.version_id, held.loaded.version, error)
                found = found or self._fallback()
        except DatabaseFault as fault:
            logger.warning("models can't be looked up", extra={"model": self._name, "error": str(fault)})
        self._take(found)
        self._before = None

    def _refuse(self, version_id: int, version: int, error: Exception) -> None:
        """Leaves a version alone for a while, and says so to the log, the metrics and the admin."""
        self._refused[version_id] = time.monotonic() + RETRY_SECONDS
        MODEL_DAMAGED.labels(name=self._name).inc()
        text = str(error) if isinstance(error, Damaged) else f"{type(error).__name__}: {error}"
        logger.error(
            "a model can't be used; the last good one goes on",
            exc_info=None if isinstance(error, Damaged) else error,
            extra={"model": self._name, "version": version, "error": text},
        )
        damage_note(version_id=version_id, damage=text)


_slots: dict[str, _Slot] = {}
_slots_lock = Lock()


def _slot(name: str) -> _Slot:
    slot = _slots.get(name)
    if slot is None:
        with _slots_lock:
            slot = _slots.setdefault(name, _Slot(name))
    return slot


def _savepoint() -> AbstractContextManager[Any]:
    """Inside somebody's transaction, a fault of ours must leave it whole; outside, one statement is enough."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()
