"""The personal lists: what goes with the products that a user likes, filled up with what everybody buys."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

PURCHASE = 5.0
TASTE = 100
LENGTH = 10

PersonalList = tuple[str, list[tuple[int, float]]]
"""(algorithm, [(product, score rounded to six places), …] best first)"""


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
    popular = sorted(orders, key=lambda product: (-orders[product], product))
    return {user: _list_of(liked, orders, others, popular) for user, liked in taste.items()}


def _list_of(
    liked: Mapping[int, float],
    orders: Mapping[int, int],
    others: Mapping[int, Mapping[int, int]],
    popular: list[int],
) -> PersonalList:
    scores: dict[int, Fraction] = defaultdict(Fraction)
    for product in sorted(liked, key=lambda p: (-liked[p], p))[:TASTE]:
        for other, both in others.get(product, {}).items():
            if liked.get(other) != PURCHASE:
                scores[other] += Fraction(liked[product]) / 5 * Fraction(both, orders[product])
    best = sorted(scores, key=lambda product: (-scores[product], product))[:LENGTH]
    found = [(product, round(float(scores[product]), 6)) for product in best]
    rest = (product for product in popular if liked.get(product) != PURCHASE and product not in best)
    found += [(product, 0.0) for product, _ in zip(rest, range(LENGTH - len(found)), strict=False)]
    return ("co-purchase" if best else "popular"), found
