"""Personal lists: kept ones against a view that does nothing; and how many a core computes in a second."""

import itertools

from django.db import connection

from benchmarks.requests import requester, skewed
from benchmarks.timing import Result, by_turns, seconds
from recommendations.services.lists import lists_compute, lists_store

REQUESTS = 100
USERS = 500


def known_users() -> list[int]:
    """Users with a taste, in an order that says nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id FROM user_item_matrix WHERE user_id > 0 GROUP BY user_id "
            "ORDER BY md5(user_id::text) LIMIT %s",
            [USERS],
        )
        return [row[0] for row in cursor.fetchall()]


def measure() -> list[Result]:
    """The ratio, under skewed traffic, and computing a list against a view that does nothing."""
    ask = requester()
    users = known_users()
    lists_store(user_ids=users)
    rounds = itertools.count()

    def ours(count: int = REQUESTS) -> float:
        turn = iter([f"/v1/recommendations/users/{user}/products" for user in skewed(users, count, next(rounds))])
        return seconds(lambda: ask(next(turn)), times=count)

    def computed() -> float:
        turn = iter(skewed(users, 40, next(rounds)))
        return seconds(lambda: lists_compute(user_ids=[next(turn)]), times=40)

    def nothing() -> float:
        return seconds(lambda: ask("/bench/nothing"), times=REQUESTS)

    ours(3_000)  # as a server that has been up for some seconds
    return [
        by_turns(
            "personal lists / a view that does nothing, requests/s",
            ours=ours,
            baseline=nothing,
            goal="at least 0.7",
            unit="requests/s",
            slices=15,
        ),
        by_turns(
            "personal lists computed / a view that does nothing",
            ours=computed,
            baseline=nothing,
            goal="",
            unit="lists/s",
            slices=3,
        ),
    ]
