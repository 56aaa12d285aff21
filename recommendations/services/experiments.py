"""Who gets which variant: by lot, without remembering anybody.

A person's variant follows from a hash of the experiment and the person, so every process and every request agree, and
the lots of two experiments have nothing to do with each other. Which experiments run is read every few seconds.
"""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.transaction import TransactionManagementError

from recommendations.selectors.experiments import PlannedExperiment, planned_experiments
from xlcfi import clock

logger = logging.getLogger(__name__)

# An experiment that is called off goes on for so long, in each process.
KEPT_SECONDS = 5.0


@dataclass(frozen=True)
class Assignment:
    """What a person gets. experiment: its id, 0 where none is running; settings: what the variant changes."""

    experiment: int = 0
    variant: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


NO_EXPERIMENT = Assignment()


def lot_of(*, experiment: int, person: str) -> float:
    """Where in [0, 1) the hash of the experiment and the person lies: evenly, and for each experiment anew."""
    digest = blake2b(f"{experiment}:{person}".encode(), digest_size=8, person=b"xlcfi-experimnt"[:16]).digest()
    return int.from_bytes(digest) / 2**64


def assigned(experiment: PlannedExperiment, *, person: str) -> Assignment:
    """The variant of `person` in `experiment`, by the shares of its variants in the order in which they were made."""
    lot = lot_of(experiment=experiment.id, person=person) * sum(variant.share for variant in experiment.variants)
    reached = 0.0
    for variant in experiment.variants:
        reached += variant.share
        if lot < reached:
            break
    return Assignment(experiment.id, variant.name, variant.settings)


def variant_of(*, surface: str, user_id: int | None, visitor: str | None) -> Assignment:
    """What this person gets on `surface` now. No query (but for one every KEPT_SECONDS in a process), never fails.

    Whoever is neither signed in nor has a session can't get the same one again, and takes no part.
    """
    person = f"user:{user_id}" if user_id else f"visitor:{visitor}" if visitor else ""
    if not person:
        return NO_EXPERIMENT
    experiment = _kept.running(surface=surface, now=clock.now())
    return NO_EXPERIMENT if experiment is None else assigned(experiment, person=person)


def experiments_reread() -> None:
    """Have this process read the experiments again before the next assignment."""
    _kept.forget()


class _KeptExperiments:
    """The experiments that have not ended, as last read. The database away: those stay as they were."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._until = float("-inf")
        self._planned: list[PlannedExperiment] = []

    def running(self, *, surface: str, now: datetime) -> PlannedExperiment | None:
        if time.monotonic() >= self._until:
            self._read()
        for experiment in self._planned:
            if experiment.surface == surface and experiment.starts_at <= now < experiment.ends_at:
                return experiment
        return None

    def forget(self) -> None:
        self._until = float("-inf")

    def _read(self) -> None:
        # Who comes while another reads goes on with what is kept.
        if not self._reading.acquire(blocking=False):
            return
        try:
            self._until = time.monotonic() + KEPT_SECONDS
            self._planned = planned_experiments()
        except (OperationalError, InterfaceError, TransactionManagementError) as away:
            logger.warning("the experiments could not be read: %s", away)
            if not connection.in_atomic_block:
                connection.close()
        finally:
            self._reading.release()


_kept = _KeptExperiments()
