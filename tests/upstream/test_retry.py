import pytest

from tests.upstream.hand_clock import HandClock
from xlcfi.upstream.deadline import Deadline
from xlcfi.upstream.errors import BadAnswer, ServerFailed, TimeIsUp, Unreachable
from xlcfi.upstream.retry import retried

RETRIED = (Unreachable, ServerFailed)


class Attempts:
    """Raises one error after the other, then returns."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.times = 0

    def __call__(self):
        self.times += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def run(attempts, *, seconds=10.0, spread=1.0):
    clock = HandClock()
    result = retried(
        attempts,
        on=RETRIED,
        deadline=Deadline(seconds, clock=clock),
        pauses=(0.1, 0.3),
        sleep=clock.sleep,
        spread=lambda: spread,
    )
    return result, clock.slept


def test_what_succeeds_is_done_once():
    attempts = Attempts()
    assert run(attempts) == ("done", [])
    assert attempts.times == 1


def test_connection_errors_and_5xx_are_tried_again_after_growing_pauses():
    assert run(Attempts(Unreachable(), ServerFailed())) == ("done", [0.1, 0.3])


def test_pauses_are_spread_over_their_upper_half():
    assert run(Attempts(Unreachable(), Unreachable()), spread=0.0) == ("done", [0.05, 0.15])


def test_the_last_error_is_the_answer():
    attempts = Attempts(Unreachable("1"), Unreachable("2"), ServerFailed("3"))
    with pytest.raises(ServerFailed, match="3"):
        run(attempts)
    assert attempts.times == 3


@pytest.mark.parametrize("error", [TimeIsUp(), BadAnswer()])
def test_other_errors_are_not_tried_again(error):
    attempts = Attempts(error)
    with pytest.raises(type(error)):
        run(attempts)
    assert attempts.times == 1


def test_a_pause_that_would_outlast_the_time_limit_is_not_begun():
    attempts = Attempts(Unreachable(), Unreachable("second"))
    with pytest.raises(Unreachable, match="second"):
        run(attempts, seconds=0.35)
    assert attempts.times == 2
