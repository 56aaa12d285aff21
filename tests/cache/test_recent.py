"""A value that may be a moment old."""

import threading

import pytest

from xlcfi.cache.recent import Recent


class Counting:
    """A clock to be set, and a reading that tells how often it was done."""

    def __init__(self):
        self.now = 100.0
        self.reads = 0

    def read(self):
        self.reads += 1
        return self.reads


@pytest.fixture
def counting():
    return Counting()


@pytest.fixture
def recent(counting):
    return Recent(counting.read, seconds=0.5, clock=lambda: counting.now)


def test_it_is_read_once_in_its_time_and_again_after_it(recent, counting):
    assert [recent.get(), recent.get()] == [1, 1]
    counting.now += 0.5
    assert recent.get() == 2


def test_what_is_forgotten_is_read_again_at_once(recent):
    recent.get()
    recent.forget()
    assert recent.get() == 2


def test_a_reading_that_fails_is_not_kept(counting):
    def fail_first():
        if counting.read() == 1:
            raise ValueError("away")
        return "there"

    recent = Recent(fail_first, seconds=0.5, clock=lambda: counting.now)
    with pytest.raises(ValueError, match="away"):
        recent.get()
    assert recent.get() == "there"


def test_nobody_waits_for_another_who_reads_again():
    may_end, begun = threading.Event(), threading.Event()
    values = iter(["old", "new"])

    def read():
        value = next(values)
        if value == "new":
            begun.set()
            assert may_end.wait(10)
        return value

    recent = Recent(read, seconds=0.0)
    assert recent.get() == "old"
    slow = threading.Thread(target=recent.get)
    slow.start()
    assert begun.wait(10)
    assert recent.get() == "old"
    may_end.set()
    slow.join()
