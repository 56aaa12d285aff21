import threading

import pytest

from xlcfi.cache.single_flight import SingleFlight


class Gate:
    """Work that counts how often it began and ends when told."""

    def __init__(self, result="done"):
        self.result = result
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()
        self.times = 0

    def __call__(self):
        self.times += 1
        self.begun.release()
        self.go.wait(10)
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


def in_threads(number, action):
    """Run `action` in so many threads; the started threads and the list that their outcomes go to."""
    outcomes = []

    def run():
        try:
            outcomes.append(action())
        except BaseException as error:  # noqa: BLE001 - what each thread met is what the test looks at
            outcomes.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads, outcomes


def join(threads):
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_a_hundred_threads_that_ask_at_once_share_one_working():
    flight, gate = SingleFlight(patience=10), Gate()
    first, got_first = in_threads(1, lambda: flight.run("k", gate))
    gate.begun.acquire(timeout=10)
    rest, got_rest = in_threads(99, lambda: flight.run("k", gate))
    gate.go.set()
    join(first + rest)
    assert got_first + got_rest == ["done"] * 100
    # A thread that came after the landing works by itself; those that waited did not.
    assert gate.times < 100


def test_another_key_does_not_wait():
    flight, gate = SingleFlight(patience=10), Gate()
    threads, _ = in_threads(1, lambda: flight.run("slow", gate))
    gate.begun.acquire(timeout=10)
    assert flight.run("other", lambda: 7) == 7
    gate.go.set()
    join(threads)


def test_an_error_reaches_all_who_waited():
    flight, gate = SingleFlight(patience=10), Gate(ValueError("broken"))
    threads, outcomes = in_threads(1, lambda: flight.run("k", gate))
    gate.begun.acquire(timeout=10)
    more, theirs = in_threads(5, lambda: flight.run("k", gate))
    gate.go.set()
    join(threads + more)
    assert [type(outcome) for outcome in outcomes + theirs] == [ValueError] * 6


def test_an_error_is_not_kept():
    flight = SingleFlight(patience=10)
    with pytest.raises(ZeroDivisionError):
        flight.run("k", lambda: 1 // 0)
    assert flight.run("k", lambda: 1) == 1


def test_work_that_hangs_is_begun_anew_by_one_of_the_waiting():
    flight, stuck = SingleFlight(patience=0.05), Gate()
    threads, _ = in_threads(1, lambda: flight.run("k", stuck))
    stuck.begun.acquire(timeout=10)
    again = []
    more, outcomes = in_threads(10, lambda: flight.run("k", lambda: again.append(1) or "fresh"))
    join(more)
    assert outcomes == ["fresh"] * 10
    assert 1 <= len(again) <= 10
    stuck.go.set()
    join(threads)


def test_a_thread_told_to_end_does_not_end_those_who_waited_for_it():
    flight, gate = SingleFlight(patience=10), Gate(SystemExit(0))
    threads, _ = in_threads(1, lambda: flight.run("k", gate))
    gate.begun.acquire(timeout=10)
    more, outcomes = in_threads(5, lambda: flight.run("k", lambda: "mine"))
    gate.go.set()
    join(threads + more)
    assert outcomes == ["mine"] * 5


def test_work_that_asks_for_itself_does_not_wait_for_itself():
    flight = SingleFlight(patience=10)
    assert flight.run("k", lambda: flight.run("k", lambda: "inner")) == "inner"
