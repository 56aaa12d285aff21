"""Telling the other services what a review says: `review.analyzed`."""

import uuid
from datetime import datetime

import msgspec
from django.conf import settings

from ml.reviews.analysis import Analysis
from xlcfi.clock import SEOUL
from xlcfi.events import Message

REVIEW_ANALYZED = "review.analyzed"
_NAMESPACE = uuid.UUID("5f0e3c86-6b0b-4a3e-9d53-0c3f0a6d7c11")


class _ToldAspect(msgspec.Struct):
    aspect: str
    sentiment: str
    score: float


class _ReviewAnalyzed(msgspec.Struct, rename="camel"):
    event_id: str
    event_type: str
    timestamp: str
    review_id: int
    product_id: int
    sentiment: str
    score: float
    confidence: float
    keywords: tuple[str, ...]
    aspects: list[_ToldAspect]
    model_version: str


def analysis_event_id(*, review_id: int, model_version: str) -> str:
    """The id of the event that tells of the analysis: the same however often it is told."""
    return str(uuid.uuid5(_NAMESPACE, f"{REVIEW_ANALYZED}:{review_id}:{model_version}"))


def analysis_message(
    *, review_id: int, product_id: int, analysis: Analysis, model_version: str, analysed_at: datetime
) -> Message:
    """The message that tells of a saved analysis. analysed_at: aware."""
    event_id = analysis_event_id(review_id=review_id, model_version=model_version)
    told = _ReviewAnalyzed(
        event_id=event_id,
        event_type=REVIEW_ANALYZED,
        # A Java LocalDateTime refuses a zone, and is read as Seoul's wall clock.
        timestamp=analysed_at.astimezone(SEOUL).replace(tzinfo=None).isoformat(timespec="microseconds"),
        review_id=review_id,
        product_id=product_id,
        sentiment=analysis.sentiment,
        score=analysis.score,
        confidence=analysis.confidence,
        keywords=analysis.keywords,
        aspects=[_ToldAspect(each.aspect, each.sentiment, each.score) for each in analysis.aspects],
        model_version=model_version,
    )
    type_id = settings.REVIEW_ANALYZED_TYPE_ID
    return Message(
        event_id=event_id,
        topic=REVIEW_ANALYZED,
        key=str(review_id).encode(),
        value=msgspec.json.encode(told),
        headers=(("__TypeId__", type_id.encode()),) if type_id else (),
    )
