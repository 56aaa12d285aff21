import json
import multiprocessing
import threading
import time
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import OperationalError

from tests.bounds import NO_HANG
from xlcfi.cache import json_cache
from xlcfi.cache.json_cache import cache_invalidate, cached_json
from xlcfi.cache.redis import redis_client
from xlcfi.clock import SEOUL
from xlcfi.observability.metrics import REGISTRY

ANSWER = {
    "as_of": "2025-03-01T00:00:00+09:00",
    "total": Decimal("35900.10"),
    "whole": Decimal("12900"),
    "zero": Decimal("0.00"),
    "rate": 0.25,
    "items": [{"id": 1, "name": "김치", "none": None}],
}


class Counted:
    """A computation that counts how often it ran and takes a while if told."""

    def __init__(self, value=None, seconds=0.0):
        self.value, self.seconds, self.times = value, seconds, 0
        self._lock = threading.Lock()

    def __call__(self):
        with self._lock:
            self.times += 1
            number = self.times
        time.sleep(self.seconds)
        if isinstance(self.value, Exception):
            raise self.value
        return self.value if self.value is not None else {"number": number}


def mark(name, key):
    return f"{json_cache.PREFIX}:{name}:{key}"


def let_time_pass(key, seconds):
    """Make the value under `key` look so much older."""
    made = redis_client().get(mark("made", key)).decode()
    change, _, moment = made.partition("|")
    redis_client().set(mark("made", key), f"{change}|{float(moment) - seconds:.3f}", keepttl=True)


def ask_at_once(threads, action):
    """The outcomes of `action` in so many threads that begin together."""
    barrier = threading.Barrier(threads)
    outcomes = []

    def run():
        barrier.wait(10)
        try:
            outcomes.append(action())
        except Exception as error:  # noqa: BLE001 - what each thread met is what the test looks at
            outcomes.append(error)

    pool = [threading.Thread(target=run, daemon=True) for _ in range(threads)]
    for thread in pool:
        thread.start()
    for thread in pool:
        thread.join(20)
    return outcomes


def test_a_cached_answer_equals_the_computed_one_to_the_last_digit(key):
    compute = Counted(ANSWER)
    first = cached_json(key=key, ttl=60, compute=compute)
    second = cached_json(key=key, ttl=60, compute=compute)
    assert compute.times == 1
    assert first == second == ANSWER
    assert str(second["total"]) == str(first["total"]) == "35900.10"
    assert [type(value) for value in first.values()] == [type(value) for value in second.values()]


def test_java_finds_plain_json_under_the_raw_key_with_its_time_to_live(key):
    cached_json(
        key=key,
        ttl=60,
        compute=lambda: {"day": date(2025, 3, 1), "at": datetime(2025, 3, 1, tzinfo=SEOUL), "n": (1, 2)},
    )
    text = redis_client().get(key).decode()
    assert json.loads(text) == {"day": "2025-03-01", "at": "2025-03-01T00:00:00+09:00", "n": [1, 2]}
    assert 0 < redis_client().ttl(key) <= 60


def test_null_is_an_answer_too(key):
    compute = Counted()
    redis_client().set(key, "null", ex=30)
    assert cached_json(key=key, ttl=60, compute=compute) is None
    assert compute.times == 0


@pytest.mark.parametrize("rubbish", [b"", b'{"half": ', b"\xff\xfe", b"not json"])
def test_rubbish_under_the_key_counts_as_absent(key, rubbish):
    redis_client().set(key, rubbish)
    assert cached_json(key=key, ttl=60, compute=lambda: {"fine": True}) == {"fine": True}
    assert redis_client().get(key) == b'{"fine":true}'


def test_a_key_of_another_type_is_replaced(key):
    redis_client().lpush(key, "someone else's")
    assert cached_json(key=key, ttl=60, compute=lambda: [1]) == [1]
    assert redis_client().get(key) == b"[1]"


def test_rubbish_marks_do_not_hurt(key):
    cached_json(key=key, ttl=60, compute=lambda: [1])
    redis_client().set(mark("made", key), b"\xff|yesterday")
    assert cached_json(key=key, ttl=60, compute=lambda: [2]) == [1]


def test_a_change_is_seen_after_the_rest_and_not_before(key):
    compute = Counted()
    ask = lambda: cached_json(key=key, ttl=60, compute=compute, refresh_every=5)["number"]  # noqa: E731
    assert ask() == 1
    assert cache_invalidate(key) is True
    assert ask() == 1
    let_time_pass(key, 5.1)
    assert ask() == 2
    let_time_pass(key, 5.1)
    assert ask() == 2, "one change makes one new computation"


def test_a_change_during_the_computing_is_not_lost(key):
    def compute_while_an_event_comes():
        cache_invalidate(key)
        return {"number": "old"}

    cached_json(key=key, ttl=60, compute=compute_while_an_event_comes)
    let_time_pass(key, 6)
    assert cached_json(key=key, ttl=60, compute=lambda: {"number": "new"}) == {"number": "new"}


def test_without_a_change_the_value_stays_until_shortly_before_its_end(key):
    compute = Counted()
    cached_json(key=key, ttl=100, compute=compute)
    let_time_pass(key, 85)
    assert cached_json(key=key, ttl=100, compute=compute) == {"number": 1}
    let_time_pass(key, 6)
    assert cached_json(key=key, ttl=100, compute=compute) == {"number": 2}


def test_while_one_computes_anew_the_others_get_the_old_value(key):
    cached_json(key=key, ttl=60, compute=lambda: "old")
    cache_invalidate(key)
    let_time_pass(key, 6)
    others = []

    def compute():
        others.extend(ask_at_once(10, lambda: cached_json(key=key, ttl=60, compute=lambda: "too many")))
        return "new"

    assert cached_json(key=key, ttl=60, compute=compute) == "new"
    assert others == ["old"] * 10
    assert cached_json(key=key, ttl=60, compute=lambda: "too many") == "new"


def test_a_hundred_threads_that_find_nothing_compute_once(key):
    compute = Counted(ANSWER, seconds=0.3)
    outcomes = ask_at_once(100, lambda: cached_json(key=key, ttl=60, compute=compute))
    assert outcomes == [ANSWER] * 100
    assert compute.times == 1


def test_the_shared_value_belongs_to_each_thread_alone(key):
    outcomes = ask_at_once(10, lambda: cached_json(key=key, ttl=60, compute=Counted({"list": []}, seconds=0.2)))
    outcomes[0]["list"].append("mine")
    assert [outcome["list"] for outcome in outcomes[1:]] == [[]] * 9


def compute_in_a_process(url, key, counter, start, answers):
    """What one of two processes does: ask with twenty threads at once."""
    from django.conf import settings

    settings.REDIS_URL = url

    def compute():
        with counter.get_lock():
            counter.value += 1
        time.sleep(0.3)
        return {"total": Decimal("1.10")}

    start.wait(20)
    answers.put([str(answer) for answer in ask_at_once(20, lambda: cached_json(key=key, ttl=60, compute=compute))])


def test_two_processes_that_find_nothing_compute_once(key, settings):
    context = multiprocessing.get_context("fork")
    counter, start, answers = context.Value("i", 0), context.Event(), context.Queue()
    arguments = (settings.REDIS_URL, key, counter, start, answers)
    processes = [context.Process(target=compute_in_a_process, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    start.set()
    got = answers.get(timeout=20) + answers.get(timeout=20)
    for process in processes:
        process.join(20)
    assert got == [str({"total": Decimal("1.10")})] * 40
    assert counter.value == 1


def test_a_holder_that_died_keeps_nobody_waiting_longer_than_the_patience(key, monkeypatch):
    monkeypatch.setattr(json_cache, "PATIENCE_SECONDS", 0.2)
    redis_client().set(mark("lock", key), "a process that was killed", px=10_000)
    assert cached_json(key=key, ttl=60, compute=lambda: "computed") == "computed"
    assert redis_client().get(key) is None, "what the holder may still store is not overwritten"
    redis_client().pexpire(mark("lock", key), 1)
    time.sleep(0.01)
    assert cached_json(key=key, ttl=60, compute=lambda: "after it") == "after it"
    assert redis_client().get(key) == b'"after it"'


def test_a_holder_whose_lock_ran_out_does_not_overwrite_a_later_one(key):
    def slow():
        redis_client().set(mark("lock", key), "the next holder", px=10_000)
        return "old"

    assert cached_json(key=key, ttl=60, compute=slow) == "old"
    assert redis_client().get(key) is None


def test_an_error_of_the_computing_reaches_the_caller_and_lets_the_lock_go(key):
    with pytest.raises(ZeroDivisionError):
        cached_json(key=key, ttl=60, compute=lambda: 1 // 0)
    assert redis_client().get(mark("lock", key)) is None
    assert cached_json(key=key, ttl=60, compute=lambda: "fine") == "fine"


def test_while_the_database_fails_the_old_value_is_served_and_it_is_left_alone(key):
    cached_json(key=key, ttl=60, compute=lambda: "old")
    cache_invalidate(key)
    let_time_pass(key, 6)
    failing = Counted(OperationalError("the database is away"))
    assert [cached_json(key=key, ttl=60, compute=failing) for _ in range(3)] == ["old"] * 3
    assert failing.times == 1
    redis_client().delete(mark("lock", key))
    assert cached_json(key=key, ttl=60, compute=lambda: "new") == "new"


def test_without_redis_every_ask_computes_and_a_hundred_at_once_compute_once(own_redis):
    own_redis.stop()
    compute = Counted(ANSWER, seconds=0.3)
    assert ask_at_once(100, lambda: cached_json(key="gone", ttl=60, compute=compute)) == [ANSWER] * 100
    assert compute.times == 1
    assert cached_json(key="gone", ttl=60, compute=compute) == ANSWER
    assert compute.times == 2
    assert cache_invalidate("gone") is False


def test_a_redis_that_freezes_while_computing_does_not_lose_the_answer(own_redis):
    def compute():
        own_redis.freeze()
        return ANSWER

    begun = time.monotonic()
    assert cached_json(key="frozen", ttl=60, compute=compute) == ANSWER
    assert cached_json(key="frozen", ttl=60, compute=lambda: ANSWER) == ANSWER
    assert time.monotonic() - begun < NO_HANG


def test_redis_that_lost_everything_is_filled_again(own_redis):
    compute = Counted()
    cached_json(key="k", ttl=60, compute=compute)
    redis_client().flushall()
    assert cached_json(key="k", ttl=60, compute=compute) == {"number": 2}
    assert cached_json(key="k", ttl=60, compute=compute) == {"number": 2}


def test_reads_are_counted_by_outcome(key):
    def count(outcome):
        return REGISTRY.get_sample_value("analytics_cache_total", {"cache": "test", "outcome": outcome}) or 0

    before = {outcome: count(outcome) for outcome in ("miss", "hit", "stale")}
    for _ in range(3):
        cached_json(key=key, ttl=60, compute=lambda: 1)
    cache_invalidate(key)
    let_time_pass(key, 6)
    cached_json(key=key, ttl=60, compute=lambda: 1)
    assert {outcome: count(outcome) - was for outcome, was in before.items()} == {"miss": 1, "hit": 2, "stale": 1}


def test_a_time_to_live_that_outlives_its_marks_is_refused():
    with pytest.raises(ValueError, match="ttl"):
        cached_json(key="k", ttl=json_cache.CHANGED_SECONDS + 1, compute=lambda: 1)
