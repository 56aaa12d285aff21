"""What every request leaves behind: counts, a line, trace headers, and nothing for the next one."""

import json
import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch
from django.utils.log import log_response

from xlcfi.observability.metrics import REGISTRY
from xlcfi.observability.middleware import RequestMiddleware
from xlcfi.observability.tracing import current_trace
from xlcfi.observability.user_context import current_user

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
ROUTE = "v1/recommendations/products/<bigid:product_id>/related"


class Caller:
    user_id = 42


def answers(status=200, *, route=ROUTE, caller=None, content=b""):
    """What stands behind the middleware: resolves the route and answers."""

    def get_response(request):
        if route is not None:
            request.resolver_match = ResolverMatch(lambda: None, (), {}, route=route)
        if caller is not None:
            request.caller = caller
        return HttpResponse(content, status=status)

    return get_response


def count(method="GET", endpoint=f"/{ROUTE}", status="200"):
    labels = {"method": method, "endpoint": endpoint, "status": status}
    return REGISTRY.get_sample_value("analytics_request_total", labels) or 0


@pytest.fixture
def access(caplog):
    caplog.set_level(logging.DEBUG, logger="xlcfi.access")
    return caplog


def test_a_request_is_counted_and_timed_by_its_route_and_not_by_its_path():
    before = count()
    latency = REGISTRY.get_sample_value
    labels = {"method": "GET", "endpoint": f"/{ROUTE}"}
    timed = latency("analytics_request_latency_seconds_count", labels) or 0
    for product in range(3):
        RequestMiddleware(answers())(RequestFactory().get(f"/v1/recommendations/products/{product}/related"))
    assert count() - before == 3
    assert latency("analytics_request_latency_seconds_count", labels) - timed == 3


def test_paths_without_a_route_are_counted_as_one():
    before = count(endpoint="unmatched", status="404")
    for path in ("/wp-login.php", "/.env"):
        RequestMiddleware(answers(404, route=None))(RequestFactory().get(path))
    assert count(endpoint="unmatched", status="404") - before == 2


def test_invented_methods_are_counted_as_one():
    before = count(method="other")
    for method in ("BREW", "WHEN"):
        RequestMiddleware(answers())(RequestFactory().generic(method, "/v1/x"))
    assert count(method="other") - before == 2


def test_an_exception_is_counted_as_500_and_leaves_nothing_to_the_next_request():
    def breaks(request):
        request.resolver_match = ResolverMatch(lambda: None, (), {}, route=ROUTE)
        raise ZeroDivisionError

    before = count(status="500")
    with pytest.raises(ZeroDivisionError):
        RequestMiddleware(breaks)(RequestFactory().get("/v1/x"))
    assert count(status="500") - before == 1
    assert current_trace() is None
    assert current_user() is None


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ({"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}, {"traceparent"}),
        ({"b3": f"{TRACE}-00f067aa0ba902b7-1"}, {"b3"}),
        (
            {"X-B3-TraceId": TRACE, "X-B3-SpanId": "00f067aa0ba902b7"},
            {"X-B3-TraceId", "X-B3-SpanId", "X-B3-ParentSpanId"},
        ),
    ],
)
def test_the_answer_tells_the_trace_in_the_form_that_came(sent, names):
    response = RequestMiddleware(answers())(RequestFactory().get("/v1/x", headers=sent))
    told = {name for name in response.headers if name.lower() in ("traceparent", "b3") or name.startswith("X-B3")}
    assert told == names
    assert response["X-Trace-Id"] == TRACE


def test_an_answer_without_a_trace_in_the_request_begins_one():
    response = RequestMiddleware(answers())(RequestFactory().get("/v1/x"))
    assert response["traceparent"].split("-")[1] == response["X-Trace-Id"]


def test_the_access_line_says_who_asked_what_and_how_it_went(access):
    RequestMiddleware(answers(201, caller=Caller()))(RequestFactory().post("/v1/x?limit=5&token=hush&q=김치"))
    (record,) = access.records
    assert record.getMessage() == "POST /v1/x 201"
    assert (record.method, record.path, record.status, record.endpoint) == ("POST", "/v1/x", 201, f"/{ROUTE}")
    assert record.ms >= 0
    assert record.query == {"limit": "5", "token": "***", "q": "김치"}


def test_a_refusal_is_logged_once_and_with_its_trace(access):
    request = RequestFactory().get("/v1/x")
    response = RequestMiddleware(answers(503))(request)
    # What Django does with every answer, after the outermost middleware and so without a trace.
    log_response("Service Unavailable: %s", request.path, response=response, request=request)
    assert [(record.name, record.levelname) for record in access.records] == [("xlcfi.access", "WARNING")]


def test_very_many_parameters_are_no_fault(access):
    RequestMiddleware(answers())(RequestFactory().get("/v1/x?" + "&".join(f"p{n}=1" for n in range(5000))))
    assert len(access.records) == 1


def test_lines_within_a_request_and_its_access_line_know_the_user(access):
    users = []
    access.handler.addFilter(lambda record: users.append(current_user()) or True)

    def logs_after_authentication(request):
        request.caller = Caller()
        logging.getLogger("xlcfi.access").info("inside")
        return answers()(request)

    RequestMiddleware(logs_after_authentication)(RequestFactory().get("/v1/x"))
    assert users == [42, 42]
    assert current_user() is None


@pytest.mark.django_db
def test_probes_and_scrapes_are_not_logged_unless_somebody_debugs(access):
    access.set_level(logging.INFO, logger="xlcfi.access")
    RequestMiddleware(answers())(RequestFactory().get("/health/live"))
    RequestMiddleware(answers())(RequestFactory().get("/metrics"))
    assert access.records == []


def test_a_probe_by_address_is_answered_whatever_the_allowed_hosts(settings):
    settings.ALLOWED_HOSTS = ["data.example.com"]

    def never(request):
        raise AssertionError("a probe goes no further than the outermost middleware")

    response = RequestMiddleware(never)(RequestFactory().get("/health/live", headers={"host": "10.0.0.7:8000"}))
    assert response.status_code == 200
    assert json.loads(response.content)["success"] is True
    assert count(endpoint="/health/live") > 0
