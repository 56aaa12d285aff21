"""Around every request: its trace, its metrics, its access line. The outermost middleware."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.http.request import QueryDict

from xlcfi.observability.active_users import active_users
from xlcfi.observability.metrics import REQUEST_SECONDS, REQUESTS
from xlcfi.observability.redaction import value_without_secrets
from xlcfi.observability.tracing import HEADER_NAMES, trace_begin, trace_enter, trace_leave
from xlcfi.observability.user_context import request_enter, request_leave, user_of
from xlcfi.observability.views import VIEWS

UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_TRACE_HEADERS = tuple((f"HTTP_{name.upper().replace('-', '_')}", name) for name in HEADER_NAMES)
_MACHINE_VIEWS = {f"/{path}": view for path, view in VIEWS.items()}
_access = logging.getLogger("xlcfi.access")


class RequestMiddleware:
    """Put it first in MIDDLEWARE.

    The paths for machines (/health…, /metrics) are answered here, before every other middleware: an orchestrator calls
    them by the container's address, which ALLOWED_HOSTS can't name, and without TLS.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        # Finding a child of a metric costs more than counting; there are few, since every label is bounded.
        self._counters: dict[tuple[str, str, int], Any] = {}
        self._timers: dict[tuple[str, str], Any] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        meta = request.META
        trace = trace_begin({name: meta[key] for key, name in _TRACE_HEADERS if key in meta})
        trace_token, request_token = trace_enter(trace), request_enter(request)
        machine_view = _MACHINE_VIEWS.get(request.path_info)
        status = 500
        try:
            response = machine_view(request) if machine_view else self._get_response(request)
            status = response.status_code
            headers = response.headers
            for name, value in trace.headers().items():
                headers[name] = value
            headers["X-Trace-Id"] = trace.log_trace_id
            # Django would log a second line for a refusal, and without the trace, which has ended by then. A fault of
            # ours has been logged where it was caught.
            response._has_been_logged = True  # type: ignore[attr-defined]
            return response
        finally:
            try:
                self._record(request, status, time.perf_counter() - started, by_machine=machine_view is not None)
            finally:
                # The server's threads serve one request after the other: the next one must not find this one's names.
                request_leave(request_token)
                trace_leave(trace_token)

    def _record(self, request: HttpRequest, status: int, seconds: float, *, by_machine: bool) -> None:
        user_id = user_of(request)
        if user_id is not None:
            active_users.note(user_id)
        method = request.method if request.method in METHODS else "other"
        if by_machine:
            endpoint = request.path_info
        else:
            match = request.resolver_match
            endpoint = f"/{match.route}" if match is not None else UNMATCHED
        self._count(str(method), endpoint, status, seconds)
        level = logging.DEBUG if by_machine and status < 500 else logging.INFO if status < 500 else logging.WARNING
        if _access.isEnabledFor(level):
            self._write(request, level, endpoint, status, round(seconds * 1000, 2))

    def _count(self, method: str, endpoint: str, status: int, seconds: float) -> None:
        counter = self._counters.get((method, endpoint, status))
        if counter is None:
            counter = self._counters[method, endpoint, status] = REQUESTS.labels(method, endpoint, str(status))
        counter.inc()
        timer = self._timers.get((method, endpoint))
        if timer is None:
            timer = self._timers[method, endpoint] = REQUEST_SECONDS.labels(method, endpoint)
        timer.observe(seconds)

    @staticmethod
    def _write(request: HttpRequest, level: int, endpoint: str, status: int, milliseconds: float) -> None:
        extra: dict[str, object] = {
            "method": request.method,
            "path": request.path,
            "status": status,
            "ms": milliseconds,
            "endpoint": endpoint,
        }
        query = request.META.get("QUERY_STRING")
        if query:
            extra["query"] = _query_without_secrets(query)
        _access.log(level, "%s %s %d", request.method, request.path, status, extra=extra)


def _query_without_secrets(query: str) -> dict[str, object]:
    """The parameters by name, one value or a list; at most 20 of them, and no secret among them."""
    # WSGI hands bytes over as Latin-1. Cut, or Django would refuse to read very many parameters.
    parameters = QueryDict(query[:900].encode("latin-1", "replace"))
    return {
        name: value_without_secrets(name, values[0] if len(values) == 1 else values)
        for name, values in list(parameters.lists())[:20]
    }
