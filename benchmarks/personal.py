"""Personal lists: kept ones against a view that does nothing; how many a core computes, by the trained model and by the
rule without one; what an event costs until its person's list is new; and what a training takes."""

import itertools
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from benchmarks.requests import requester, skewed
from benchmarks.timing import Result, by_turns, seconds
from recommendations.consumers import record_purchases
from recommendations.services import rankers
from recommendations.services.lists import lists_compute, lists_store
from xlcfi import clock
from xlcfi.events import Batch, ProductViewed

REQUESTS = 100
USERS = 500
TOGETHER = 50
EVENTS = 100


def known_users() -> list[int]:
    """Users with a taste, in an order that says nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id FROM user_item_matrix WHERE user_id > 0 GROUP BY user_id "
            "ORDER BY md5(user_id::text) LIMIT %s",
            [USERS],
        )
        return [row[0] for row in cursor.fetchall()]


def measure() -> tuple[list[Result], str]:
    """(the ratios, what a training took). Trains a model first, and leaves it serving."""
    told = trained()
    ask = requester()
    users = known_users()
    lists_store(user_ids=users)
    rounds = itertools.count()

    def ours(count: int = REQUESTS) -> float:
        turn = iter([f"/v1/recommendations/users/{user}/products" for user in skewed(users, count, next(rounds))])
        return seconds(lambda: ask(next(turn)), times=count)

    def nothing() -> float:
        return seconds(lambda: ask("/bench/nothing"), times=REQUESTS)

    def computed() -> float:
        turn = iter(skewed(users, 40, next(rounds)))
        return seconds(lambda: lists_compute(user_ids=[next(turn)]), times=40)

    def together() -> float:
        some = [user for user, _ in zip(itertools.cycle(users), range(next(rounds) % USERS + TOGETHER), strict=False)]
        return seconds(lambda: lists_compute(user_ids=some[-TOGETHER:])) / TOGETHER

    def by_rule() -> float:
        with without_model():
            return computed()

    ours(3_000)  # as a server that has been up for some seconds
    lines = [
        by_turns(
            "personal lists / a view that does nothing, requests/s",
            ours=ours,
            baseline=nothing,
            goal="at least 0.7",
            unit="requests/s",
            slices=15,
        ),
        _lists(
            "personal lists by the model, one at a time / a view that does nothing", computed, nothing, "500 lists/s"
        ),
        _lists(f"personal lists by the model, {TOGETHER} at once / a view that does nothing", together, nothing, ""),
        _lists("personal lists by the rule, one at a time / a view that does nothing", by_rule, nothing, ""),
        by_turns(
            f"a view until its person's list is new (of {EVENTS} events) / one UPDATE",
            ours=lambda: events_applied(users, next(rounds)),
            baseline=lambda: updates(users),
            goal="ours under 5 ms",
            unit="ms",
            slices=3,
        ),
    ]
    return lines, told


def trained() -> str:
    """Trains in a process of its own, as the command does; what it took, as a sentence."""
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "manage.py", "train", "recommendations", "--serve-anyway"]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=True)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cores = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = re.search(r"NDCG@10[^\n]*", done.stdout)
    return (
        f"Training the model of the personal lists: {wall:.0f} s ({cores:.0f} s of a core; to reach: 60 s), at most "
        f"{after.ru_maxrss / 2**20:.2f} GB (to reach: 2 GB). {found[0] if found else ''}"
    )


def events_applied(users: list[int], turn: int) -> float:
    """Seconds for each of EVENTS views: the handler's transaction, as in a consumer, and the lists that follow."""
    moment, people = clock.now(), [users[(turn * EVENTS + place) % len(users)] for place in range(EVENTS)]
    products = _products()
    events = [
        ProductViewed(
            event_id=f"bench-{turn}-{place}",
            occurred_at=moment,
            user_id=user,
            product_id=products[place % len(products)],
        )
        for place, user in enumerate(people)
    ]
    began = time.perf_counter()
    with transaction.atomic():
        record_purchases(Batch(list(events)))
    lists_store(user_ids=people)
    return (time.perf_counter() - began) / EVENTS


def updates(users: list[int]) -> float:
    """Seconds for one row changed by its key, committed."""
    turn = itertools.cycle(users)

    def one() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE user_item_matrix SET updated_at = updated_at WHERE (user_id, product_id) = "
                "(SELECT user_id, product_id FROM user_item_matrix WHERE user_id = %s LIMIT 1)",
                [next(turn)],
            )

    return seconds(one, times=EVENTS)


@contextmanager
def without_model() -> Iterator[None]:
    """As a process in which none serves."""
    asked = rankers.model_serving
    rankers.model_serving = lambda: None
    try:
        yield
    finally:
        rankers.model_serving = asked


def _products() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM products ORDER BY id LIMIT 200")
        return [row[0] for row in cursor.fetchall()]


def _lists(name: str, ours: Callable[[], float], baseline: Callable[[], float], goal: str) -> Result:
    return by_turns(name, ours=ours, baseline=baseline, goal=goal, unit="lists/s", slices=3)
