"""Analysing texts for whoever asks."""

from collections.abc import Sequence
from typing import Any

from ml.reviews.clauses import LONGEST
from ml.services.reading import texts_read
from xlcfi.errors import PayloadTooLarge

TEXTS_MOST = 1_000


def texts_analyze(*, texts: Sequence[str], keywords: bool) -> dict[str, Any]:
    """The answer to `POST ml/reviews/analyze`. Raises PayloadTooLarge for more than 1,000 texts or 10,000 letters."""
    if len(texts) > TEXTS_MOST:
        raise PayloadTooLarge(
            f"At most {TEXTS_MOST} texts at once.",
            details={"fields": {"texts": [f"{len(texts)} texts, at most {TEXTS_MOST} are read."]}},
        )
    long = {place: len(text) for place, text in enumerate(texts) if len(text) > LONGEST}
    if long:
        raise PayloadTooLarge(
            f"At most {LONGEST} characters for each text.",
            details={
                "fields": {
                    f"texts.{place}": [f"{length} characters, at most {LONGEST} are read."]
                    for place, length in list(long.items())[:10]
                }
            },
        )
    found, version = texts_read(texts=texts, keywords=keywords)
    return {
        "results": [
            {
                "sentiment": one.sentiment,
                "score": one.score,
                "confidence": one.confidence,
                "keywords": list(one.keywords),
                "aspects": [
                    {
                        "aspect": each.aspect.value,
                        "sentiment": each.sentiment,
                        "score": each.score,
                        "evidence": each.evidence,
                    }
                    for each in one.aspects
                ],
            }
            for one in found
        ],
        "model_version": version,
    }
