"""Reading texts with the model that serves: the trained one, else the one that comes with the project, else lists."""

import logging
from collections.abc import Sequence

import msgspec

from ml.reviews.analysis import Analysis
from ml.reviews.lexicon import MODEL_VERSION, analyse
from xlcfi.artifacts.serving import serving_as
from xlcfi.observability.metrics import MODEL_DAMAGED

logger = logging.getLogger(__name__)
NAME = "reviews"


def texts_read(
    *, texts: Sequence[str], ratings: Sequence[int | None] | None = None, keywords: bool = True
) -> tuple[list[Analysis], str]:
    """(what each text says, the version of the model). ratings: 1 to 5 stars; keywords: whether to look for them."""
    # numpy comes with the first text, not with the process.
    from ml.reviews.reader import reader_decoded
    from ml.reviews.shipped import ShippedDamaged, shipped_reader

    reader = serving_as(NAME, reader_decoded)
    if reader is None:
        try:
            reader = shipped_reader()
        except ShippedDamaged:
            logger.exception("the shipped model can't be used; lists of words read reviews")
            MODEL_DAMAGED.labels(name=NAME).inc()
            stars = ratings or [None] * len(texts)
            return [analyse(text, rating=rating) for text, rating in zip(texts, stars, strict=True)], MODEL_VERSION
    found = reader.analyses(texts, ratings)
    return (_with_keywords(texts, found) if keywords else found), reader.version


def _with_keywords(texts: Sequence[str], found: Sequence[Analysis]) -> list[Analysis]:
    from ml.reviews.tokenizing import finder

    # Equal texts are common ("맛있어요"), and asked about once.
    asked = list(dict.fromkeys(text for text in texts if text.strip()))
    words = dict(zip(asked, finder.find(asked), strict=True))
    return [msgspec.structs.replace(one, keywords=words.get(text, ())) for text, one in zip(texts, found, strict=True)]
