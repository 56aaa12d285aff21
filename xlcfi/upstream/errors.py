"""Why a Java service gave no answer. Each says what happened; whoever asked goes on without it."""

from typing import ClassVar


class UpstreamError(Exception):
    """No answer from a Java service. `outcome` is its name in the metrics."""

    outcome: ClassVar[str] = "error"


class NotConfigured(UpstreamError):
    """The service's URL, or the secret it wants, is not set."""


class Unreachable(UpstreamError):
    """No connection, or one that broke off before the answer was complete. May be tried again."""


class ServerFailed(UpstreamError):
    """It answered 5xx. May be tried again."""


class TimeIsUp(UpstreamError):
    """The time limit ended before the answer. Not tried again: there is no time left."""

    outcome = "timeout"


class BadAnswer(UpstreamError):
    """It answered 200 with something that is not what was asked for: broken JSON, a wrong shape, too much."""


class Rejected(UpstreamError):
    """It answered 3xx or 4xx: the request, the path or the credential does not suit it."""

    outcome = "rejected"

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class BreakerOpen(UpstreamError):
    """Not asked: it failed too often a moment ago."""

    outcome = "open"


class BulkheadFull(UpstreamError):
    """Not asked: as many calls as may be are under way."""

    outcome = "full"
