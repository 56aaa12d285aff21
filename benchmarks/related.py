"""Related products: against a view that does nothing, and against the same SQL at request time."""

import itertools

from django.db import connection

from benchmarks.requests import requester, skewed
from benchmarks.timing import Result, by_turns, seconds

REQUESTS = 1_500


def popular_products() -> list[int]:
    """Product ids, most ordered first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id FROM co_purchase_products ORDER BY orders DESC, product_id")
        return [row[0] for row in cursor.fetchall()]


def measure() -> list[Result]:
    """Both ratios, under skewed traffic."""
    ask = requester()
    products = popular_products()
    rounds = itertools.count()

    def ours(count: int) -> float:
        paths = [f"/v1/recommendations/products/{p}/related" for p in skewed(products, count, next(rounds))]
        turn = iter(paths)
        return seconds(lambda: ask(next(turn)), times=count)

    def nothing() -> float:
        return seconds(lambda: ask("/bench/nothing"), times=REQUESTS)

    def plain() -> float:
        return seconds(lambda: ask("/bench/plain"), times=REQUESTS)

    def counted_now(count: int) -> float:
        paths = [f"/bench/related/{p}" for p in skewed(products, count, next(rounds))]
        turn = iter(paths)
        return seconds(lambda: ask(next(turn)), times=count)

    ours(3_000), nothing(), plain()  # as a server that has been up for a few seconds
    return [
        by_turns(
            "related products / a view that does nothing, requests/s",
            ours=lambda: ours(REQUESTS),
            baseline=nothing,
            goal="at least 0.7",
            unit="requests/s",
        ),
        by_turns(
            "related products / a plain Django view that does nothing, requests/s",
            ours=lambda: ours(REQUESTS),
            baseline=plain,
            goal="",
            unit="requests/s",
        ),
        by_turns(
            "related products / the same SQL at request time, requests/s",
            ours=lambda: ours(REQUESTS),
            baseline=lambda: counted_now(60),
            goal="at least 6",
            unit="requests/s",
        ),
    ]
