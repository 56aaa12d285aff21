"""Who handles what: filled by the decorators in the apps' consumers.py and jobs.py."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, overload

import msgspec
from django.utils.module_loading import autodiscover_modules

from xlcfi.events.batch import Batch
from xlcfi.events.topics import Topic, kafka_topics

Handle = Callable[[Batch[Any]], None]
H = TypeVar("H", bound=Handle)
J = TypeVar("J", bound=Callable[..., None])
P = TypeVar("P", bound=Callable[[], None])

GROUP_SUFFIX = "-group"


class Handler(msgspec.Struct, frozen=True):
    """A function and the kinds of events it wants."""

    handle: Handle
    kinds: frozenset[Topic]


class Group(msgspec.Struct, frozen=True):
    """A consumer group. name: as Kafka knows it."""

    name: str
    handlers: tuple[Handler, ...]

    @property
    def short_name(self) -> str:
        """The name that people type: without `-group`."""
        return self.name.removesuffix(GROUP_SUFFIX)

    @property
    def kinds(self) -> frozenset[Topic]:
        """Every kind of event that one of the handlers wants."""
        return frozenset().union(*(handler.kinds for handler in self.handlers))

    @property
    def kafka_topics(self) -> frozenset[str]:
        """Every topic in which one of those can arrive."""
        return kafka_topics(self.kinds)


class PeriodicJob(msgspec.Struct, frozen=True):
    """A function that is called every so often, by one process at a time. seconds: from start to start."""

    name: str
    seconds: float
    run: Callable[[], None]


_handlers: dict[str, list[Handler]] = {}
_jobs: dict[str, Callable[..., None]] = {}
_periodic: dict[str, PeriodicJob] = {}


def consumer(*, group: str, topics: Sequence[Topic]) -> Callable[[H], H]:
    """Registers a function of a batch as a handler of `group` for events of the kinds `topics`.

    Several functions can serve one group: they are called one after the other in one transaction.
    """
    if not group.endswith(GROUP_SUFFIX) or not topics or not all(isinstance(topic, Topic) for topic in topics):
        raise TypeError(f"a consumer needs a group that ends with {GROUP_SUFFIX!r} and at least one Topic")

    def register(handle: H) -> H:
        _handlers.setdefault(group, []).append(Handler(handle, frozenset(topics)))
        return handle

    return register


def _name_of(function: Callable[..., None]) -> str:
    # Rows in the queue hold this name: it must not change when a function moves to another file of its app.
    return f"{function.__module__.partition('.')[0]}.{function.__name__}"


@overload
def job(function: J, /) -> J: ...
@overload
def job(*, name: str = "", merge: str = "") -> Callable[[J], J]: ...
def job(function: J | None = None, /, *, name: str = "", merge: str = "") -> J | Callable[[J], J]:
    """Registers a function as a follow-up job (`Batch.queue`), by default under the name `app.function`.

    It is called with the JSON arguments that were queued, in a transaction of its own, at least once.
    merge: its only argument, a list; what several requests ask for is then done at once, each element once.
    """

    def register(function: J) -> J:
        job_name = name or _name_of(function)
        if _jobs.setdefault(job_name, function) is not function:
            raise TypeError(f"two jobs are called {job_name}")
        function.job_name = job_name  # type: ignore[attr-defined]
        function.merge = merge  # type: ignore[attr-defined]
        return function

    return register if function is None else register(function)


def periodic(*, seconds: float) -> Callable[[P], P]:
    """Registers a function without arguments to be called every `seconds` by whichever consumer is free.

    It runs in a transaction of its own; of all processes only one runs it at a time.
    """
    if seconds <= 0:
        raise TypeError("a periodic job needs a positive number of seconds")

    def register(function: P) -> P:
        name = _name_of(function)
        if name in _periodic and _periodic[name].run is not function:
            raise TypeError(f"two periodic jobs are called {name}")
        _periodic[name] = PeriodicJob(name, seconds, function)
        return function

    return register


def discover() -> None:
    """Import consumers.py and jobs.py of every installed app. Calling it again does nothing."""
    autodiscover_modules("consumers", "jobs")


def groups() -> dict[str, Group]:
    """All consumer groups by their short name, sorted."""
    found = (Group(name, tuple(handlers)) for name, handlers in sorted(_handlers.items()))
    return {group.short_name: group for group in found}


def job_named(name: str) -> Callable[..., None] | None:
    """The job registered as `name`; None when no app of this release knows it."""
    return _jobs.get(name)


def periodic_jobs() -> Iterable[PeriodicJob]:
    """All periodic jobs."""
    return tuple(_periodic.values())
