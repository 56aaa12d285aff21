"""What is read from a query string or a body, and what is refused."""

import json

import pytest

pytestmark = pytest.mark.urls("tests.api.example_urls")


def refused_fields(response):
    """The names of the fields that a 400 complains about."""
    assert response.status_code == 400, response.content
    error = response.json()["error"]
    assert error["code"] == "INVALID_INPUT"
    return set(error["details"]["fields"])


def test_a_query_without_parameters_gets_the_defaults(http, service):
    assert http.get("/list", headers=service).json()["data"] == {"limit": 5, "period": "day", "verbose": True}


@pytest.mark.parametrize(
    "limit", ["0", "-1", "1e9", "abc", "51", "1000000000", "", "5.5", "9" * 5000, "NaN", "%00", "null"]
)
def test_a_limit_that_is_not_between_its_bounds_is_refused(http, service, limit):
    assert refused_fields(http.get(f"/list?limit={limit}", headers=service)) == {"limit"}


def test_what_is_wrong_is_said_in_the_language_of_each_request(http, service):
    said = [
        http.get("/list?limit=0&period=decade", headers=service | {"Accept-Language": language}).json()
        for language in ("ko", "en", "ko")
    ]
    korean, english, again = [answer["error"]["details"]["fields"] for answer in said]
    assert korean == again
    assert english["limit"] == ["Ensure this value is greater than or equal to 1."]
    assert all(korean[name] != english[name] for name in ("limit", "period"))


@pytest.mark.parametrize("limit", ["1", "50"])
def test_the_bounds_of_a_limit_belong_to_it(http, service, limit):
    assert http.get(f"/list?limit={limit}", headers=service).json()["data"]["limit"] == int(limit)


@pytest.mark.parametrize("period", ["decade", "", "DAY", "day ", "day,week"])
def test_an_unknown_period_is_refused(http, service, period):
    response = http.get("/list", {"period": period}, headers=service)
    if period == "day ":  # blanks at the ends are nothing that a person would call another period
        assert response.status_code in (200, 400)
    else:
        assert refused_fields(response) == {"period"}


def test_a_parameter_that_is_given_twice_is_refused(http, service):
    assert refused_fields(http.get("/list?limit=5&limit=6", headers=service)) == {"limit"}


def test_a_list_may_be_given_several_times(http, service):
    assert http.get("/list?ids=5&ids=6", headers=service).json()["data"]["ids"] == [5, 6]


def test_unknown_parameters_are_refused_by_name(http, service):
    assert refused_fields(http.get("/list?limt=5&x=1", headers=service)) == {"limt", "x"}


def test_all_that_is_wrong_is_said_at_once(http, service):
    assert refused_fields(http.get("/list?limit=0&period=decade&x=1", headers=service)) == {"limit", "period", "x"}


def post(http, headers, body, content_type="application/json"):
    """POST `body` as it is."""
    return http.post("/echo", data=body, content_type=content_type, headers=headers)


def test_a_price_in_a_body_is_read_and_written_without_rounding(http, service):
    response = post(http, service, b'{"price": 900719925474099.25}')
    assert b'"price":900719925474099.25' in response.content


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nope",
        b'{"price": NaN}',
        b'{"price": Infinity}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"price": ' + b"9" * 9000 + b"}",
    ],
)
def test_a_body_that_is_not_json_is_refused(http, service, body):
    response = post(http, service, body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("body", [b"[]", b"null", b"5", b'"text"', b"[[]]"])
def test_a_body_that_is_no_object_is_refused(http, service, body):
    assert post(http, service, body).status_code == 400


def test_missing_and_unknown_fields_of_a_body_are_named(http, service):
    assert refused_fields(post(http, service, json.dumps({"cost": 5}))) == {"price", "cost"}


@pytest.mark.parametrize("note", ["\x00", "\ud800"])
def test_text_that_no_database_takes_is_refused(http, service, note):
    assert refused_fields(post(http, service, json.dumps({"price": 5, "note": note}))) == {"note"}


def test_a_body_larger_than_the_limit_is_refused_as_413(http, service, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = post(http, service, json.dumps({"price": 5, "note": "x" * 100}))
    assert (response.status_code, response.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "what"])
def test_a_body_of_another_type_is_refused_as_415(http, service, content_type):
    response = post(http, service, b"price=5", content_type)
    assert (response.status_code, response.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "key", ["0", "-1", "abc", "9223372036854775808", "99999999999999999999", "1.0", "05", "%00", "５"]
)
def test_an_id_that_no_bigint_holds_is_not_found(http, service, key):
    response = http.get(f"/users/{key}", headers=service)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND")


def test_the_largest_bigint_is_an_id(http, service):
    assert http.get(f"/users/{2**63 - 1}", headers=service).status_code == 200
