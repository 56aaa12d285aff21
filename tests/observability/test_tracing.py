"""Trace headers in, on and out."""

import pytest

from xlcfi.observability.tracing import (
    current_trace,
    outgoing_headers,
    trace_begin,
    trace_from_headers,
    trace_scope,
)

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
W3C = f"00-{TRACE}-{SPAN}-01"


def sent_on(headers):
    with trace_scope(trace_begin(headers)):
        return outgoing_headers()


def test_w3c_goes_on_as_w3c_with_the_same_trace_and_a_span_of_ours():
    sent = sent_on({"traceparent": W3C, "tracestate": "vendor=abc,other=1"})
    version, trace, span, flags = sent["traceparent"].split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert span != SPAN
    assert len(span) == 16
    assert sent == {"traceparent": sent["traceparent"], "tracestate": "vendor=abc,other=1"}


def test_b3_in_one_header_goes_on_in_one_header_and_names_its_parent():
    trace, span, sampled, parent = sent_on({"b3": f"{TRACE}-{SPAN}-1"})["b3"].split("-")
    assert (trace, sampled, parent) == (TRACE, "1", SPAN)
    assert span != SPAN


def test_b3_in_several_headers_goes_on_in_several_headers():
    sent = sent_on({"x-b3-traceid": TRACE, "x-b3-spanid": SPAN, "x-b3-sampled": "0"})
    assert sent.pop("X-B3-SpanId") != SPAN
    assert sent == {"X-B3-TraceId": TRACE, "X-B3-ParentSpanId": SPAN, "X-B3-Sampled": "0"}


def test_both_forms_go_on_in_both_forms_with_the_ids_of_w3c():
    sent = sent_on({"traceparent": W3C, "b3": f"{'a' * 32}-{'b' * 16}-1"})
    assert set(sent) == {"traceparent", "b3"}
    assert sent["traceparent"].split("-")[1] == sent["b3"].split("-")[0] == TRACE
    assert sent["traceparent"].split("-")[2] == sent["b3"].split("-")[1]


def test_a_64_bit_b3_id_goes_on_with_64_bits_and_is_padded_in_logs():
    context = trace_begin({"b3": f"{SPAN}-{SPAN}-1"})
    assert context.log_trace_id == "0" * 16 + SPAN
    assert context.headers()["b3"].startswith(f"{SPAN}-")


@pytest.mark.parametrize(
    ("headers", "name", "expected"),
    [
        ({"traceparent": f"00-{TRACE}-{SPAN}-00"}, "traceparent", "-00"),
        ({"traceparent": f"00-{TRACE}-{SPAN}-03"}, "traceparent", "-03"),
        # Bits that nobody has defined are not ours to pass on.
        ({"traceparent": f"00-{TRACE}-{SPAN}-fd"}, "traceparent", "-01"),
        ({"b3": f"{TRACE}-{SPAN}-0"}, "b3", f"-0-{SPAN}"),
        ({"b3": f"{TRACE}-{SPAN}-d"}, "b3", f"-d-{SPAN}"),
        ({"b3": f"{TRACE}-{SPAN}-1-{'c' * 16}"}, "b3", f"-1-{SPAN}"),
        ({"x-b3-traceid": TRACE, "x-b3-spanid": SPAN, "x-b3-sampled": "true"}, "X-B3-Sampled", "1"),
        ({"x-b3-traceid": TRACE, "x-b3-spanid": SPAN, "x-b3-flags": "1"}, "X-B3-Flags", "1"),
    ],
)
def test_whether_to_sample_is_kept(headers, name, expected):
    assert sent_on(headers)[name].endswith(expected)


def test_a_decision_that_b3_left_open_stays_open():
    assert sent_on({"b3": f"{TRACE}-{SPAN}"})["b3"].count("-") == 1
    assert "X-B3-Sampled" not in sent_on({"x-b3-traceid": TRACE, "x-b3-spanid": SPAN})


def test_b3_that_only_says_not_to_sample_gets_new_ids_and_is_obeyed():
    sent = sent_on({"b3": "0"})
    trace, span, sampled = sent["b3"].split("-")
    assert (len(trace), len(span), sampled) == (32, 16, "0")


def test_a_later_version_of_w3c_is_read_as_far_as_we_know_it():
    assert trace_begin({"traceparent": f"cc-{TRACE}-{SPAN}-01-what-comes-later"}).trace_id == TRACE


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"traceparent": ""},
        {"traceparent": "nonsense"},
        {"traceparent": f"00-{'0' * 32}-{SPAN}-01"},
        {"traceparent": f"00-{TRACE}-{'0' * 16}-01"},
        {"traceparent": f"ff-{TRACE}-{SPAN}-01"},
        {"traceparent": f"00-{TRACE}-{SPAN}-01-more"},
        {"traceparent": f"00-{TRACE.upper()}-{SPAN}-01"},
        {"traceparent": f"00-{TRACE[:-1]}-{SPAN}-01"},
        {"traceparent": f"{W3C},{W3C}"},
        {"traceparent": f"{W3C}\n"},
        {"traceparent": f"00-{TRACE}-{SPAN}-1\uff11"},
        {"b3": ""},
        {"b3": f"{TRACE}"},
        {"b3": f"{TRACE}-{SPAN}-x"},
        {"b3": f"{TRACE}-{SPAN}-1-short"},
        {"b3": f"{'0' * 32}-{SPAN}-1"},
        {"b3": f"{TRACE}{TRACE}-{SPAN}-1"},
        {"x-b3-traceid": TRACE},
        {"x-b3-spanid": SPAN},
        {"x-b3-traceid": TRACE, "x-b3-spanid": "zz"},
    ],
)
def test_what_is_malformed_is_ignored_and_a_new_w3c_trace_begins(headers):
    context = trace_begin(headers)
    assert len(context.trace_id) == 32
    assert context.trace_id != TRACE
    assert set(context.headers()) == {"traceparent"}


@pytest.mark.parametrize("state", ["no equals sign", "a=1\r\nX-Evil: 1", "a=" + "x" * 600, "a=b=c"])
def test_broken_tracestate_is_dropped_and_the_trace_goes_on(state):
    context = trace_begin({"traceparent": W3C, "tracestate": state})
    assert context.trace_id == TRACE
    assert "tracestate" not in context.headers()


def test_malformed_w3c_beside_good_b3_leaves_b3():
    context = trace_begin({"traceparent": "broken", "b3": f"{TRACE}-{SPAN}-1"})
    assert context.trace_id == TRACE
    assert set(context.headers()) == {"b3"}


def test_the_headers_of_an_event_are_read_in_any_case_and_as_bytes():
    headers = [("__TypeId__", b"com.xlcfi.PaymentCompleted"), ("Traceparent", W3C.encode()), ("empty", None)]
    assert trace_from_headers(headers).trace_id == TRACE
    assert trace_from_headers({"B3": f"{TRACE}-{SPAN}-1"}).trace_id == TRACE
    assert trace_from_headers([("traceparent", "\xff".encode("latin-1"))]).trace_id != TRACE
    assert trace_from_headers(None).trace_id != TRACE


def test_outside_of_a_trace_nothing_is_sent():
    assert current_trace() is None
    assert outgoing_headers() == {}


def test_a_scope_ends_with_the_trace_that_was_before_it():
    with trace_scope(trace_begin({})) as outer:
        with trace_scope(trace_begin({})) as inner:
            assert current_trace() is inner
        assert current_trace() is outer
    assert current_trace() is None


def test_two_new_traces_differ():
    assert len({trace_begin({}).trace_id for _ in range(1000)}) == 1000
