"""How reviews of products feel over time, and whose have become worse of a sudden."""

from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from ml.reviews.falls import fall_probability, falls_told
from xlcfi import clock

LATELY: Final = timedelta(days=28)
BEFORE: Final = timedelta(days=180)
# One product that was asked for is one test; of all products those that stand a false share of a twentieth.
ALPHA: Final = 0.01
FALSE_SHARE: Final = 0.05
# Fewer say nothing, and would only be more tests.
LATELY_LEAST, BEFORE_LEAST = 5, 10

# The platform's clock is Seoul's, so its weeks are, too; they begin on Mondays.
_WEEKS = """
SELECT date_trunc('week', created_at)::date, COUNT(*), COUNT(*) FILTER (WHERE sentiment = 'POSITIVE'),
       COUNT(*) FILTER (WHERE sentiment = 'NEGATIVE'), AVG(sentiment_score)
FROM reviews WHERE product_id = %s AND sentiment IS NOT NULL AND created_at >= %s AND created_at < %s
GROUP BY 1 ORDER BY 1
"""
_TIMES = """
SELECT product_id, COUNT(*) FILTER (WHERE created_at < %(lately)s),
       COUNT(*) FILTER (WHERE created_at < %(lately)s AND sentiment = 'POSITIVE'),
       COUNT(*) FILTER (WHERE created_at >= %(lately)s),
       COUNT(*) FILTER (WHERE created_at >= %(lately)s AND sentiment = 'POSITIVE')
FROM reviews
WHERE sentiment IS NOT NULL AND created_at >= %(before)s AND created_at < %(end)s
  AND (%(product)s::bigint IS NULL OR product_id = %(product)s)
GROUP BY 1
"""


def product_sentiment(*, product_id: int, weeks: int) -> dict[str, Any]:
    """Weeks with their reviews, and whether the last 28 days are worse than the 180 before. Weeks without reviews are
    missing; the one that runs is there as far as it goes."""
    today = clock.today()
    with connection.cursor() as cursor:
        first = today - timedelta(days=today.weekday(), weeks=weeks - 1)
        cursor.execute(_WEEKS, [product_id, first, today + timedelta(days=1)])
        found = cursor.fetchall()
        cursor.execute(_TIMES, _times(today, product_id))
        times = cursor.fetchone()
    return {
        "product_id": product_id,
        "weeks": [
            {
                "week": week, "reviews": count, "positive_share": round(positive / count, 4),
                "negative_share": round(negative / count, 4), "mean_score": round(mean, 4),
            }
            for week, count, positive, negative, mean in found
        ],
        "fall": _fall(times) if times else None,
    }  # fmt: skip


def sentiment_falls() -> list[dict[str, Any]]:
    """The products whose reviews have become worse in the last 28 days, the surest first."""
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, _times(clock.today(), None))
        rows = {row[0]: row for row in cursor.fetchall()}
    falls = {product_id: fall for product_id, row in rows.items() if (fall := _fall(row)) is not None}
    told = falls_told({product_id: fall["probability"] for product_id, fall in falls.items()}, false_share=FALSE_SHARE)
    return [{"product_id": product_id, **falls[product_id], "fallen": True} for product_id in told]


def _times(today: date, product_id: int | None) -> dict[str, Any]:
    end = today + timedelta(days=1)
    lately = end - LATELY
    return {"end": end, "lately": lately, "before": lately - BEFORE, "product": product_id}


def _fall(row: tuple[Any, ...]) -> dict[str, Any] | None:
    """None where there are too few reviews to say."""
    _, before, before_positive, now, now_positive = row
    if before < BEFORE_LEAST or now < LATELY_LEAST:
        return None
    probability = fall_probability(before_positive=before_positive, before=before, now_positive=now_positive, now=now)
    return {
        "before": {"reviews": before, "positive_share": round(before_positive / before, 4)},
        "lately": {"reviews": now, "positive_share": round(now_positive / now, 4)},
        "probability": probability,
        "alpha": ALPHA,
        "fallen": probability < ALPHA,
    }
