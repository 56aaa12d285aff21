import threading
import time

import pytest

from tests.upstream.hand_clock import HandClock
from xlcfi.upstream.breaker import BreakerRules, CircuitBreaker, State
from xlcfi.upstream.errors import BreakerOpen


class Broken(Exception):
    """What a failing call raises."""


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def changes():
    return []


@pytest.fixture
def breaker(clock, changes):
    return CircuitBreaker(clock=clock, on_change=changes.append)


def succeed(breaker, times=1):
    for _ in range(times):
        with breaker.watching():
            pass


def fail(breaker, times=1):
    for _ in range(times):
        with pytest.raises(Broken), breaker.watching():
            raise Broken


def refused(breaker):
    try:
        with breaker.watching():
            return False
    except BreakerOpen:
        return True


def test_four_failures_are_too_few_to_judge(breaker):
    fail(breaker, 4)
    assert breaker.state is State.CLOSED


def test_the_fifth_of_five_failures_opens_it(breaker, changes):
    fail(breaker, 5)
    assert breaker.state is State.OPEN
    assert refused(breaker)
    assert changes == [State.OPEN]


def test_half_of_the_last_ten_opens_it(breaker):
    succeed(breaker, 5)
    fail(breaker, 4)
    assert breaker.state is State.CLOSED
    fail(breaker)
    assert breaker.state is State.OPEN


def test_less_than_half_does_not(breaker):
    for _ in range(20):
        succeed(breaker, 2)
        fail(breaker)
    assert breaker.state is State.CLOSED


def test_only_the_last_ten_count(breaker):
    succeed(breaker, 100)
    fail(breaker, 4)
    assert breaker.state is State.CLOSED
    fail(breaker)
    assert breaker.state is State.OPEN


def test_it_refuses_for_ten_seconds(breaker, clock):
    fail(breaker, 5)
    clock.advance(9.9)
    assert breaker.refuses
    assert refused(breaker)
    clock.advance(0.2)
    assert not breaker.refuses
    assert breaker.state is State.HALF_OPEN


def test_three_good_trials_close_it(breaker, clock, changes):
    fail(breaker, 5)
    clock.advance(10)
    succeed(breaker, 3)
    assert breaker.state is State.CLOSED
    assert changes == [State.OPEN, State.HALF_OPEN, State.CLOSED]


def test_one_bad_trial_of_three_closes_it_too(breaker, clock):
    fail(breaker, 5)
    clock.advance(10)
    fail(breaker)
    succeed(breaker, 2)
    assert breaker.state is State.CLOSED


def test_two_bad_trials_of_three_open_it_for_another_ten_seconds(breaker, clock):
    fail(breaker, 5)
    clock.advance(10)
    succeed(breaker)
    fail(breaker, 2)
    assert breaker.state is State.OPEN
    clock.advance(9.9)
    assert refused(breaker)


def test_what_failed_before_it_closed_is_forgotten(breaker, clock):
    fail(breaker, 5)
    clock.advance(10)
    succeed(breaker, 3)
    fail(breaker, 4)
    assert breaker.state is State.CLOSED


def test_no_more_than_three_trials_are_under_way_at_once(breaker, clock):
    fail(breaker, 5)
    clock.advance(10)
    with breaker.watching(), breaker.watching(), breaker.watching():
        assert breaker.refuses
        assert refused(breaker)
    assert breaker.state is State.CLOSED


def test_trials_that_never_report_are_followed_by_others(breaker, clock):
    fail(breaker, 5)
    clock.advance(10)
    lost = [breaker.watching() for _ in range(3)]
    for call in lost:
        call.__enter__()
    assert refused(breaker)
    clock.advance(10)
    succeed(breaker, 3)
    assert breaker.state is State.CLOSED


def test_a_call_that_began_before_it_opened_says_nothing_about_the_trials(breaker, clock):
    early = breaker.watching()
    early.__enter__()
    fail(breaker, 5)
    clock.advance(10)
    succeed(breaker, 2)
    early.__exit__(None, None, None)
    assert breaker.state is State.HALF_OPEN


def test_any_exception_counts_as_a_failure(breaker):
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt), breaker.watching():
            raise KeyboardInterrupt
    assert breaker.state is State.OPEN


def test_many_threads_at_once_get_three_trials(breaker, clock):
    fail(breaker, 5)
    clock.advance(10)
    barrier, hold = threading.Barrier(30), threading.Event()
    admitted = []

    def call():
        barrier.wait(10)
        try:
            with breaker.watching():
                admitted.append(1)
                hold.wait(10)
        except BreakerOpen:
            admitted.append(0)

    threads = [threading.Thread(target=call, daemon=True) for _ in range(30)]
    for thread in threads:
        thread.start()
    while len(admitted) < 30:
        time.sleep(0.001)
    hold.set()
    for thread in threads:
        thread.join(10)
    assert sum(admitted) == 3


def test_its_rules_can_be_others(clock):
    breaker = CircuitBreaker(BreakerRules(window=4, least_calls=2, failure_share=1, open_seconds=1), clock=clock)
    fail(breaker)
    succeed(breaker)
    fail(breaker, 3)
    assert breaker.state is State.CLOSED
    fail(breaker)
    assert breaker.state is State.OPEN
