"""The three spellings of a trace in headers: W3C trace context, B3 in one header, B3 in several."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple


class Form(Enum):
    """A spelling."""

    W3C = "traceparent"
    B3_SINGLE = "b3"
    B3_MULTI = "x-b3"


class Incoming(NamedTuple):
    """What the caller told. `trace_id` None: nothing, or (B3 allows it) only whether to sample.

    `sampled` None: the caller left the decision open, which only B3 can say.
    """

    forms: tuple[Form, ...]
    trace_id: str | None = None
    span_id: str | None = None
    sampled: bool | None = False
    debug: bool = False
    random_id: bool = False
    state: str | None = None


_W3C = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
_STATE_MEMBER = r"[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}"
_STATE = re.compile(rf"[ \t]*(?:{_STATE_MEMBER})?[ \t]*(?:,[ \t]*(?:{_STATE_MEMBER})?[ \t]*)*")
_B3_TRACE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{16}")
_B3_SPAN = re.compile(r"[0-9a-f]{16}")
_B3_SAMPLED = {"1": True, "0": False, "true": True, "false": False, "d": True}
_SAMPLED_FLAG, _RANDOM_FLAG = 0x01, 0x02
_MAX_STATE = 512


def incoming_read(headers: Mapping[str, str]) -> Incoming | None:
    """What `headers` (names in lower case) tell; None if nothing in them is well-formed.

    Where several forms came, the ids are those of the first well-formed one in the order W3C, b3, X-B3, and `forms`
    holds all that were well-formed, so that each reader further on finds the one it knows.
    """
    found = [told for told in (_read_w3c(headers), _read_b3(headers), _read_b3_multi(headers)) if told is not None]
    if not found:
        return None
    first = next((told for told in found if told.trace_id is not None), found[0])
    return first if len(found) == 1 else first._replace(forms=tuple(form for told in found for form in told.forms))


def _read_w3c(headers: Mapping[str, str]) -> Incoming | None:
    text = headers.get("traceparent")
    match = _W3C.fullmatch(text.strip(" \t")) if text else None
    if match is None:
        return None
    version, trace_id, span_id, flags, rest = match.groups()
    # A later version may say more after the part we know; version 00 may not, and ff is forbidden.
    if version == "ff" or (version == "00" and rest) or not int(trace_id, 16) or not int(span_id, 16):
        return None
    bits = int(flags, 16)
    return Incoming(
        forms=(Form.W3C,),
        trace_id=trace_id,
        span_id=span_id,
        sampled=bool(bits & _SAMPLED_FLAG),
        random_id=bool(bits & _RANDOM_FLAG),
        state=_read_state(headers.get("tracestate")),
    )


def _read_state(state: str | None) -> str | None:
    # Broken vendor data is dropped; the trace itself goes on.
    if not state or len(state) > _MAX_STATE or not _STATE.fullmatch(state):
        return None
    return state


def _read_b3(headers: Mapping[str, str]) -> Incoming | None:
    text = headers.get("b3", "").strip(" \t")
    if not text:
        return None
    if text in ("0", "1", "d"):
        return Incoming(forms=(Form.B3_SINGLE,), sampled=_B3_SAMPLED[text], debug=text == "d")
    parts = text.split("-")
    if not 2 <= len(parts) <= 4 or not _ids_fit(parts[0], parts[1]):
        return None
    flag = parts[2] if len(parts) > 2 else None
    if flag not in (None, "0", "1", "d") or (len(parts) == 4 and not _B3_SPAN.fullmatch(parts[3])):
        return None
    return Incoming(
        forms=(Form.B3_SINGLE,),
        trace_id=parts[0],
        span_id=parts[1],
        sampled=None if flag is None else _B3_SAMPLED[flag],
        debug=flag == "d",
    )


def _read_b3_multi(headers: Mapping[str, str]) -> Incoming | None:
    trace_id, span_id = headers.get("x-b3-traceid"), headers.get("x-b3-spanid")
    if trace_id is None and "x-b3-sampled" not in headers and "x-b3-flags" not in headers:
        return None
    debug = headers.get("x-b3-flags") == "1"
    sampled = True if debug else _B3_SAMPLED.get(headers.get("x-b3-sampled", "").lower())
    if trace_id is None and span_id is None:
        return None if sampled is None else Incoming(forms=(Form.B3_MULTI,), sampled=sampled, debug=debug)
    if trace_id is None or span_id is None or not _ids_fit(trace_id, span_id):
        return None
    return Incoming(forms=(Form.B3_MULTI,), trace_id=trace_id, span_id=span_id, sampled=sampled, debug=debug)


def _ids_fit(trace_id: str, span_id: str) -> bool:
    fits = _B3_TRACE.fullmatch(trace_id) and _B3_SPAN.fullmatch(span_id)
    return bool(fits) and int(trace_id, 16) != 0 and int(span_id, 16) != 0


def headers_write(incoming: Incoming, *, trace_id: str, span_id: str) -> dict[str, str]:
    """The headers that tell of span `span_id` in trace `trace_id`, in every form of `incoming`."""
    headers: dict[str, str] = {}
    for form in incoming.forms:
        if form is Form.W3C:
            flags = (_SAMPLED_FLAG if incoming.sampled else 0) | (_RANDOM_FLAG if incoming.random_id else 0)
            headers["traceparent"] = f"00-{trace_id.zfill(32)}-{span_id}-{flags:02x}"
            if incoming.state is not None:
                headers["tracestate"] = incoming.state
        elif form is Form.B3_SINGLE:
            headers["b3"] = _b3_single(incoming, trace_id, span_id)
        else:
            headers |= _b3_multi(incoming, trace_id, span_id)
    return headers


def _b3_single(incoming: Incoming, trace_id: str, span_id: str) -> str:
    text = f"{trace_id}-{span_id}"
    if incoming.sampled is None and not incoming.debug:
        # The parent may follow a decision only.
        return text
    text += "-d" if incoming.debug else f"-{int(bool(incoming.sampled))}"
    return f"{text}-{incoming.span_id}" if incoming.span_id else text


def _b3_multi(incoming: Incoming, trace_id: str, span_id: str) -> dict[str, str]:
    headers = {"X-B3-TraceId": trace_id, "X-B3-SpanId": span_id}
    if incoming.span_id:
        headers["X-B3-ParentSpanId"] = incoming.span_id
    if incoming.debug:
        headers["X-B3-Flags"] = "1"
    elif incoming.sampled is not None:
        headers["X-B3-Sampled"] = str(int(incoming.sampled))
    return headers
