"""The settings of the event loop."""

import msgspec
from django.conf import settings


class Limits(msgspec.Struct, frozen=True):
    """What keeps a consumer within bounds; 0 switches a failure limit off.

    handler_failures: events that our handlers may refuse to apply within `window` seconds; unreadable: events that may
    be wrong in themselves; batch: records in a batch; max_poll_seconds: how long a batch may take before the broker
    gives our partitions to another consumer.
    """

    handler_failures: int = 50
    unreadable: int = 0
    window: int = 600
    batch: int = 500
    max_poll_seconds: int = 300


def limits() -> Limits:
    """The limits that are set."""
    usual = Limits()
    return Limits(
        handler_failures=getattr(settings, "CONSUMER_FAILURE_LIMIT", usual.handler_failures),
        unreadable=getattr(settings, "CONSUMER_UNREADABLE_LIMIT", usual.unreadable),
        window=getattr(settings, "CONSUMER_FAILURE_WINDOW", usual.window),
        batch=getattr(settings, "CONSUMER_BATCH_SIZE", usual.batch),
        max_poll_seconds=getattr(settings, "CONSUMER_MAX_POLL_SECONDS", usual.max_poll_seconds),
    )
