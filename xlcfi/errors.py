"""What can go wrong while a request is answered: each error has a code, a status and, where it helps, details.

Raise these anywhere below a view; the kernel turns them into the envelope. docs/errors.md lists them.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class DataError(Exception):
    """An error that a caller may see.

    `message` is for people, `details` for programs, `retry_after` is in whole seconds and becomes `Retry-After`.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"
    http_status: ClassVar[int] = 500
    default_message: ClassVar[str] = "Something went wrong on our side."
    default_retry_after: ClassVar[int | None] = None

    def __init__(
        self,
        message: str | None = None,
        *,
        details: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.message = message or self.default_message
        self.details = details
        self.retry_after = self.default_retry_after if retry_after is None else retry_after
        super().__init__(self.message)


class InvalidInput(DataError):
    """A parameter, header or body is not what it should be. `details["fields"]` says which."""

    code, http_status = "INVALID_INPUT", 400
    default_message = "The request is not valid."


class NotAuthenticated(DataError):
    """Nobody we know: no credential, a bad one, or an anonymous visitor where a user is needed."""

    code, http_status = "UNAUTHENTICATED", 401
    default_message = "This path needs a credential."


class Forbidden(DataError):
    """Somebody we know, who may not do this."""

    code, http_status = "FORBIDDEN", 403
    default_message = "You may not see this."


class NotFound(DataError):
    """No such path, or no such thing."""

    code, http_status = "NOT_FOUND", 404
    default_message = "There is nothing here."


class SourceNotDeployed(DataError):
    """The Java service that owns this table is not part of this platform yet."""

    code, http_status = "SOURCE_NOT_DEPLOYED", 404
    default_message = "The service that knows this is not deployed on this platform yet."


class MethodNotAllowed(DataError):
    """The path exists, the method does not."""

    code, http_status = "METHOD_NOT_ALLOWED", 405
    default_message = "This path does not know this method."


class NotAcceptable(DataError):
    """`Accept` asks for something that this path can't give."""

    code, http_status = "NOT_ACCEPTABLE", 406
    default_message = "This path answers in application/json."


class PayloadTooLarge(DataError):
    """The body is larger than this path takes."""

    code, http_status = "PAYLOAD_TOO_LARGE", 413
    default_message = "The body is too large."


class UnsupportedMediaType(DataError):
    """The body is of a type that this path does not read."""

    code, http_status = "UNSUPPORTED_MEDIA_TYPE", 415
    default_message = "This path does not read bodies of this type."


class TooManyRequests(DataError):
    """One user asks too often."""

    code, http_status = "TOO_MANY_REQUESTS", 429
    default_message = "Too many requests."
    default_retry_after = 60


class InternalError(DataError):
    """A mistake of ours. The log has the rest, under the same trace id."""


class Unavailable(DataError):
    """Something that is needed is away. Ask again after `retry_after` seconds."""

    code, http_status = "UNAVAILABLE", 503
    default_message = "Something this needs is away for the moment."
    default_retry_after = 2


def every_error() -> list[type[DataError]]:
    """Each error class with a code of its own, by status, then code: what docs/errors.md is compared with."""
    found: dict[str, type[DataError]] = {}
    waiting = [DataError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        found.setdefault(kind.code, kind)
    return sorted(found.values(), key=lambda kind: (kind.http_status, kind.code))
