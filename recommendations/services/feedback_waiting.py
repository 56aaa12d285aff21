"""Feedback that came before its answer was written, and feedback that comes as events."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection

from recommendations.models.exposures import REQUEST_ID_MAX, FeedbackEvent
from recommendations.services.feedback import rows_keep
from recommendations.services.taste import RATINGS, behavior_rating
from xlcfi import clock
from xlcfi.events import UserBehavior
from xlcfi.observability.metrics import FEEDBACK

# Answers that the database could not take lie in Redis for as long as that is away, and so long are waited for.
WAITS = timedelta(hours=1)

_SETTLE = """
WITH answered AS MATERIALIZED (
    SELECT f.request_id, f.product_id, f.event, e.day, e.user_id, e.visitor,
           f.product_id = ANY(e.product_ids) AND (f.user_id = 0 OR e.user_id IN (0, f.user_id))
           AND f.at >= e.moment - interval '60 seconds' AND f.at <= e.moment + interval '8 days' AS fits
    FROM recommendation_feedback f JOIN recommendation_exposures e USING (request_id) WHERE f.pending
    ORDER BY f.request_id, f.product_id, f.event FOR UPDATE OF f
), good AS (
    UPDATE recommendation_feedback f SET pending = false FROM answered a
    WHERE a.fits AND (f.request_id, f.product_id, f.event) = (a.request_id, a.product_id, a.event)
), touched AS (
    INSERT INTO recommendation_touches (day, user_id, visitor)
    SELECT DISTINCT day, user_id, visitor FROM answered WHERE fits
), bad AS (
    DELETE FROM recommendation_feedback f USING answered a
    WHERE NOT a.fits AND (f.request_id, f.product_id, f.event) = (a.request_id, a.product_id, a.event)
)
SELECT COUNT(*) FILTER (WHERE fits), COUNT(*) FILTER (WHERE NOT fits) FROM answered
"""
_GIVE_UP = "DELETE FROM recommendation_feedback WHERE pending AND told_at < %s"

# By the rating that taste.py reads from however an act is spelled. Whoever opens the page of a recommended product has
# clicked on it.
_EVENTS = {
    RATINGS["add_to_cart"]: FeedbackEvent.ADD_TO_CART,
    RATINGS["click"]: FeedbackEvent.CLICK,
    RATINGS["view"]: FeedbackEvent.CLICK,
}
_NAMES = ("requestId", "request_id", "recommendationRequestId", "recommendation_request_id")
_SOURCE = "recommendation:"


def waiting_settle() -> int:
    """Let feedback that waited count now that its answer is there, or go where it does not fit. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE)
        good, bad = cursor.fetchone()
        cursor.execute(_GIVE_UP, [clock.now() - WAITS])
        lost = cursor.rowcount
    FEEDBACK.labels(outcome="accepted").inc(good)
    FEEDBACK.labels(outcome="misfit").inc(bad)
    FEEDBACK.labels(outcome="unknown_request").inc(lost)
    return int(good)


def feedback_from_events(*, events: Iterable[UserBehavior]) -> int:
    """Keep what `events` tell of recommended products: those whose `data` names the answer. Returns how many were new.

    It is looked at like feedback that came early: what does not fit its answer goes.
    """
    rows = sorted(
        {
            (request_id, event.product_id, kind): (
                *(request_id, event.product_id, str(kind), None),
                *(event.occurred_at, event.user_id or 0),
            )
            for event in events
            if event.product_id is not None
            and (kind := _kind(event.behavior_type)) is not None
            and (request_id := _request_of(event)) is not None
        }.values(),
        key=lambda row: row[:3],
    )
    return rows_keep(rows=rows, pending=True) if rows else 0


def _kind(spelling: str) -> FeedbackEvent | None:
    if "impression" in spelling.lower():
        return FeedbackEvent.IMPRESSION
    rating = behavior_rating(spelling)
    return None if rating is None else _EVENTS.get(rating)


def _request_of(event: UserBehavior) -> str | None:
    data = event.data or {}
    found = next((data[name] for name in _NAMES if data.get(name)), None)
    source = data.get("source")
    if found is None and isinstance(source, str) and source.startswith(_SOURCE):
        found = source.removeprefix(_SOURCE)
    return found if isinstance(found, str) and 0 < len(found) <= REQUEST_ID_MAX else None
