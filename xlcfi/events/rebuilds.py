"""The steps of `manage.py rebuild`: what each app's jobs.py can make again from the platform's tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
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
_under_way: frozenset[str] = frozenset()


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


def rebuild_run(steps: Sequence[RebuildStep], *, at_once: int, run: Callable[[RebuildStep], int]) -> int:
    """Call `run` for each of `steps`, up to `at_once` at a time, none before those it builds on. Returns the sum.

    More than one at a time run in threads with connections of their own. Raises what a step raises; those that run
    beside it come to their end first, the others are left out.
    """
    global _under_way
    _under_way = frozenset(step.name for step in steps)
    try:
        return sum(run(step) for step in steps) if at_once == 1 else _run_beside(steps, at_once, run)
    finally:
        _under_way = frozenset()


def rebuild_includes(*names: str) -> bool:
    """Whether this process is rebuilding and all of the steps `names` are part of it.

    A step need not tell those what it changes: they look at everything. What they tell of is right when they are done.
    """
    return _under_way.issuperset(names)


def _run_beside(steps: Sequence[RebuildStep], at_once: int, run: Callable[[RebuildStep], int]) -> int:

    def threaded(step: RebuildStep) -> int:
        try:
            return run(step)
        finally:
            connection.close()

    wanted = {step.name: step for step in steps}
    # Of all steps: what builds on a step that is left out still comes after those on which that one builds.
    order = TopologicalSorter({step.name: sorted(set(step.after) & _steps.keys()) for step in _steps.values()})
    order.prepare()
    changed, running, ready = 0, dict[Future[int], str](), list[str]()
    with ThreadPoolExecutor(at_once, thread_name_prefix="rebuild") as pool:
        try:
            while order.is_active():
                for name in order.get_ready():
                    if name in wanted:
                        ready.append(name)
                    else:
                        order.done(name)
                # First of all that for which most others wait: the longest chain decides when all is done.
                ready.sort(key=lambda name: -len(_building_on(name)))
                while ready and len(running) < at_once:
                    name = ready.pop(0)
                    running[pool.submit(threaded, wanted[name])] = name
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    changed += done.result()
                    order.done(running.pop(done))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return changed


def _building_on(name: str) -> set[str]:
    """The steps that build on `name`, also through others."""
    found: set[str] = set()
    left = [name]
    while left:
        before = left.pop()
        new = {step.name for step in _steps.values() if before in step.after} - found
        found |= new
        left += new
    return found


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
