"""The internal token, with jjwt's reading of the secret."""

import base64
import json
from typing import Any

import jwt
import pytest

from xlcfi.api.keys import key_is_weak, signing_key
from xlcfi.api.tokens import internal_token_check, internal_token_mint
from xlcfi.errors import NotAuthenticated

KEY = bytes(range(64))
OTHER_KEY = bytes(range(64, 128))


@pytest.fixture(autouse=True)
def _keys(settings: Any, clock: Any) -> None:
    settings.INTERNAL_JWT_KEYS = (KEY,)


def token(clock: Any, *, key: bytes = KEY, algorithm: str = "HS512", without: str = "", **changed: Any) -> str:
    """A good token, but for what is changed."""
    now = int(clock.now().timestamp())
    claims = {"sub": "internal-service", "role": "INTERNAL_SERVICE", "iat": now, "exp": now + 3600} | changed
    claims.pop(without, None)
    return jwt.encode(claims, key, algorithm=algorithm)


def part(content: dict[str, Any]) -> str:
    """One part of a JWT."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def refusal(token: str) -> str:
    """What is said about a token that is refused."""
    with pytest.raises(NotAuthenticated) as refused:
        internal_token_check(token)
    return refused.value.message


def test_the_token_that_we_mint_is_one_that_we_accept():
    internal_token_check(internal_token_mint())


def test_what_we_mint_lives_an_hour_and_says_what_the_java_side_wants(clock):
    claims = jwt.decode(internal_token_mint(), KEY, algorithms=["HS512"], options={"verify_exp": False})
    now = int(clock.now().timestamp())
    assert claims == {"sub": "internal-service", "role": "INTERNAL_SERVICE", "iat": now, "exp": now + 3600}


def test_the_older_role_is_accepted(clock):
    internal_token_check(token(clock, role="SERVICE"))


@pytest.mark.parametrize("algorithm", ["HS256", "HS384"])
def test_another_algorithm_with_the_right_key_is_refused(clock, algorithm):
    assert "HS512" in refusal(token(clock, algorithm=algorithm))


def test_the_algorithm_none_is_refused(clock):
    unsigned = f"{part({'alg': 'none', 'typ': 'JWT'})}.{token(clock).split('.')[1]}."
    assert "HS512" in refusal(unsigned)


def test_a_signature_by_another_key_is_refused(clock):
    assert "another key" in refusal(token(clock, key=OTHER_KEY))


def test_a_payload_changed_after_signing_is_refused(clock):
    header, _, signature = token(clock).split(".")
    _, forged, _ = token(clock, key=OTHER_KEY, iat=1).split(".")
    assert "another key" in refusal(f"{header}.{forged}.{signature}")


@pytest.mark.parametrize("claim", ["exp", "iat", "sub"])
def test_a_token_without_a_required_claim_is_refused(clock, claim):
    assert claim in refusal(token(clock, without=claim))


def test_an_expired_token_is_refused_after_thirty_seconds_of_skew_and_not_before(clock):
    now = int(clock.now().timestamp())
    internal_token_check(token(clock, iat=now - 3600, exp=now - 29))
    assert "expired" in refusal(token(clock, iat=now - 3600, exp=now - 30))


def test_a_token_from_the_future_is_refused_after_thirty_seconds_of_skew_and_not_before(clock):
    now = int(clock.now().timestamp())
    internal_token_check(token(clock, iat=now + 30))
    assert "future" in refusal(token(clock, iat=now + 31))
    assert "future" in refusal(token(clock, nbf=now + 31))


def test_a_token_that_lives_for_years_is_refused(clock):
    now = int(clock.now().timestamp())
    assert "too long" in refusal(token(clock, exp=now + 10 * 365 * 86_400))


def test_a_token_that_ends_before_it_begins_is_refused(clock):
    now = int(clock.now().timestamp())
    assert "too long" in refusal(token(clock, iat=now + 20, exp=now + 10))


@pytest.mark.parametrize("moment", ["1", None, True, [1], {}, float("inf"), float("nan")])
@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
def test_times_that_are_not_numbers_are_refused(clock, claim, moment):
    refusal(token(clock, **{claim: moment}))


@pytest.mark.parametrize("subject", ["someone", "", "INTERNAL-SERVICE", 7, None])
def test_another_subject_is_refused(clock, subject):
    claims = {"role": "INTERNAL_SERVICE", "iat": int(clock.now().timestamp()), "sub": subject}
    claims["exp"] = claims["iat"] + 60
    signed = jwt.api_jws.encode(json.dumps(claims).encode(), KEY, algorithm="HS512")
    refusal(signed)


@pytest.mark.parametrize("role", ["ADMIN", "", None, "internal_service", ["INTERNAL_SERVICE"], {"a": 1}])
def test_another_role_is_refused(clock, role):
    assert "role" in refusal(token(clock, role=role))


def test_a_token_without_a_role_is_refused(clock):
    assert "role" in refusal(token(clock, without="role"))


@pytest.mark.parametrize("text", ["", "abc", "a.b.c", "....", "é.é.é", "a" * 100_000])
def test_what_is_no_token_is_refused(text):
    refusal(text)


def test_the_previous_secret_is_accepted_while_it_is_rotated(clock, settings):
    settings.INTERNAL_JWT_KEYS = (OTHER_KEY, KEY)
    internal_token_check(token(clock, key=KEY))
    internal_token_check(token(clock, key=OTHER_KEY))


TEXT = base64.b64encode(KEY).decode()


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.rstrip("="), TEXT[:-1], f" {TEXT}\n", f"--{TEXT}", f"{TEXT.rstrip('=')}-_ "]
)
def test_padding_may_be_missing_and_illegal_characters_at_the_ends_are_cut_off(text):
    assert signing_key(text, encoding="base64") == KEY


@pytest.mark.parametrize("wrong", ["-", "_", " ", "\n", "=", "é", "가"])
def test_an_illegal_character_inside_is_an_error(wrong):
    with pytest.raises(ValueError, match="not base64"):
        signing_key(TEXT[:40] + wrong + TEXT[40:], encoding="base64")


def test_eighty_six_characters_of_base64_are_enough_and_eighty_five_are_not():
    assert len(signing_key("Ab3/" * 21 + "Ab", encoding="base64")) == 64
    with pytest.raises(ValueError, match="504 bits"):
        signing_key("Ab3/" * 21 + "A", encoding="base64")


def test_a_secret_of_63_bytes_is_refused_in_either_encoding():
    with pytest.raises(ValueError, match="504 bits"):
        signing_key("k" * 63, encoding="raw")
    with pytest.raises(ValueError, match="504 bits"):
        signing_key(base64.b64encode(KEY[:63]).decode(), encoding="base64")
    with pytest.raises(ValueError, match="bits"):
        signing_key("k" * 63, encoding="base64")


def test_raw_and_base64_are_different_keys_of_the_same_text():
    assert signing_key(TEXT, encoding="raw") == TEXT.encode() != signing_key(TEXT, encoding="base64")


@pytest.mark.parametrize("key", [b"a" * 64, b"abc" * 30, b"password01234567" * 5, b"ab" * 40])
def test_a_key_that_was_typed_is_weak(key):
    assert key_is_weak(key)


def test_a_key_that_was_generated_is_not_weak():
    assert not key_is_weak(
        base64.b64decode("3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3")
    )


def test_a_token_made_by_jjwt_is_accepted(settings):
    """By hand, as jjwt does it: HMAC-SHA512 over header.payload with the decoded key, base64url, no padding."""
    import hashlib
    import hmac
    from datetime import datetime

    from xlcfi.clock import FixedClock, use_clock

    settings.INTERNAL_JWT_KEYS = (signing_key(TEXT, encoding="base64"),)
    head = part({"alg": "HS512"})
    body = part({"sub": "internal-service", "role": "INTERNAL_SERVICE", "iat": 1763600000, "exp": 1763603600})
    mark = base64.urlsafe_b64encode(hmac.new(KEY, f"{head}.{body}".encode(), hashlib.sha512).digest()).decode()
    with use_clock(FixedClock(datetime.fromisoformat("2025-11-20T10:00:00+09:00"))):
        internal_token_check(f"{head}.{body}.{mark.rstrip('=')}")
