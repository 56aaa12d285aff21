"""What failed, and what that means: wait and try again, or never."""

import random
import traceback
from collections.abc import Callable

import msgspec
from django.db import InterfaceError, OperationalError

from xlcfi.events.errors import ConsumerStopped, InvalidEvent, RetryLater

# SQLSTATE classes of an OperationalError that waiting does not mend: psycopg2 files "program limit exceeded" (a value
# too large for an index) under it.
_PERMANENT_CLASSES = ("54",)
# Deadlocks and serialization failures are OperationalErrors as well. A primary that has become a standby is not.
_PASSING_CODES = ("25006",)
_STATEMENT_TIMEOUT = "57014"
TRACE_MAX = 8_000
MESSAGE_MAX = 1_000
FIRST_WAIT, LONGEST_WAIT = 0.2, 30.0


class Fault(msgspec.Struct, frozen=True):
    """Why an event can't be applied. ours: a handler failed, as against wrong input."""

    reason: str
    message: str
    field: str = ""
    trace: str = ""
    event_id: str = ""
    ours: bool = False


def failure_of(action: Callable[[], None]) -> Exception | None:
    """Calls `action`; returns what it raised, None if all went well.

    Handlers and jobs are code of the apps: whatever they raise must not end the loop. This is the only place that
    catches everything.
    """
    try:
        action()
    except ConsumerStopped:
        raise
    except Exception as error:  # noqa: BLE001
        return error
    return None


def is_passing(error: BaseException) -> bool:
    """Whether the same can succeed later: the database is away, overloaded or in a deadlock."""
    if isinstance(error, RetryLater):
        return True
    code = str(getattr(error.__cause__, "pgcode", None) or "")
    if isinstance(error, OperationalError | InterfaceError):
        return not code.startswith(_PERMANENT_CLASSES)
    return code in _PASSING_CODES


def is_timeout(error: BaseException) -> bool:
    """Whether PostgreSQL gave a statement up because it took too long."""
    return str(getattr(error.__cause__, "pgcode", None) or "") == _STATEMENT_TIMEOUT


def _storable(text: str, limit: int) -> str:
    # repr() of a bad event can hold what PostgreSQL's text can't: NUL and lone surrogates.
    text = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return text if len(text) <= limit else text[: limit // 2] + " … " + text[-limit // 2 :]


def fault_of(error: Exception) -> Fault:
    """The fault that a permanent `error` shows."""
    if isinstance(error, InvalidEvent):
        return Fault(
            reason=error.code,
            message=_storable(error.message, MESSAGE_MAX),
            field=_storable(error.field, 200),
            event_id=error.event_id,
        )
    return Fault(
        reason="statement_timeout" if is_timeout(error) else type(error).__name__[:64],
        message=_storable(str(error), MESSAGE_MAX),
        trace=_storable("".join(traceback.format_exception(error)), TRACE_MAX),
        ours=True,
    )


def wait_before(attempt: int) -> float:
    """Seconds to wait before try number `attempt` (1, 2, …): doubling, at most 30, spread so that replicas part."""
    longest = min(FIRST_WAIT * 2.0 ** min(attempt - 1, 20), LONGEST_WAIT)
    return longest * random.uniform(0.5, 1.0)
