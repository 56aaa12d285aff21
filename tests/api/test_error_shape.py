"""Every refusal, on every path and method, in one shape."""

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.urls import get_resolver

from xlcfi.api.converters import BigIdConverter
from xlcfi.checks import every_route
from xlcfi.clock import SEOUL

METHODS = ["get", "head", "options", "post", "put", "patch", "delete", "trace"]
EXEMPT = ("/metrics", "/admin/", "/v1/schema", "/v1/docs", "/api/v1/schema", "/api/v1/docs")
examples = pytest.mark.urls("tests.api.example_urls")


def assert_envelope(response, *, success=False):
    """The body has the envelope's keys, and they fit together and to the status."""
    assert response.headers["Content-Type"].startswith("application/json"), response.content[:200]
    body = response.json()
    assert set(body) == {"success", "data", "error", "timestamp"}
    assert datetime.fromisoformat(body["timestamp"]).utcoffset() == timedelta(hours=9)
    assert body["success"] is success is (response.status_code < 400)
    if success:
        assert body["error"] is None
    else:
        assert body["data"] is None
        assert set(body["error"]) == {"code", "message", "details"}
        assert body["error"]["message"]
    return body


def every_path():
    """Each route with something plausible for its parameters."""
    import re

    for route, _ in every_route(get_resolver("xlcfi.urls").url_patterns):
        if not route.startswith("/admin/"):
            yield re.sub(r"<(?:\w+:)?\w+>", "7", route)


@pytest.mark.parametrize("method", METHODS)
def test_every_refusal_of_every_route_comes_in_the_envelope(http, method):
    paths = [path for path in every_path() if path not in EXEMPT]
    assert any("dashboard" in path for path in paths)
    for path in paths:
        response = getattr(http, method)(path)
        if path.startswith("/health") and method in ("get", "head"):
            continue
        assert response.status_code in (401, 405), path
        if method != "head":
            assert_envelope(response)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/", "/nothing", "/v1/nothing", "/api/v1/nothing", "/%00", "/v1/analytics/dashboard/", "/김치"],
)
def test_a_path_that_does_not_exist_is_a_404_in_the_envelope_for_every_method(http, method, path):
    response = getattr(http, method)(path)
    assert response.status_code == 404
    if method != "head":
        assert assert_envelope(response)["error"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    ("what", "status", "code", "retry_after"),
    [
        ("unforeseen", 500, "INTERNAL_ERROR", None),
        ("database", 503, "UNAVAILABLE", "2"),
        ("unavailable", 503, "UNAVAILABLE", "7"),
        ("not-found", 404, "NOT_FOUND", None),
        ("denied", 403, "FORBIDDEN", None),
        ("suspicious", 400, "INVALID_INPUT", None),
    ],
)
@pytest.mark.parametrize("path", ["raising", "raising-plainly"])
@examples
def test_whatever_a_view_raises_comes_in_the_envelope(
    http, service, settings, path, what, status, code, retry_after, debug
):
    settings.DEBUG = debug
    response = http.get(f"/{path}/{what}", headers=service)
    assert response.status_code == status
    assert assert_envelope(response)["error"]["code"] == code
    assert response.headers.get("Retry-After") == retry_after
    assert b"secret detail" not in response.content
    assert b"server closed" not in response.content


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace", "post"])
@examples
def test_a_method_that_a_view_does_not_know_is_a_405_that_names_those_it_knows(http, service, method):
    response = getattr(http, method)("/who", headers=service)
    assert response.status_code == 405
    assert assert_envelope(response)["error"]["code"] == "METHOD_NOT_ALLOWED"
    assert "GET" in response.headers["Allow"]


@examples
def test_a_method_that_nobody_knows_is_a_405(http, service):
    response = http.generic("BREW", "/who", headers=service)
    assert response.status_code == 405
    assert_envelope(response)


@examples
def test_options_tells_about_a_view_in_the_envelope(http, service):
    assert_envelope(http.options("/who", headers=service), success=True)


@examples
def test_head_has_the_status_and_headers_of_get_and_no_body(http, service):
    response = http.head("/who", headers=service)
    assert (response.status_code, response.content) == (200, b"")
    assert http.head("/who").status_code == 401


@examples
def test_a_success_comes_in_the_envelope_and_an_older_form_does_not(http, service):
    assert assert_envelope(http.get("/who", headers=service), success=True)["data"]["kind"] == "service"
    assert set(http.get("/older/5", headers=service).json()) == {"kind", "user_id", "roles"}


@examples
def test_who_accepts_no_json_gets_a_406_in_json(http, service):
    response = http.get("/who", headers=service | {"Accept": "text/html"})
    assert response.status_code == 406
    assert assert_envelope(response)["error"]["code"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/json, application/*+json", "text/html,*/*;q=0.8"]
)
@examples
def test_what_browsers_and_spring_accept_is_given_json(http, service, accept):
    assert http.get("/who", headers=service | {"Accept": accept}).status_code == 200


@examples
def test_a_download_takes_any_accept_and_its_errors_come_in_the_envelope(http, service):
    headers = service | {"Accept": "text/csv"}
    assert http.get("/download?format=csv", headers=headers).content == b"a,b\n"
    assert_envelope(http.get("/download?missing=1", headers=headers))


def test_a_host_that_is_not_ours_is_a_400_in_the_envelope(http, settings):
    settings.ALLOWED_HOSTS = ["data.example.com"]
    response = http.get("/v1/analytics/dashboard", HTTP_HOST="evil.example.com")
    assert response.status_code == 400
    assert_envelope(response)


@examples
def test_an_unforeseen_error_in_other_middleware_is_a_500_in_the_envelope(http, service, monkeypatch):
    def breaks(self, request):
        raise ZeroDivisionError

    monkeypatch.setattr("django.middleware.locale.LocaleMiddleware.process_request", breaks)
    response = http.get("/who", headers=service)
    assert response.status_code == 500
    assert_envelope(response)


@examples
def test_a_database_that_goes_away_in_other_middleware_is_a_503_in_the_envelope(http, service, monkeypatch):
    def breaks(self, request):
        raise OperationalError

    monkeypatch.setattr("django.middleware.locale.LocaleMiddleware.process_request", breaks)
    response = http.get("/who", headers=service)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert_envelope(response)


@pytest.mark.django_db
def test_the_admin_keeps_its_pages(http):
    assert http.get("/admin").status_code == 301
    assert http.get("/admin/login/").headers["Content-Type"].startswith("text/html")
    assert "text/html" in http.get("/static/nothing.css").headers["Content-Type"]


def test_the_timestamp_is_the_moment_in_seoul(http, clock):
    assert http.get("/nothing").json()["timestamp"] == clock.moment.astimezone(SEOUL).isoformat(timespec="milliseconds")


def test_ids_in_paths_are_those_of_the_platform():
    assert BigIdConverter().to_url(7) == "7"
