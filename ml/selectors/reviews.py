"""The platform's reviews: which can be seen yet, their texts, and what can be learnt from."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from xlcfi.platform.models import Review


def reviews_visible(*, review_ids: Collection[int]) -> set[int]:
    """Those of `review_ids` whose rows the platform has committed."""
    return set(Review.objects.filter(pk__in=review_ids).values_list("pk", flat=True))


def review_texts(*, review_ids: Collection[int]) -> dict[int, str]:
    """The texts of those of `review_ids` whose rows are visible."""
    return dict(Review.objects.filter(pk__in=review_ids).values_list("pk", "content")) if review_ids else {}


class RatedReview(NamedTuple):
    """A review to learn from. rating: 1 to 5 stars; created_at: aware."""

    content: str
    rating: int
    created_at: datetime


def reviews_to_learn(*, limit: int) -> list[RatedReview]:
    """The newest `limit` reviews that have a text, the oldest of them first."""
    newest = Review.objects.exclude(content="").exclude(content=None).order_by("-pk")[:limit]
    rows = newest.values_list("content", "rating", "created_at")
    return [RatedReview(*row) for row in reversed(rows)]
