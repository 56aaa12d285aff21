"""The shape of log lines, and what never gets into them."""

import io
import json
import logging
from datetime import date, datetime, timedelta

import pytest

from xlcfi.observability.logging import KEYS, JsonFormatter, TextFormatter, logging_config
from xlcfi.observability.tracing import trace_begin, trace_scope
from xlcfi.observability.user_context import request_enter, request_leave


class Caller:
    user_id = 42


class Request:
    caller = Caller()


TOKEN = "eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiJpbnRlcm5hbC1zZXJ2aWNlIn0.c2lnbmF0dXJl"


@pytest.fixture
def log():
    """A logger, and `log.line()`: what it wrote last, as a dict; `log.text()`: as it stands there."""
    return _logger(JsonFormatter(service="xlcfi-data", secrets=("k" * 30,)))


@pytest.fixture
def text_log():
    return _logger(TextFormatter(service="xlcfi-data", secrets=("k" * 30,)))


def _logger(formatter):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.Logger("shop.orders")
    logger.addHandler(handler)
    logger.text = stream.getvalue
    logger.line = lambda: json.loads(stream.getvalue().splitlines()[-1])
    return logger


def test_a_line_has_exactly_the_agreed_keys(log):
    log.info("paid %d", 7)
    line = log.line()
    assert tuple(line) == KEYS
    assert line["level"] == "INFO"
    assert line["service"] == "xlcfi-data"
    assert line["message"] == "paid 7"
    assert line["logger"] == "shop.orders"
    assert line["function"] == "test_a_line_has_exactly_the_agreed_keys"
    assert isinstance(line["line"], int)
    assert line["trace_id"] is line["span_id"] is line["user_id"] is line["exception"] is None


def test_the_timestamp_is_seoul_time_with_its_offset(log):
    log.info("x")
    stamp = log.line()["timestamp"]
    assert stamp.endswith("+09:00")
    assert datetime.fromisoformat(stamp).utcoffset() == timedelta(hours=9)


def test_trace_and_user_of_the_request_are_in_its_lines(log):
    token = request_enter(Request())
    with trace_scope(trace_begin({"b3": "463ac35c9f6413ad-a2fb4a1d1a96d312-1"})) as trace:
        log.info("x")
    request_leave(token)
    line = log.line()
    assert line["trace_id"] == "0000000000000000463ac35c9f6413ad"
    assert line["span_id"] == trace.span_id
    assert line["user_id"] == 42


def test_extras_stand_under_their_own_names_and_never_replace_an_agreed_key(log):
    log.info(
        "x", extra={"order_id": 7, "topics": ("a", "b"), "level": "mine", "user_id": 5, "when": date(2025, 11, 20)}
    )
    line = log.line()
    assert line["order_id"] == 7
    assert line["topics"] == ["a", "b"]
    assert line["level"] == "INFO"
    assert line["extra_level"] == "mine"
    assert line["user_id"] == 5
    assert line["when"] == "2025-11-20"


def test_an_exception_is_one_field_in_one_line(log):
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        log.exception("failed")
    assert len(log.text().splitlines()) == 1
    assert log.line()["exception"].startswith("Traceback")
    assert "ValueError: first\nsecond" in log.line()["exception"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_a_message_with_line_ends_stays_one_line_and_comes_back_unchanged(log, end):
    log.info("one%stwo", end)
    assert len(log.text().splitlines()) == 1
    assert log.line()["message"] == f"one{end}two"


def test_korean_is_written_as_it_is(log):
    log.info("김치 %s", "된장", extra={"name_ko": "고추장"})
    assert "김치 된장" in log.text()
    assert "고추장" in log.text()


def test_half_a_surrogate_pair_is_logged_and_not_lost(log):
    log.info("broken \ud83d", extra={"order_id": 7})
    assert log.line()["message"] == "broken \ud83d"
    assert log.line()["order_id"] == 7
    log.text().encode()


def test_numbers_that_json_does_not_know_are_null(log):
    log.info("x", extra={"ratio": float("nan")})
    assert log.line()["ratio"] is None


@pytest.mark.parametrize(
    "message",
    [
        f"token is {TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        "Authorization: Basic hush-hush",
        "called with X-Internal-Token: hush-hush",
        "{'X-Internal-Secret': 'hush-hush'}",
        "GET /v1/x?access_token=hush-hush&limit=5",
        "GET /v1/x?limit=5&api_key=hush-hush",
        "postgres://shop:hush-hush@db:5432/xlcfi is away",
        "redis://:hush-hush@cache:6379/0 is away",
        '{"password": "hush-hush"}',
        "{'INTERNAL_JWT_SECRET': b'hush-hush'}",
        "INTERNAL_JWT_SECRET=hush-hush",
        "Cookie: sessionid=hush-hush; csrftoken=hush-hush",
        "the key is " + "k" * 30,
    ],
)
def test_no_secret_is_ever_written(log, text_log, message):
    for logger in (log, text_log):
        logger.info(message)
        logger.info("x", extra={"said": message, "inside": {"deep": [message]}})
        try:
            raise ValueError(message)
        except ValueError:
            logger.exception("failed")
        for secret in ("hush-hush", TOKEN, TOKEN.split(".")[2], "k" * 30):
            if secret in message:
                assert secret not in logger.text()


@pytest.mark.parametrize("name", ["password", "INTERNAL_JWT_SECRET", "access_token", "Authorization", "api-key"])
def test_an_extra_with_a_secret_name_is_hidden(log, name):
    log.info("x", extra={name: "hush-hush", "inside": {name: 123456}})
    assert "hush-hush" not in log.text()
    assert "123456" not in log.text()


@pytest.mark.parametrize(
    "message",
    [
        "Invalid token: signature has expired",
        "tokens used: 5",
        "see https://example.com/a/b?limit=5",
        "PROBE of redis failed: Connection refused",
        "monkey=5 and author=kim",
    ],
)
def test_what_is_no_secret_stays_readable(log, message):
    log.info(message)
    assert log.line()["message"] == message


@pytest.mark.parametrize("part", ["a-", "eyJ", "secret", "://", "'token':", "password.", "bearer "])
def test_of_a_made_up_megabyte_the_beginning_and_the_end_are_written(log, part):
    log.info("begin " + part * (1_000_000 // len(part)) + " end")
    message = log.line()["message"]
    assert len(message) < 50_000
    assert message.startswith("begin")
    assert message.endswith("end")


def test_text_is_one_line_for_people_with_trace_user_and_extras(text_log):
    token = request_enter(Request())
    with trace_scope(trace_begin({})) as trace:
        text_log.warning("one\ntwo", extra={"order_id": 7})
    request_leave(token)
    assert len(text_log.text().splitlines()) == 1
    for part in ("WARNING", "shop.orders", "one\\ntwo", trace.trace_id, "user=42", "order_id=7"):
        assert part in text_log.text()


def test_the_configuration_is_one_that_python_takes():
    for form in ("json", "text"):
        configuration = logging_config("debug", form, "xlcfi-data")
        assert configuration["root"]["level"] == "DEBUG"
        logging.config.DictConfigurator(configuration)


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="LOG_FORMAT"):
        logging_config("INFO", "xml", "xlcfi-data")
