"""The one shape of every answer: {success, data, error, timestamp}."""

from typing import Any

from xlcfi import clock
from xlcfi.errors import DataError


def success_envelope(data: Any) -> dict[str, Any]:
    """The body of an answer that carries `data`."""
    return {"success": True, "data": data, "error": None, "timestamp": _timestamp()}


def failure_envelope(error: DataError) -> dict[str, Any]:
    """The body of an answer that says what went wrong."""
    return {
        "success": False,
        "data": None,
        "error": {"code": error.code, "message": error.message, "details": error.details},
        "timestamp": _timestamp(),
    }


def failure_headers(error: DataError) -> dict[str, str]:
    """The headers that go with `error`: when to come back, and how to say who one is."""
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.http_status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="xlcfi"'
    return headers


def _timestamp() -> str:
    return clock.now().isoformat(timespec="milliseconds")
