"""Related products: against a view that does nothing, and against the same SQL at request time."""

import itertools
from collections.abc import Callable

from django.db import connection

from benchmarks.requests import requester, skewed
from benchmarks.timing import Result, by_turns, seconds

REQUESTS = 100


def popular_products() -> list[int]:
    """Product ids, most ordered first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id FROM co_purchase_products ORDER BY orders DESC, product_id")
        return [row[0] for row in cursor.fetchall()]


def measure() -> list[Result]:
    """The ratios, under skewed traffic."""
    ask = requester()
    products = popular_products()
    rounds = itertools.count()

    def ours(count: int = REQUESTS) -> float:
        turn = iter([f"/v1/recommendations/products/{p}/related" for p in skewed(products, count, next(rounds))])
        return seconds(lambda: ask(next(turn)), times=count)

    def counted_now() -> float:
        turn = iter([f"/bench/related/{p}" for p in skewed(products, 60, next(rounds))])
        return seconds(lambda: ask(next(turn)), times=60)

    def always(path: str) -> Callable[[], float]:
        return lambda: seconds(lambda: ask(path), times=REQUESTS)

    ours(10_000)  # as a server that has been up for some seconds
    return [
        by_turns(
            f"related products / {what}, requests/s",
            ours=ours,
            baseline=baseline,
            goal=goal,
            unit="requests/s",
            slices=slices,
        )
        for what, baseline, goal, slices in (
            ("a view that does nothing", always("/bench/nothing"), "at least 0.7", 15),
            ("a plain Django view that does nothing", always("/bench/plain"), "", 15),
            ("the same SQL at request time", counted_now, "at least 6", 1),
        )
    ]
