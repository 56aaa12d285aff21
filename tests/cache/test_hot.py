"""Copies of busy keys in the process."""

import pytest

from xlcfi.cache.hot import AT_MOST, SECONDS, HotCopies
from xlcfi.cache.json_cache import cache_invalidate, cached_raw
from xlcfi.cache.json_codec import BadJson, json_check
from xlcfi.cache.redis import redis_client


class Ticks:
    """A clock that is moved by hand."""

    now = 100.0

    def __call__(self):
        return self.now


def test_a_copy_serves_for_its_seconds_and_no_longer():
    ticks = Ticks()
    copies = HotCopies(clock=ticks)
    copies.keep("a", b"1")
    ticks.now += SECONDS * 0.99
    assert copies.get("a") == b"1"
    ticks.now += SECONDS * 0.02
    assert copies.get("a") is None


def test_many_keys_never_fill_the_memory():
    copies = HotCopies(clock=Ticks())
    for number in range(3 * AT_MOST):
        copies.keep(str(number), b"1")
    assert sum(copies.get(str(number)) is not None for number in range(3 * AT_MOST)) <= AT_MOST
    assert copies.get(str(3 * AT_MOST - 1)) == b"1"


def test_what_is_named_is_forgotten_and_everything_where_nothing_is_named():
    copies = HotCopies(clock=Ticks())
    for key in "abc":
        copies.keep(key, b"1")
    copies.forget("a")
    assert [copies.get(key) for key in "abc"] == [None, b"1", b"1"]
    copies.forget()
    assert copies.get("b") is None


def test_text_is_given_as_redis_has_it_and_an_invalidation_here_is_seen_at_once(key):
    made = iter(["하나", "둘"])

    def ask():
        return cached_raw(key=key, ttl=60, compute=lambda: {"made": next(made)}, refresh_every=0)

    assert bytes(ask()) == redis_client().get(key) == '{"made":"하나"}'.encode()
    assert bytes(ask()) == '{"made":"하나"}'.encode()
    cache_invalidate(key)
    assert bytes(ask()) == '{"made":"둘"}'.encode()


@pytest.mark.parametrize("raw", [b"", b"[1,", b'{"a":1}x', b"NaN", b'"\xff"', b"[" * 100_000])
def test_what_is_no_json_is_found_without_reading_it(raw):
    with pytest.raises(BadJson):
        json_check(raw)
