"""What buyers say of a product, by month."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connection

_WORDS = {"POSITIVE": "positive", "NEUTRAL": "neutral", "NEGATIVE": "negative"}
_UNKNOWN = "unknown"

# By the index on the product. The platform's clock is Seoul's, so its months are, too.
_REVIEWS = """
SELECT date_trunc('month', created_at)::date, rating, sentiment, COUNT(*)
FROM reviews WHERE product_id = %s GROUP BY 1, 2, 3 ORDER BY 1
"""


def product_reviews(*, product_id: int) -> dict[str, Any]:
    """All reviews of a product: count, mean rating, ratings 1 to 5, sentiments, and the same by month. One query.

    `unknown` counts reviews that were not analysed yet. Months without a review are missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REVIEWS, [product_id])
        rows = cursor.fetchall()
    whole, months = _Sums(), defaultdict[date, _Sums](_Sums)
    for month, rating, sentiment, count in rows:
        for sums in (whole, months[month]):
            sums.ratings[rating] += count
            sums.sentiments[_WORDS.get(sentiment, _UNKNOWN)] += count
    return {
        **whole.told(),
        "by_month": [{"month": month.isoformat(), **sums.told()} for month, sums in sorted(months.items())],
    }


class _Sums:
    """ratings: how many of each, from 1 star on; index 0 is nobody's."""

    def __init__(self) -> None:
        self.ratings = [0] * 6
        self.sentiments = dict.fromkeys((*_WORDS.values(), _UNKNOWN), 0)

    def told(self) -> dict[str, Any]:
        count = sum(self.ratings)
        stars = sum(rating * many for rating, many in enumerate(self.ratings))
        return {
            "count": count,
            "mean_rating": round(stars / count, 2) if count else None,
            "ratings": {str(rating): many for rating, many in enumerate(self.ratings) if rating},
            "sentiments": self.sentiments,
        }
