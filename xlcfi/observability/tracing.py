"""Who asked whom: one trace id from the gateway through us to the Java services and back.

Spring Boot 3 sends W3C `traceparent`, Sleuth sends B3 (`b3` in one header, or `X-B3-*`). We read all, answer and call
on in the forms that came, and begin a trace of our own in W3C where none came or none was well-formed. We record no
spans: what counts is that the logs of both sides carry the same ids.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import NamedTuple

from xlcfi.observability.trace_formats import Form, Incoming, headers_write, incoming_read

HEADER_NAMES = (
    "traceparent",
    "tracestate",
    "b3",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-flags",
)
# The ones that say there is something to read at all.
_BEGINNERS = frozenset({"traceparent", "b3", "x-b3-traceid", "x-b3-sampled", "x-b3-flags"})
_BEGUN_HERE = Incoming(forms=(Form.W3C,))


class TraceContext(NamedTuple):
    """Where in a trace we are. `span_id` is our own span, `incoming` what the caller told."""

    trace_id: str
    span_id: str
    incoming: Incoming

    @property
    def log_trace_id(self) -> str:
        """The trace id with 32 digits: a 64-bit one of B3 is padded with zeros, as Java's logs do."""
        return self.trace_id.zfill(32)

    def headers(self) -> dict[str, str]:
        """The headers that tell this trace, in the forms that came: for the answer, and for calls further on."""
        return headers_write(self.incoming, trace_id=self.trace_id, span_id=self.span_id)


_current: ContextVar[TraceContext | None] = ContextVar("trace", default=None)


def _new_id(bits: int) -> str:
    # random, not secrets: an id must be distinct, not unguessable, and this runs in every request.
    # A forked worker has its own sequence (Python reseeds).
    return f"{random.getrandbits(bits) or 1:0{bits // 4}x}"


def trace_begin(headers: Mapping[str, str]) -> TraceContext:
    """The trace that `headers` (names in lower case) tell of, with a new span of ours; else a new trace."""
    incoming = _BEGUN_HERE
    if not _BEGINNERS.isdisjoint(headers):
        incoming = incoming_read(headers) or _BEGUN_HERE
    return TraceContext(incoming.trace_id or _new_id(128), _new_id(64), incoming)


def trace_from_headers(headers: Mapping[str, str] | Iterable[tuple[str, bytes | str | None]] | None) -> TraceContext:
    """The trace that an event's Kafka headers (or any other headers) tell of; a new one where they tell of none.

    Names in any case, values as text or bytes. What is not ASCII is no trace header.
    """
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    told: dict[str, str] = {}
    for name, value in pairs:
        if name.lower() in HEADER_NAMES and value is not None:
            told[name.lower()] = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    return trace_begin(told)


def current_trace() -> TraceContext | None:
    """The trace of the request or event being handled, None outside of one."""
    return _current.get()


def trace_enter(context: TraceContext) -> Token[TraceContext | None]:
    """Make `context` the current trace; give the token to `trace_leave`. Prefer `trace_scope`."""
    return _current.set(context)


def trace_leave(token: Token[TraceContext | None]) -> None:
    """Go back to the trace that was current before."""
    _current.reset(token)


@contextmanager
def trace_scope(context: TraceContext) -> Iterator[TraceContext]:
    """Make `context` the current trace inside the block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def outgoing_headers() -> dict[str, str]:
    """The headers for a call to a Java service, in the forms in which the trace came; none outside of a trace.

    A thread pool doesn't inherit the trace: run its work in `contextvars.copy_context()`, or call this before.
    """
    context = _current.get()
    return context.headers() if context is not None else {}
