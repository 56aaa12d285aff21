"""The steps of `manage.py rebuild`: what each app's jobs.py can make again from the platform's tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from graphlib import CycleError, TopologicalSorter
from typing import Protocol, TypeVar

import msgspec
from django.db import connection

# Called with (done, of): how much of a step is done, in units of the step's own.
Progress = Callable[[int, int], None]
# One number for all who might rebuild; PostgreSQL's advisory locks have no names.
_LOCK = 0x2EB0_11D


class RebuildReport(msgspec.Struct, frozen=True):
    """What a step found. checked: rows compared; changed: rows that were wrong and are mended (or would be)."""

    checked: int
    changed: int


class RebuildRunning(Exception):
    """Another process rebuilds at this moment."""


class Rebuild(Protocol):
    """A step: compares, and mends if `apply`."""

    def __call__(self, *, apply: bool, progress: Progress) -> RebuildReport: ...


class RebuildStep(msgspec.Struct, frozen=True):
    """A step and the names of those that must have run before it."""

    name: str
    after: tuple[str, ...]
    run: Rebuild


R = TypeVar("R", bound=Rebuild)
_steps: dict[str, RebuildStep] = {}


def rebuild_step(*, name: str, after: Sequence[str] = ()) -> Callable[[R], R]:
    """Registers a function `step(*, apply, progress) -> RebuildReport` as the step `name` of a rebuild."""

    def register(step: R) -> R:
        if name in _steps and _steps[name].run is not step:
            raise TypeError(f"two rebuild steps are called {name}")
        _steps[name] = RebuildStep(name, tuple(after), step)
        return step

    return register


def rebuild_steps(names: Iterable[str] = ()) -> list[RebuildStep]:
    """The steps `names` (all if none is given), each after those it builds on; steps not named are not added.

    Raises LookupError for a name that nobody registered, ValueError where steps wait for each other in a circle.
    """
    wanted = set(names) or set(_steps)
    if unknown := sorted(wanted - _steps.keys()):
        raise LookupError(", ".join(unknown))
    graph = {name: sorted(set(_steps[name].after) & _steps.keys()) for name in sorted(_steps)}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ValueError(f"rebuild steps wait for each other: {error.args[1]}") from error
    return [_steps[name] for name in order if name in wanted]


def rebuild_step_names() -> list[str]:
    """The names of all steps, sorted."""
    return sorted(_steps)


@contextmanager
def single_rebuild() -> Iterator[None]:
    """Holds the right to rebuild. Raises RebuildRunning where another process has it.

    The lock belongs to the connection: it ends with it, even when the process is killed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise RebuildRunning
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
