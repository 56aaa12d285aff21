"""The personal lists, as far as events alone decide them: what is bought together with what a user likes.

What they are filled up with follows the clock (what is popular now) and is tested elsewhere.
"""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

PURCHASE = 5.0
TASTE = 100
LENGTH = 10

PersonalList = list[tuple[int, float]]
"""[(product, score rounded to six places), …] best first"""


def personal_lists(
    ratings: Mapping[tuple[int, int], float], orders: Mapping[int, int], pairs: Mapping[tuple[int, int], int]
) -> dict[int, PersonalList]:
    """user -> list, for every user with a rating. orders: product -> orders; pairs: (product, other) -> orders."""
    taste: dict[int, dict[int, float]] = defaultdict(dict)
    for (user, product), rating in ratings.items():
        taste[user][product] = rating
    others: dict[int, dict[int, int]] = defaultdict(dict)
    for (product, other), both in pairs.items():
        others[product][other] = both
    return {user: _list_of(liked, orders, others) for user, liked in taste.items()}


def _list_of(
    liked: Mapping[int, float],
    orders: Mapping[int, int],
    others: Mapping[int, Mapping[int, int]],
) -> PersonalList:
    scores: dict[int, Fraction] = defaultdict(Fraction)
    for product in sorted(liked, key=lambda p: (-liked[p], p))[:TASTE]:
        for other, both in others.get(product, {}).items():
            if liked.get(other) != PURCHASE:
                scores[other] += Fraction(liked[product]) / 5 * Fraction(both, orders[product])
    best = sorted(scores, key=lambda product: (-scores[product], product))[:LENGTH]
    return [(product, round(float(scores[product]), 6)) for product in best]
