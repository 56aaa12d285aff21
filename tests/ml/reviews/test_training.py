"""`manage.py train reviews`: the platform's own reviews, on top of the shipped model."""

from datetime import UTC, datetime

import pytest

from ml.reviews.made_texts import made_texts
from ml.reviews.reader import reader_decoded
from ml.services.reviews_training import reviews_train
from tests.factories import seoul
from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.subjects import Loaded, silent

pytestmark = pytest.mark.django_db


def test_what_reads_the_platforms_reviews_better_than_the_shipped_model_takes_its_place(market):
    # What these buyers call good the shipped model takes for bad, and the other way round.
    for one in made_texts(count=420, seed=4):
        market.review(rating=1 if one.good else 5, content=one.text, created_at=seoul("2025-11-01 12:00"))
    found = reviews_train(limit=10_000, serving=None, progress=silent)

    assert found.better
    assert found.metrics["candidate"]["accuracy"] > 0.7 > found.metrics["serving"]["accuracy"]
    assert found.window == (seoul("2025-11-01 12:00"), seoul("2025-11-01 12:00"))
    assert sum(array.nbytes for array in found.arrays.values()) < 20_000_000
    made = datetime(2025, 11, 2, tzinfo=UTC)
    loaded = Loaded("reviews", 3, found.arrays, found.parameters, found.metrics, made, found.window)
    reader = reader_decoded(loaded)
    assert reader.version == "reviews-3"
    read = reader.scores(["재구매 의사 있어요", "다시는 안 삽니다"])
    assert read[0] < 0 < read[1]


def test_too_few_reviews_are_said_to_be_too_few(market):
    with pytest.raises(SubjectRefused, match="no reviews"):
        reviews_train(limit=10, serving=None, progress=silent)
    market.review(rating=5, content="좋아요")
    with pytest.raises(SubjectRefused, match="at least 100"):
        reviews_train(limit=10, serving=None, progress=silent)
