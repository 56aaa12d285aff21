"""What must be refused, on the real paths. Nothing here reaches the database: a refusal comes first."""

import time

import jwt
import pytest
from django.conf import settings
from django.test import Client

from xlcfi.api.tokens import internal_token_mint

DASHBOARD = "/v1/analytics/dashboard"
RELATED = "/v1/recommendations/products/{}/related"
PREFIXES = ["", "/api"]


def refusal(path, **headers):
    """Status and code of a refusal."""
    response = Client().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return response.status_code, response.json()["error"]["code"]


def forged(*, algorithm="HS512", key=None, without="", **changed):
    """A token like ours but for what is said."""
    now = int(time.time())
    claims = {"sub": "internal-service", "role": "INTERNAL_SERVICE", "iat": now, "exp": now + 3600} | changed
    claims.pop(without, None)
    return jwt.encode(claims, settings.INTERNAL_JWT_KEYS[0] if key is None else key, algorithm=algorithm)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", [DASHBOARD, RELATED.format(7)])
@pytest.mark.parametrize(
    "fault",
    [
        {"algorithm": "HS256"},
        {"algorithm": "none", "key": ""},
        {"key": b"0123456789abcdef" * 4},
        {"exp": 1, "iat": 0},
        {"without": "exp"},
        {"without": "iat"},
        {"without": "role"},
        {"sub": "5"},
        {"role": "ADMIN"},
    ],
    ids=str,
)
def test_a_bad_token_is_refused_under_both_headers(prefix, path, fault):
    token = forged(**fault)
    assert refusal(prefix + path, X_Internal_Token=token) == (401, "UNAUTHENTICATED")
    assert refusal(prefix + path, Authorization=f"Bearer {token}") == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("path", [DASHBOARD, RELATED.format(7)])
def test_a_user_id_without_a_credential_is_refused(path):
    assert refusal(path, X_User_Id="5", X_User_Roles="ADMIN") == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("user_id", ["5,6", "5, 5", ""])
def test_a_doubled_user_id_is_refused(user_id):
    headers = {"X_Internal_Token": internal_token_mint(), "X_User_Id": user_id, "X_User_Roles": "ADMIN"}
    assert refusal(DASHBOARD, **headers) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("limit", ["0", "-1", "1e9", "abc", "51", ""])
def test_a_limit_out_of_bounds_is_refused(limit):
    path = f"{RELATED.format(7)}?limit={limit}"
    assert refusal(path, X_Internal_Token=internal_token_mint()) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("period", ["decade", "", "Month", "day,week"])
def test_an_unknown_period_is_refused(period):
    path = f"{DASHBOARD}?period={period}"
    assert refusal(path, X_Internal_Token=internal_token_mint()) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("product_id", [2**63, 10**30, 0, -1, "abc"])
def test_an_id_beyond_bigint_is_refused(product_id):
    assert refusal(RELATED.format(product_id), X_Internal_Token=internal_token_mint()) == (404, "NOT_FOUND")


def test_a_call_through_the_gateway_without_a_user_is_refused_where_a_user_is_needed():
    headers = {"X_Internal_Token": internal_token_mint(), "X_Forwarded_For": "203.0.113.9"}
    assert refusal(DASHBOARD, **headers) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("roles", ["BUYER", "SELLER", "", "admin_", "ADMINISTRATOR"])
def test_the_dashboard_of_the_whole_platform_is_for_admins_and_services(roles):
    headers = {"X_Internal_Token": internal_token_mint(), "X_User_Id": "5", "X_User_Roles": roles}
    assert refusal(DASHBOARD, **headers) == (403, "FORBIDDEN")
