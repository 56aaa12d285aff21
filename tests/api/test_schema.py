"""The OpenAPI description and the page to read it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command


@pytest.fixture(scope="module")
def description():
    """The description as the command writes it; a warning or an invalid document fails here."""
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", stdout=out)
    return json.loads(out.getvalue())


def operation(description, path, method="get"):
    """One operation of the description."""
    return description["paths"][path][method]


def test_the_description_is_valid_openapi_without_a_warning(description):
    assert description["openapi"].startswith("3.")


def test_paths_are_described_once_under_their_canonical_prefix(description):
    assert "/v1/analytics/dashboard" in description["paths"]
    assert not [path for path in description["paths"] if path.startswith("/api/v1/analytics")]


def test_an_answer_is_described_in_its_envelope(description):
    answers = operation(description, "/v1/analytics/dashboard")["responses"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    assert set(schema["properties"]) == {"success", "data", "error", "timestamp"}


def test_failures_are_described_for_every_operation(description):
    for path, methods in description["paths"].items():
        for method, found in methods.items():
            assert {"400", "401", "403", "429", "503"} <= set(found["responses"]), (path, method)


def test_parameters_and_their_bounds_are_described(description):
    related = operation(description, "/v1/recommendations/products/{product_id}/related")
    limit = next(parameter for parameter in related["parameters"] if parameter["name"] == "limit")
    assert (limit["schema"]["minimum"], limit["schema"]["maximum"], limit["schema"]["default"]) == (1, 50, 5)


def test_the_credentials_are_described(description):
    schemes = description["components"]["securitySchemes"]
    assert {"internalToken", "bearerToken", "sharedSecret", "gatewayUser"} <= set(schemes)
    assert operation(description, "/v1/analytics/dashboard")["security"]


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
def test_anybody_may_read_the_description_and_its_page(http, prefix):
    assert http.get(f"{prefix}/schema").status_code == 200
    page = http.get(f"{prefix}/docs", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")


def test_the_page_needs_nothing_from_the_internet(http):
    import re

    page = http.get("/v1/docs").content.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    for address in loaded:
        assert http.get(address).status_code == 200, address


def test_the_page_itself_is_not_part_of_what_it_describes(description):
    assert "/v1/schema" not in description["paths"]
