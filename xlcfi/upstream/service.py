"""A call to a Java service: bulkhead, then retries, each attempt seen by the breaker, all within one time limit."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from django.conf import settings

from xlcfi.cache.json_codec import BadJson, json_decode, json_encode
from xlcfi.observability.metrics import BREAKER_STATE, UPSTREAM_CALLS, UPSTREAM_SECONDS
from xlcfi.observability.tracing import outgoing_headers
from xlcfi.upstream.breaker import CircuitBreaker, State
from xlcfi.upstream.bulkhead import Bulkhead
from xlcfi.upstream.credentials import TokenKeeper
from xlcfi.upstream.deadline import Deadline
from xlcfi.upstream.errors import BadAnswer, NotConfigured, Rejected, ServerFailed, Unreachable, UpstreamError
from xlcfi.upstream.retry import retried
from xlcfi.upstream.transport import Transport

T = TypeVar("T")
logger = logging.getLogger(__name__)

CALLS_AT_ONCE = 10
THREADS_KEPT_FREE = 2
"""Of a web process. A request that waits for a thread can't see how long Java hangs: with all threads in calls it would
wait through one call in the queue and then make its own."""
RETRIED = (Unreachable, ServerFailed)


class _Request(NamedTuple):
    """What every attempt of a call sends."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None


class JavaService:
    """One Java service at `base_url`, called `name` in metrics. Thread-safe; for one process."""

    def __init__(self, name: str, base_url: str, *, breaker: CircuitBreaker | None = None) -> None:
        self.name = name
        self.breaker = breaker or CircuitBreaker(on_change=self._breaker_changed)
        self.bulkhead = Bulkhead(min(CALLS_AT_ONCE, max(1, settings.WEB_THREADS - THREADS_KEPT_FREE)))
        self.tokens = TokenKeeper()
        self.transport = Transport(base_url, connections=CALLS_AT_ONCE)

    def call(
        self,
        method: str,
        path: str,
        *,
        read: Callable[[Any], T],
        headers: Mapping[str, str],
        payload: Any = None,
        on_404: Callable[[], T] | None = None,
        deadline: Deadline | None = None,
    ) -> T:
        """What `read` makes of the JSON that the service answers. Raises UpstreamError.

        `read` raises BadAnswer for a shape that it does not know; that counts against the service like any failure.
        Where a 404 is a normal answer, `on_404` gives what it means.
        """
        begun = time.monotonic()
        deadline = deadline or call_deadline()
        request = _request(method, path, headers, payload)
        outcome = UpstreamError.outcome
        try:
            with self.bulkhead.place():
                answer = retried(
                    lambda: self._attempt(request, read, on_404, deadline),
                    on=RETRIED,
                    deadline=deadline,
                )
            outcome = "ok"
            return answer
        except UpstreamError as error:
            outcome = error.outcome
            raise
        finally:
            UPSTREAM_CALLS.labels(self.name, outcome).inc()
            if outcome not in ("open", "full"):
                UPSTREAM_SECONDS.labels(self.name).observe(time.monotonic() - begun)

    def _attempt(
        self, request: _Request, read: Callable[[Any], T], on_404: Callable[[], T] | None, deadline: Deadline
    ) -> T:
        with self.breaker.watching():
            answer = self.transport.exchange(
                request.method, request.path, headers=request.headers, body=request.body, deadline=deadline
            )
            if answer.status == 404 and on_404 is not None:
                return on_404()
            if answer.status >= 500:
                raise ServerFailed(f"{self.name} answered {answer.status}")
            if not 200 <= answer.status < 300:
                if answer.status == 401:
                    self.tokens.forget()
                raise Rejected(f"{self.name} answered {answer.status}", status=answer.status)
            try:
                return read(json_decode(answer.body))
            except BadJson as error:
                raise BadAnswer(f"{self.name} answered broken JSON: {error}") from error

    def _breaker_changed(self, state: State) -> None:
        BREAKER_STATE.labels(self.name).set(state)
        (logger.warning if state is State.OPEN else logger.info)("breaker of %s: %s", self.name, state.name)


def _request(method: str, path: str, headers: Mapping[str, str], payload: Any) -> _Request:
    sent = {**outgoing_headers(), **headers}
    if payload is None:
        return _Request(method, path, sent, None)
    return _Request(method, path, {**sent, "Content-Type": "application/json"}, json_encode(payload))


def call_deadline() -> Deadline:
    """The time limit of one call that begins now: JAVA_CALL_BUDGET_MS, retries and all.

    Java's own callers wait 5 s; every answer of ours comes within 2 s, whatever hangs behind it.
    """
    return Deadline(settings.JAVA_CALL_BUDGET_MS / 1000)


def java_service(name: str, base_url: str) -> JavaService:
    """This process's client of the service `name` at `base_url`. Raises NotConfigured when the URL is empty."""
    if not base_url:
        raise NotConfigured(f"the URL of {name} is not set")
    where = (os.getpid(), name, base_url)
    service = _services.get(where)
    if service is None:
        service = _services.setdefault(where, JavaService(name, base_url))
    return service


_services: dict[tuple[int, str, str], JavaService] = {}
