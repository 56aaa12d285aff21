"""The moments between which a killed process leaves work half done, by name, so that a test can kill it right there."""

from collections.abc import Callable
from enum import StrEnum

_listeners: list[Callable[["Mark"], None]] = []


class Mark(StrEnum):
    """A moment in the life of an event."""

    BATCH_COMMITTED = "batch_committed"  # its effect is committed, its offset is not
    DEAD_LETTER_KEPT = "dead_letter_kept"  # the row is written, its transaction is not committed
    FOLLOW_UP_DONE = "follow_up_done"  # the job has run, its transaction is not committed
    RELAY_SENT = "relay_sent"  # the broker has the message, our row does not say so yet
    OFFSETS_COMMITTED = "offsets_committed"


def reached(mark: Mark) -> None:
    """Tell whoever listens that `mark` is reached. Nobody does in production."""
    for listener in _listeners:
        listener(mark)


def listen(listener: Callable[[Mark], None] | None) -> None:
    """Have `listener` called at every mark from now on; None: nobody any more."""
    _listeners[:] = [] if listener is None else [listener]
