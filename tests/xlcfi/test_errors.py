"""Errors that callers may see."""

import pytest

from xlcfi import errors


def test_every_error_has_a_code_a_status_and_words():
    found = errors.every_error()
    assert len(found) >= 12
    for kind in found:
        assert kind.code.isupper()
        assert 400 <= kind.http_status < 600
        assert kind.default_message.endswith(".")
        assert kind.__doc__


def test_an_error_carries_what_it_was_given():
    error = errors.Unavailable("Away.", details={"what": "x"}, retry_after=0)
    assert (error.message, error.details, error.retry_after) == ("Away.", {"what": "x"}, 0)


@pytest.mark.parametrize("kind", [errors.Unavailable, errors.TooManyRequests])
def test_what_passes_says_when_to_come_back(kind):
    assert kind().retry_after >= 1
