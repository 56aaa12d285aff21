"""What only a real server shows: headers on the wire, bodies without a length, a database that goes away."""

import json
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client  # noqa: F401  # the settings are read before the server starts

from tests.api.real_server import Line, gunicorn, raw
from xlcfi.api.tokens import internal_token_mint


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """The server's way to PostgreSQL."""
    database = settings.DATABASES["default"]
    found = Line((database["HOST"], int(database["PORT"] or 5432)))
    yield found
    found.cut()


@pytest.fixture(scope="module")
def port(line: Line) -> Iterator[int]:
    """Where the server listens."""
    with gunicorn(DATABASE_URL=f"postgres://postgres@127.0.0.1:{line.port}/postgres") as found:
        yield found


@pytest.fixture
def credential() -> str:
    """The header of a service."""
    return f"X-Internal-Token: {internal_token_mint()}"


def who(port, *headers):
    """Status and data of /who."""
    status, body = raw(port, "GET /who HTTP/1.1", *headers)
    return status, json.loads(body)["data"]


def test_a_user_id_spelled_with_underscores_counts_as_absent(port, credential):
    spellings = ["X_User_Id: 5", "X_USER_ID: 5", "x-user_id: 5", "X_User_Roles: ADMIN"]
    status, data = who(port, credential, *spellings)
    assert (status, data["kind"]) == (200, "service")


def test_a_user_id_spelled_with_underscores_does_not_replace_the_real_one(port, credential):
    status, data = who(port, credential, "X_User_Id: 6", "X-User-Id: 5", "X-User-Roles: BUYER", "X_User_Roles: ADMIN")
    assert (status, data) == (200, {"kind": "user", "user_id": 5, "roles": ["BUYER"]})


def test_a_credential_spelled_with_underscores_opens_nothing(port):
    assert who(port, f"X_Internal_Token: {internal_token_mint()}")[0] == 401


@pytest.mark.parametrize("second", ["X-User-Id: 6", "x-user-id: 5", "X-User-Id:"])
def test_a_doubled_user_id_is_refused(port, credential, second):
    assert who(port, credential, "X-User-Id: 5", second)[0] == 400


def test_a_path_smuggled_in_a_header_is_not_the_path(port, credential):
    status, _ = raw(
        port, "GET /admin-only HTTP/1.1", credential, "X-User-Id: 5", "PATH_INFO: /who", "SCRIPT_NAME: /who"
    )
    assert status == 403


def test_head_sends_no_body(port, credential):
    assert raw(port, "HEAD /who HTTP/1.1", credential) == (200, b"")
    assert raw(port, "HEAD /nothing HTTP/1.1") == (404, b"")


CHUNKED = ("POST /echo HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked")


def test_a_body_that_comes_in_chunks_is_read(port, credential):
    status, body = raw(port, *CHUNKED, credential, body=b'8\r\n{"price"\r\n9\r\n: 900.25}\r\n0\r\n\r\n')
    assert (status, json.loads(body)["data"]) == (200, {"price": 900.25})


def test_an_endless_body_in_chunks_is_refused(port, credential):
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    status, body = raw(port, *CHUNKED, credential, body=chunk * 11 + b"1\r\n \r\n0\r\n\r\n")
    assert (status, json.loads(body)["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("request_line", ["GET /nothing HTTP/1.1", "BREW /who HTTP/1.1", "GET /who?a=%ff HTTP/1.1"])
def test_refusals_come_in_the_envelope_on_the_wire_too(port, request_line):
    status, body = raw(port, request_line)
    assert status in (401, 404, 405)
    assert json.loads(body)["success"] is False


def test_a_request_has_a_limit_for_each_statement(port, credential):
    status, body = raw(port, "GET /database HTTP/1.1", credential)
    assert (status, json.loads(body)["data"]) == (200, {"statement_timeout": "4s"})


def test_a_database_that_goes_away_is_a_503_and_comes_back_by_itself(port, line, credential):
    request = ("GET /database HTTP/1.1", credential)
    assert raw(port, *request)[0] == 200
    line.cut()
    for _ in range(3):
        status, body = raw(port, *request)
        assert (status, json.loads(body)["error"]["code"]) == (503, "UNAVAILABLE")
    assert raw(port, "GET /who HTTP/1.1", credential)[0] == 200
    line.mend()
    assert raw(port, *request)[0] == 200
