"""Whose request is being handled."""

from contextvars import ContextVar, Token

_current: ContextVar[object] = ContextVar("request", default=None)


def current_user() -> int | None:
    """The gateway user of the request being handled; None if there is none, or before authentication."""
    return user_of(_current.get())


def user_of(request: object) -> int | None:
    """The user id of `request.caller`, which authentication sets; None for a service, a visitor, or no request."""
    caller = getattr(request, "caller", None)
    user_id: int | None = getattr(caller, "user_id", None)
    return user_id


def request_enter(request: object) -> Token[object]:
    """Begin to handle `request`; give the token to `request_leave`."""
    return _current.set(request)


def request_leave(token: Token[object]) -> None:
    """End what `request_enter` began."""
    _current.reset(token)
