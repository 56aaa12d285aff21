"""Tells reviews to the handler as the consumers do, and reads what became of them by plain SQL."""

import itertools

from django.db import connection, transaction

from ml.consumers import analyse_reviews
from tests.factories import seoul
from xlcfi.events import Batch, ReviewCreated

_numbers = itertools.count(1)
NOON = seoul("2025-11-20 12:00:00")


def review_created(review_id, *, content="맛있어요", rating=5, product_id=11, user_id=42, event_id=None, at=NOON):
    return ReviewCreated(
        event_id=event_id or f"review-{next(_numbers)}",
        occurred_at=at,
        review_id=review_id,
        product_id=product_id,
        rating=rating,
        user_id=user_id,
        content=content,
    )


def tell(*events):
    with transaction.atomic():
        analyse_reviews(Batch(events))


def rows(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def analyses():
    return rows("SELECT review_id, sentiment FROM review_analyses ORDER BY review_id")


def messages():
    return rows("SELECT event_id, topic, key, value, headers FROM events_outbox ORDER BY id")


def marks():
    return rows("SELECT id, sentiment, sentiment_score FROM reviews ORDER BY id")
