"""What is kept for a moment."""

import pytest

from xlcfi.cache.moment import MomentCache


@pytest.fixture
def times():
    return [0.0]


@pytest.fixture
def cache(times):
    return MomentCache(seconds=1.0, at_most=3, clock=lambda: times[0])


def test_a_value_is_made_once_within_its_moment_and_again_after_it(cache, times):
    made = iter("ab")
    assert [cache.get_or_make(1, lambda: next(made)) for _ in range(3)] == ["a", "a", "a"]
    times[0] = 1.0
    assert cache.get_or_make(1, lambda: next(made)) == "b"


def test_its_age_counts_from_before_it_was_made(cache, times):
    def slow():
        times[0] += 0.9
        return "old already"

    cache.get_or_make(1, slow)
    times[0] += 0.1
    assert cache.get_or_make(1, lambda: "new") == "new"


def test_the_oldest_go_when_it_is_full(cache):
    for key in range(5):
        cache.get_or_make(key, lambda key=key: key)
    assert cache.get_or_make(4, lambda: "made again") == 4
    assert cache.get_or_make(0, lambda: "made again") == "made again"


def test_what_failed_is_not_kept(cache):
    with pytest.raises(ZeroDivisionError):
        cache.get_or_make(1, lambda: 1 / 0)
    assert cache.get_or_make(1, lambda: "fine") == "fine"
