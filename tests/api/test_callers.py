"""Who a request's headers and address make the caller."""

import pytest

from xlcfi.env_kinds import networks

pytestmark = pytest.mark.urls("tests.api.example_urls")
SECRET = "a-shared-secret-of-forty-two-characters-0k"


def who(http, headers, **extra):
    """What the kernel says of the caller, or the refusal's status and code."""
    response = http.get("/who", headers=headers, **extra)
    body = response.json()
    return body["data"] if response.status_code == 200 else (response.status_code, body["error"]["code"])


UNAUTHENTICATED = (401, "UNAUTHENTICATED")
SERVICE = {"kind": "service", "user_id": None, "roles": []}
VISITOR = {"kind": "visitor", "user_id": None, "roles": []}
BUYER = {"kind": "user", "user_id": 5, "roles": ["BUYER"]}


def test_nobody_without_a_credential_comes_in(http):
    assert who(http, {}) == UNAUTHENTICATED


@pytest.mark.parametrize("header", ["X-Internal-Token", "Authorization"])
def test_an_internal_token_makes_a_service_under_either_header(http, service, header):
    token = service["X-Internal-Token"]
    assert who(http, {header: token if header.startswith("X") else f"Bearer {token}"}) == SERVICE


def test_the_word_bearer_may_be_written_in_any_case(http, service):
    assert who(http, {"Authorization": f"bearer {service['X-Internal-Token']}"}) == SERVICE


def test_a_users_own_bearer_opens_nothing(http):
    assert who(http, {"Authorization": "Bearer eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiI1In0.AAAA"}) == UNAUTHENTICATED


@pytest.mark.parametrize("authorization", ["Bearer of.a.user", "Basic dXNlcjpwYXNz", "", "Bearer", "Bearer "])
def test_a_users_own_authorization_closes_nothing(http, service, authorization):
    assert who(http, service | {"Authorization": authorization}) == SERVICE


def test_a_users_own_bearer_closes_nothing_for_a_trusted_gateway(http, settings):
    settings.TRUSTED_GATEWAY_CIDRS = networks().parse("127.0.0.1")
    headers = {"Authorization": "Bearer of.a.user", "X-User-Id": "5", "X-User-Roles": "BUYER"}
    assert who(http, headers) == BUYER


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
def test_a_bad_internal_token_is_refused_whatever_else_is_shown(http, service, settings, token):
    settings.TRUSTED_GATEWAY_CIDRS = networks().parse("127.0.0.1")
    headers = {"X-Internal-Token": token, "Authorization": f"Bearer {service['X-Internal-Token']}", "X-User-Id": "5"}
    assert who(http, headers) == UNAUTHENTICATED


def test_a_doubled_internal_token_is_refused(http, service):
    token = service["X-Internal-Token"]
    assert who(http, {"X-Internal-Token": f"{token},{token}"}) == UNAUTHENTICATED


def test_the_shared_secret_is_off_unless_configured(http):
    assert who(http, {"X-Internal-Secret": "", "X-Service-Name": "order-service"}) == UNAUTHENTICATED


def test_the_shared_secret_with_a_service_name_makes_a_service(http, settings):
    settings.INTERNAL_SHARED_SECRET = SECRET
    assert who(http, {"X-Internal-Secret": SECRET, "X-Service-Name": "order-service"}) == SERVICE


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Internal-Secret": SECRET},
        {"X-Internal-Secret": SECRET, "X-Service-Name": " "},
        {"X-Internal-Secret": SECRET[:-1], "X-Service-Name": "order-service"},
        {"X-Internal-Secret": "비밀", "X-Service-Name": "order-service"},
        {"X-Internal-Secret": "", "X-Service-Name": "order-service"},
        {"X-Service-Name": "order-service"},
    ],
)
def test_the_shared_secret_must_be_right_and_come_with_a_name(http, settings, headers):
    settings.INTERNAL_SHARED_SECRET = SECRET
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert who(http, encoded) == UNAUTHENTICATED


def test_a_user_with_a_credential_is_that_user(http, service):
    assert who(http, service | {"X-User-Id": "5", "X-User-Roles": "BUYER"}) == BUYER


def test_a_user_with_the_shared_secret_is_that_user(http, settings):
    settings.INTERNAL_SHARED_SECRET = SECRET
    headers = {"X-Internal-Secret": SECRET, "X-Service-Name": "api-gateway", "X-User-Id": "5", "X-User-Roles": "BUYER"}
    assert who(http, headers) == BUYER


def test_a_user_without_a_credential_is_ignored(http):
    assert who(http, {"X-User-Id": "5", "X-User-Roles": "ADMIN"}) == UNAUTHENTICATED


def test_a_user_from_the_gateways_address_needs_no_credential(http, settings):
    settings.TRUSTED_GATEWAY_CIDRS = networks().parse("10.1.0.0/16,fd00::/8")
    headers = {"X-User-Id": "5", "X-User-Roles": "BUYER"}
    assert who(http, headers, REMOTE_ADDR="10.1.2.3") == BUYER
    assert who(http, headers, REMOTE_ADDR="fd00::7") == BUYER
    assert who(http, headers, REMOTE_ADDR="::ffff:10.1.2.3") == BUYER


@pytest.mark.parametrize("address", ["10.2.0.1", "203.0.113.9", "", "unix:", "10.1.2.3, 10.1.2.3"])
def test_another_address_is_not_the_gateways_whatever_it_claims(http, settings, address):
    settings.TRUSTED_GATEWAY_CIDRS = networks().parse("10.1.0.0/16")
    headers = {"X-User-Id": "5", "X-Forwarded-For": "10.1.2.3", "X-Real-Ip": "10.1.2.3", "Forwarded": "for=10.1.2.3"}
    assert who(http, headers, REMOTE_ADDR=address) == UNAUTHENTICATED


@pytest.mark.parametrize(
    "sent", ["5,6", "5,5", "5, 6", ",5", "5,", "", " ", "abc", "0", "-1", "5.0", "+5", "05", "5 6", "９", "1e3", "None"]
)
def test_a_doubled_joined_or_malformed_user_id_is_refused(http, service, sent):
    encoded = sent.encode().decode("latin-1")
    assert who(http, service | {"X-User-Id": encoded, "X-User-Roles": "BUYER"}) == (400, "INVALID_INPUT")


def test_a_user_id_up_to_bigint_is_read_and_one_beyond_is_refused(http, service):
    assert who(http, service | {"X-User-Id": str(2**63 - 1)})["user_id"] == 2**63 - 1
    assert who(http, service | {"X-User-Id": str(2**63)}) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("sent", ["BUYER,SELLER", "ROLE_BUYER, ROLE_SELLER", "[buyer seller]", "SELLER;BUYER"])
def test_roles_are_read_in_the_spellings_of_spring(http, service, sent):
    assert who(http, service | {"X-User-Id": "5", "X-User-Roles": sent})["roles"] == ["BUYER", "SELLER"]


@pytest.mark.parametrize(
    "marker",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-For": ""},
        {"X-Forwarded-Host": "shop.example.com"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Service-Name": "api-gateway"},
        {"X-Service-Name": "API-Gateway"},
        {"X-Service-Name": "order-service,api-gateway"},
    ],
)
def test_a_call_through_the_gateway_without_a_user_is_a_visitors_not_a_services(http, service, marker):
    assert who(http, service | marker) == VISITOR


def test_a_visitor_from_the_gateways_address_needs_no_credential(http, settings):
    settings.TRUSTED_GATEWAY_CIDRS = networks().parse("10.1.0.0/16")
    assert who(http, {"X-Forwarded-For": "203.0.113.9"}, REMOTE_ADDR="10.1.2.3") == VISITOR


def test_the_gateways_address_alone_makes_nobody(http, settings):
    settings.TRUSTED_GATEWAY_CIDRS = networks().parse("10.1.0.0/16")
    assert who(http, {}, REMOTE_ADDR="10.1.2.3") == UNAUTHENTICATED


def test_a_call_through_the_gateway_without_any_credential_is_nobodys(http):
    assert who(http, {"X-Forwarded-For": "203.0.113.9"}) == UNAUTHENTICATED


def test_another_services_name_does_not_mark_the_gateway(http, service):
    assert who(http, service | {"X-Service-Name": "order-service"}) == SERVICE


def test_which_headers_mark_the_gateway_is_a_setting(http, service, settings):
    settings.GATEWAY_MARKER_HEADERS = ["X-Via"]
    assert who(http, service | {"X-Forwarded-For": "203.0.113.9"}) == SERVICE
    assert who(http, service | {"X-Via": "1"}) == VISITOR


def test_the_older_forms_are_open_from_the_named_addresses_only(http, settings):
    settings.LEGACY_OPEN_CIDRS = networks().parse("192.168.7.0/24")
    assert http.get("/older/5", REMOTE_ADDR="192.168.7.9").json()["kind"] == "service"
    assert http.get("/older/5", REMOTE_ADDR="192.168.8.9").status_code == 401
    assert (
        http.get("/older/5", REMOTE_ADDR="192.168.8.9", headers={"X-Forwarded-For": "192.168.7.9"}).status_code == 401
    )
    assert http.get("/who", REMOTE_ADDR="192.168.7.9").status_code == 401


def test_the_older_forms_are_closed_by_default(http):
    assert http.get("/older/5", REMOTE_ADDR="127.0.0.1").status_code == 401


def test_a_refusal_says_how_to_say_who_one_is(http):
    assert http.get("/who").headers["WWW-Authenticate"].startswith("Bearer")
