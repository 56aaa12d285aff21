"""A buyer as one number from 0 to 100, for sorting lists. Pure.

It is a fixed sum of what is known, no forecast: 30 points for recency, 25 for frequency, 25 for money (each class a
fifth of them), 10 for the breadth of categories bought (5 and more: all), 10 for reviews written (5 and more: all).
"""

from typing import NamedTuple

POINTS = {"recency": 30.0, "frequency": 25.0, "money": 25.0, "categories": 10.0, "reviews": 10.0}
BEST_CLASS = 5
ENOUGH_CATEGORIES = 5
ENOUGH_REVIEWS = 5


class Score(NamedTuple):
    """value: 0 to 100, one decimal; parts: the points of each reason, which add up to it."""

    value: float
    parts: dict[str, float]


def buyer_score(*, recency: int, frequency: int, money: int, categories: int, reviews: int) -> Score:
    """The score of a buyer. recency, frequency, money: classes 0 to 5 of `analytics.rfm`; the others: counts."""
    shares = {
        "recency": recency / BEST_CLASS,
        "frequency": frequency / BEST_CLASS,
        "money": money / BEST_CLASS,
        "categories": min(categories, ENOUGH_CATEGORIES) / ENOUGH_CATEGORIES,
        "reviews": min(reviews, ENOUGH_REVIEWS) / ENOUGH_REVIEWS,
    }
    parts = {name: round(POINTS[name] * share, 1) for name, share in shares.items()}
    return Score(round(sum(parts.values()), 1), parts)
