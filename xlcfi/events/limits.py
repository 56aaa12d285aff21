"""The settings of the event loop."""

import msgspec
from django.conf import settings


class Limits(msgspec.Struct, frozen=True):
    """What keeps a consumer within bounds; 0 switches a failure limit off.

    handler_failures: events that our handlers may refuse to apply within `window` seconds; unreadable: events that may
    be wrong in themselves; batch: records in a batch; max_poll_seconds: how long a batch may take before the broker
    gives our partitions to another consumer.
    """

    handler_failures: int
    unreadable: int
    window: int
    batch: int
    max_poll_seconds: int


def limits() -> Limits:
    """The limits that are set."""
    return Limits(
        handler_failures=settings.CONSUMER_FAILURE_LIMIT,
        unreadable=settings.CONSUMER_UNREADABLE_LIMIT,
        window=settings.CONSUMER_FAILURE_WINDOW,
        batch=settings.CONSUMER_BATCH_SIZE,
        max_poll_seconds=settings.CONSUMER_MAX_POLL_SECONDS,
    )
