"""What buyers say of a product, by month."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from django.db import connection

SENTIMENTS = ("POSITIVE", "NEUTRAL", "NEGATIVE")

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
    months: dict[date, list[tuple[int, str | None, int]]] = defaultdict(list)
    for month, rating, sentiment, count in rows:
        months[month].append((rating, sentiment, count))
    return {
        **_summed([row[1:] for row in rows]),
        "by_month": [{"month": month.isoformat(), **_summed(found)} for month, found in sorted(months.items())],
    }


def _summed(rows: list[tuple[int, str | None, int]]) -> dict[str, Any]:
    ratings: Counter[int] = Counter()
    sentiments: Counter[str] = Counter()
    for rating, sentiment, count in rows:
        ratings[rating] += count
        sentiments[sentiment if sentiment in SENTIMENTS else "unknown"] += count
    count = sum(ratings.values())
    mean = sum(rating * many for rating, many in ratings.items()) / count if count else None
    return {
        "count": count,
        "mean_rating": None if mean is None else round(mean, 2),
        "ratings": {str(rating): ratings[rating] for rating in range(1, 6)},
        "sentiments": {name.lower(): sentiments[name] for name in (*SENTIMENTS, "unknown")},
    }
