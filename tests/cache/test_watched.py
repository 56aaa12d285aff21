"""What is kept until it changes."""

import pytest

from xlcfi.cache.watched import Changes, WatchedCache


class World:
    """A clock that is moved, and changes that are told once looked for."""

    def __init__(self):
        self.now = 0.0
        self.changed = set()
        self.everything = False
        self.marks = []

    def look(self, mark):
        self.marks.append(mark)
        found = Changes(len(self.marks), self.changed, self.everything)
        self.changed, self.everything = set(), False
        return found


@pytest.fixture
def world():
    return World()


@pytest.fixture
def cache(world):
    return WatchedCache(look=world.look, look_every=0.5, seconds=10.0, at_most=3, clock=lambda: world.now)


def test_what_does_not_change_is_made_once_until_its_longest_life_is_over(cache, world):
    made = iter("ab")
    for world.now in (0.0, 0.4, 3.0, 9.9):
        assert cache.get_or_make(1, 5, lambda: next(made)) == "a"
    world.now = 10.0
    assert cache.get_or_make(1, 5, lambda: next(made)) == "b"


def test_a_change_is_seen_at_the_next_look_and_only_its_subject_is_made_again(cache, world):
    cache.get_or_make(1, 5, lambda: "old")
    cache.get_or_make(1, 9, lambda: "old")
    cache.get_or_make(2, 5, lambda: "other")
    world.changed = {1}
    world.now = 0.4
    assert cache.get_or_make(1, 5, lambda: "new") == "old"
    world.now = 0.5
    assert cache.get_or_make(1, 5, lambda: "new") == "new"
    assert cache.get_or_make(1, 9, lambda: "new") == "new"
    assert cache.get_or_make(2, 5, lambda: "made again") == "other"
    assert world.marks == [None, 1]


def test_a_change_of_everything_drops_everything(cache, world):
    cache.get_or_make(1, 5, lambda: "old")
    world.everything = True
    world.now = 1.0
    assert cache.get_or_make(1, 5, lambda: "new") == "new"


def test_a_value_made_while_somebody_looked_is_given_but_not_kept(cache, world):
    def made_slowly():
        world.now = 0.6
        cache.get_or_make(2, 5, lambda: "another request, which looks")
        return "may be old"

    assert cache.get_or_make(1, 5, made_slowly) == "may be old"
    assert cache.get_or_make(1, 5, lambda: "fresh") == "fresh"


def test_the_oldest_subjects_go_when_it_is_full(cache):
    for subject in range(5):
        cache.get_or_make(subject, 5, lambda subject=subject: subject)
    assert cache.get_or_make(4, 5, lambda: "made again") == 4
    assert cache.get_or_make(0, 5, lambda: "made again") == "made again"


def test_what_failed_is_not_kept_and_a_failed_look_is_tried_again(cache, world):
    with pytest.raises(ZeroDivisionError):
        cache.get_or_make(1, 5, lambda: 1 / 0)
    assert cache.get_or_make(1, 5, lambda: "fine") == "fine"
    world.now, look = 1.0, world.look
    cache._look = lambda mark: 1 / 0
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            cache.get_or_make(1, 5, lambda: "fine")
    cache._look = look
    assert cache.get_or_make(1, 5, lambda: "new") == "fine"
