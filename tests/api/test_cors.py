"""Which web pages may call."""

import pytest

pytestmark = pytest.mark.urls("tests.api.example_urls")
SHOP = "https://shop.example.com"


@pytest.fixture(autouse=True)
def _origins(settings):
    settings.CORS_ALLOWED_ORIGINS = [SHOP]


@pytest.mark.parametrize("path", ["/who", "/nothing", "/admin-only"])
def test_a_page_of_ours_may_read_answers_and_errors(http, path):
    assert http.get(path, headers={"Origin": SHOP}).headers["Access-Control-Allow-Origin"] == SHOP


def test_a_page_of_ours_may_read_the_trace_and_when_to_come_again(http):
    exposed = http.get("/who", headers={"Origin": SHOP}).headers["Access-Control-Expose-Headers"]
    assert {"X-Trace-Id", "traceparent", "Retry-After"} <= {name.strip() for name in exposed.split(",")}


def test_a_foreign_page_may_not(http, service):
    response = http.get("/who", headers=service | {"Origin": "https://evil.example.com"})
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_preflight_is_answered_without_a_credential(http):
    asked = {"Origin": SHOP, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    response = http.options("/echo", headers=asked)
    assert response.status_code == 200
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "authorization" in response.headers["Access-Control-Allow-Headers"]


def test_a_page_can_never_send_the_headers_of_the_gateway(http):
    asked = {"Origin": SHOP, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-user-id"}
    allowed = http.options("/who", headers=asked).headers["Access-Control-Allow-Headers"]
    assert "x-user-id" not in allowed
    assert "x-internal-token" not in allowed
