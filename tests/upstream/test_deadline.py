import pytest

from tests.upstream.hand_clock import HandClock
from xlcfi.upstream.deadline import Deadline
from xlcfi.upstream.errors import TimeIsUp


def test_what_is_left_shrinks_and_never_goes_below_nothing():
    clock = HandClock()
    deadline = Deadline(1.2, clock=clock)
    assert deadline.left == pytest.approx(1.2)
    clock.advance(1.0)
    assert deadline.left_or_raise() == pytest.approx(0.2)
    clock.advance(1.0)
    assert deadline.left == 0


def test_when_nothing_is_left_it_says_so():
    clock = HandClock()
    deadline = Deadline(1.2, clock=clock)
    clock.advance(1.2)
    with pytest.raises(TimeIsUp):
        deadline.left_or_raise()
