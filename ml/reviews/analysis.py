"""What any model of reviews answers, and how a score becomes a sentiment."""

from enum import StrEnum
from typing import Literal

import msgspec

SentimentName = Literal["POSITIVE", "NEUTRAL", "NEGATIVE"]

# A score nearer to 0 than this says nothing either way. Chosen by hand: one faint word (0.1) alone does not reach it.
NEUTRAL_BELOW = 0.15
# Scores and confidences are given with so many decimals.
DECIMALS = 4


class Aspect(StrEnum):
    """What part of a purchase an opinion is about."""

    TASTE = "TASTE"
    FRESHNESS = "FRESHNESS"
    PACKAGING = "PACKAGING"
    DELIVERY = "DELIVERY"
    PRICE = "PRICE"
    QUANTITY = "QUANTITY"
    QUALITY = "QUALITY"
    SERVICE = "SERVICE"


class AspectOpinion(msgspec.Struct, frozen=True):
    """What a review says about one aspect. score: -1..1; evidence: a part of the review, letter by letter."""

    aspect: Aspect
    sentiment: SentimentName
    score: float
    evidence: str = ""


class Analysis(msgspec.Struct, frozen=True):
    """What a review says. score: -1..1; confidence: 0..1; keywords: the most frequent first, at most 10."""

    sentiment: SentimentName
    score: float
    confidence: float
    keywords: tuple[str, ...] = ()
    aspects: tuple[AspectOpinion, ...] = ()


def sentiment_of(score: float) -> SentimentName:
    """The sentiment of a score in -1..1."""
    if abs(score) < NEUTRAL_BELOW:
        return "NEUTRAL"
    return "POSITIVE" if score > 0 else "NEGATIVE"


def rounded(value: float) -> float:
    """`value` as it is told to others; never the minus zero that JSON would show."""
    return round(value, DECIMALS) + 0.0
