"""Analysing reviews, once each, and telling the platform what they say."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import connection

from ml.reviews.analysis import Analysis
from ml.selectors.reviews import review_texts, reviews_visible
from ml.services.announcing import analysis_message
from ml.services.reading import texts_read
from xlcfi import clock
from xlcfi.events import ReviewCreated, outbox_add
from xlcfi.platform.models import Review
from xlcfi.platform.models.review import SentimentRecord

# A row that has not come by then was rolled back.
ROW_AWAITED = timedelta(days=1)
LOOK_AGAIN = timedelta(seconds=60)
LOOKED_AT_ONCE = 1_000

# Sorted: replicas with the same reviews wait for each other in one order, never in a circle. Who comes second finds
# the row there, and gets nothing back.
_CLAIM = """
INSERT INTO review_analyses (review_id, product_id, user_id, rating, sentiment, score, confidence, keywords, aspects,
                             model_version, analysed_at, marked_at, look_at)
SELECT review_id, product_id, user_id, rating, sentiment, score, confidence, keywords::jsonb, aspects::jsonb,
       %(model)s, %(now)s, CASE WHEN visible THEN %(now)s::timestamptz END,
       CASE WHEN NOT visible THEN %(now)s::timestamptz END
FROM unnest(%(reviews)s::bigint[], %(products)s::bigint[], %(users)s::bigint[], %(ratings)s::smallint[],
            %(sentiments)s::text[], %(scores)s::float8[], %(confidences)s::float8[], %(keywords)s::text[],
            %(aspects)s::text[], %(visible)s::bool[])
     AS given(review_id, product_id, user_id, rating, sentiment, score, confidence, keywords, aspects, visible)
ORDER BY review_id
ON CONFLICT (review_id) DO NOTHING
RETURNING review_id
"""
_KNOWN = "SELECT review_id FROM review_analyses WHERE review_id = ANY(%s)"
_DUE = """
SELECT review_id, sentiment, score FROM review_analyses WHERE look_at <= %s
ORDER BY look_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
_FOUND = "UPDATE review_analyses SET marked_at = %s, look_at = NULL WHERE review_id = ANY(%s)"
# The longer a row has not come, the less likely it will: looked for less and less often, and at last no more.
_NOT_FOUND = """
UPDATE review_analyses
SET look_at = CASE WHEN %(now)s < analysed_at + make_interval(secs => %(awaited)s)
                   THEN LEAST(analysed_at + make_interval(secs => %(awaited)s),
                              %(now)s + GREATEST(make_interval(secs => %(again)s), (%(now)s - analysed_at) / 2)) END
WHERE review_id = ANY(%(reviews)s)
"""


class _Analysed(msgspec.Struct, frozen=True):
    event: ReviewCreated
    analysis: Analysis
    visible: bool


def reviews_analyse(*, reviews: Sequence[ReviewCreated]) -> None:
    """Analyse each review once, mark its row where that is visible, and publish `review.analyzed`.

    All of it in the caller's transaction: published if and only if the analysis is saved.
    """
    new = _told_first(reviews)
    for review_id in _known(new):
        del new[review_id]
    if not new:
        return
    moment = clock.now()
    analysed, model_version = _analysed(new)
    claimed = _claim(analysed.values(), model_version, moment)
    saved = [analysed[review_id] for review_id in claimed]
    _mark((each.event.review_id, each.analysis.sentiment, each.analysis.score) for each in saved if each.visible)
    outbox_add(
        messages=[
            analysis_message(
                review_id=each.event.review_id,
                product_id=each.event.product_id,
                analysis=each.analysis,
                model_version=model_version,
                analysed_at=moment,
            )
            for each in saved
        ]
    )


def review_marks_settle(*, limit: int = LOOKED_AT_ONCE) -> int:
    """Mark reviews whose rows were not visible when they were analysed. Looks for up to `limit`, returns how many."""
    moment = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [moment, limit])
        due = {review_id: (review_id, sentiment, score) for review_id, sentiment, score in cursor.fetchall()}
        if not due:
            return 0
        found = sorted(reviews_visible(review_ids=due))
        _mark(due[review_id] for review_id in found)
        cursor.execute(_FOUND, [moment, found])
        cursor.execute(
            _NOT_FOUND,
            {
                "now": moment,
                "again": LOOK_AGAIN.total_seconds(),
                "awaited": ROW_AWAITED.total_seconds(),
                "reviews": sorted(due.keys() - set(found)),
            },
        )
    return len(found)


def _told_first(reviews: Iterable[ReviewCreated]) -> dict[int, ReviewCreated]:
    """By review id: the earliest telling of each that has a text; without a text only where none has one."""
    first: dict[int, ReviewCreated] = {}
    for event in sorted(reviews, key=lambda event: (not event.content, event.occurred_at, event.event_id)):
        first.setdefault(event.review_id, event)
    return first


def _known(review_ids: Iterable[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [sorted(review_ids)])
        return {row[0] for row in cursor.fetchall()}


def _analysed(reviews: dict[int, ReviewCreated]) -> tuple[dict[int, _Analysed], str]:
    """By review id in order, what each says; and the version of the model that read them."""
    visible = reviews_visible(review_ids=reviews)
    without_text = {event.review_id for event in reviews.values() if not event.content}
    texts = review_texts(review_ids=without_text & visible)
    given = {
        review_id: (event.content or texts.get(review_id) or "", event.rating)
        for review_id, event in sorted(reviews.items())
    }
    # Equal texts are common ("맛있어요", five stars), and read once.
    different = list(dict.fromkeys(given.values()))
    read, version = texts_read(texts=[text for text, _ in different], ratings=[rating for _, rating in different])
    found = dict(zip(different, read, strict=True))
    return {
        review_id: _Analysed(reviews[review_id], found[each], review_id in visible) for review_id, each in given.items()
    }, version


def _claim(analysed: Iterable[_Analysed], model_version: str, moment: datetime) -> list[int]:
    """Save the analyses of reviews that nobody has claimed; their ids, ascending."""
    rows = list(analysed)
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "model": model_version,
                "now": moment,
                "reviews": [row.event.review_id for row in rows],
                "products": [row.event.product_id for row in rows],
                "users": [row.event.user_id for row in rows],
                "ratings": [row.event.rating for row in rows],
                "sentiments": [row.analysis.sentiment for row in rows],
                "scores": [row.analysis.score for row in rows],
                "confidences": [row.analysis.confidence for row in rows],
                "keywords": [msgspec.json.encode(row.analysis.keywords).decode() for row in rows],
                "aspects": [msgspec.json.encode(row.analysis.aspects).decode() for row in rows],
                "visible": [row.visible for row in rows],
            },
        )
        return sorted(row[0] for row in cursor.fetchall())


def _mark(marks: Iterable[tuple[int, str, float]]) -> None:
    Review.objects.sentiment_record(SentimentRecord(*mark) for mark in marks)
