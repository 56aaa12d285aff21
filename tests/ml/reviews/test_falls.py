"""A sudden fall of sentiment: an exact test, and not too many of them."""

import json
from datetime import timedelta
from math import comb

import pytest
from django.db import connection

from ml.reviews.falls import fall_probability, falls_told
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint


def test_the_probability_is_that_of_counting_all_ways():
    # 18 of 20 were positive, now 2 of 6: ways to have 0, 1 or 2 of the 20 positive ones among the 6.
    ways = sum(comb(6, k) * comb(20, 20 - k) for k in range(3)) / comb(26, 20)
    assert fall_probability(before_positive=18, before=20, now_positive=2, now=6) == pytest.approx(ways)
    assert fall_probability(before_positive=0, before=0, now_positive=0, now=6) == 1


def test_of_many_tests_those_are_told_that_stand_by_benjamini_and_hochberg():
    # 5 % of the place / 4: 0.0125, 0.025, 0.0375, 0.05.
    assert falls_told({"a": 0.03, "b": 0.001, "c": 0.9, "d": 0.036}, false_share=0.05) == ["b", "a", "d"]
    assert falls_told({"a": 0.04, "b": 0.9}, false_share=0.05) == []


@pytest.mark.django_db
def test_a_product_shows_its_weeks_and_its_fall(client, market, clock, settings):
    settings.RATE_LIMIT_PER_MINUTE = 0
    clock.moment = seoul("2025-11-20 12:00")
    service = {"X-Internal-Token": internal_token_mint()}
    product = market.product()
    with connection.cursor() as cursor:
        for days, sentiment in [(60, "POSITIVE")] * 20 + [(3, "NEGATIVE")] * 6:
            review = market.review(product_id=product, created_at=clock.moment - timedelta(days=days))
            score = 0.9 if sentiment == "POSITIVE" else -0.8
            cursor.execute(
                "UPDATE reviews SET sentiment = %s, sentiment_score = %s WHERE id = %s", [sentiment, score, review]
            )

    answer = client.get(f"/v1/ml/products/{product}/sentiment", headers=service)
    data = json.loads(answer.content)["data"]
    assert [(week["week"], week["reviews"], week["mean_score"]) for week in data["weeks"]] == [
        ("2025-09-15", 20, 0.9),
        ("2025-11-17", 6, -0.8),
    ]
    assert data["fall"]["fallen"] is True
    assert data["fall"]["probability"] == pytest.approx(1 / comb(26, 6))
    falls = json.loads(client.get("/v1/ml/reviews/falls", headers=service).content)["data"]["items"]
    assert [fall["product_id"] for fall in falls] == [product]
