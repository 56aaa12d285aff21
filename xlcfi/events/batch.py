"""What a handler gets: some events, and a way to ask for work after the commit."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from xlcfi.events.payloads import Event

E = TypeVar("E", bound=Event)


class QueuedJob(msgspec.Struct, frozen=True):
    """Work to do after the commit. args_json: the job's keyword arguments as a JSON object, in one spelling only."""

    job: str
    args_json: str


class Batch(Generic[E]):
    """Events that are valid, new to the group, and in the order of their partitions.

    The handler that gets it runs inside the transaction of the batch: it never commits and never catches.
    """

    def __init__(self, events: Sequence[E]) -> None:
        self.events = events
        self.queued: dict[QueuedJob, None] = {}

    def __len__(self) -> int:
        return len(self.events)

    @property
    def user_ids(self) -> list[int]:
        """The users of the events, each once, ascending."""
        return sorted({user for event in self.events if (user := getattr(event, "user_id", None)) is not None})

    def queue(self, job: Callable[..., None], **args: Any) -> None:
        """Have `job` (a function with @job) called with `args` after the commit, at least once.

        The request is a row in the batch's transaction. Asking twice for the same is asking once. `args` must be
        JSON: numbers, texts, lists, dicts (a set becomes a sorted list).
        """
        name = getattr(job, "job_name", None)
        if name is None:
            raise TypeError(f"{job!r} is not a @job")
        args_json = msgspec.json.encode(args, order="sorted").decode()
        self.queued[QueuedJob(name, args_json)] = None
