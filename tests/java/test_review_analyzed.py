"""`review.analyzed` as a Java listener reads it: with Spring's own JsonDeserializer, into its own record."""

import json
from datetime import datetime
from decimal import Decimal

import pytest

from tests.analytics.plain_sql import rows
from tests.java import story
from tests.java.broker import broker
from tests.java.run import consume, send
from tests.java.story import BIG, PRAISE

pytestmark = pytest.mark.django_db

TYPE_ID = "com.xlcfi.review.event.ReviewAnalyzedEvent"


def read(spring, kafka, *, count, types):
    """What Java read of `review.analyzed`, by the review's id."""
    topic = kafka.topic("review.analyzed")
    found = spring.ask("read-analyzed", servers=kafka.servers, topic=topic, count=count, types=types)
    assert len(found) == count
    return {each["event"]["reviewId"]: each for each in found}


@pytest.fixture(scope="module")
def read_by_default_type(told, spring):
    """By review id, what a listener that names its own type has read."""
    return read(spring, told.broker, count=3, types="default")


def test_java_reads_each_analysed_review_once_under_its_key_and_without_a_type_header(told, read_by_default_type):
    of = told.people
    assert set(read_by_default_type) == {of.praise, of.blame, BIG}
    for review_id, each in read_by_default_type.items():
        assert each["key"] == str(review_id)
        assert "__TypeId__" not in each["headers"]
        assert each["event"]["eventType"] == "review.analyzed"
    assert len({each["event"]["eventId"] for each in read_by_default_type.values()}) == 3


def test_java_reads_what_the_table_says(told, read_by_default_type):
    saved = rows(
        """SELECT review_id, product_id, sentiment, score, confidence, keywords, aspects, model_version,
        analysed_at AT TIME ZONE 'Asia/Seoul' FROM review_analyses"""
    )
    assert len(saved) == 3
    for review_id, product_id, sentiment, score, confidence, keywords, aspects, model_version, moment in saved:
        each = read_by_default_type[review_id]
        event = each["event"]
        assert (event["productId"], each["sentiment"], event["modelVersion"]) == (product_id, sentiment, model_version)
        assert (float(event["score"]), float(event["confidence"])) == (score, confidence)
        assert -1 <= event["score"] <= 1
        assert 0 <= event["confidence"] <= 1
        assert event["keywords"] == json.loads(keywords)
        assert datetime.fromisoformat(each["timestamp"]) == moment
        assert [(a["aspect"], a["sentiment"], float(a["score"])) for a in each["aspects"]] == [
            (a["aspect"], a["sentiment"], a["score"]) for a in json.loads(aspects)
        ]


def test_java_reads_praise_and_blame_with_what_they_are_about(told, read_by_default_type):
    of = told.people
    praise, blame = read_by_default_type[of.praise], read_by_default_type[of.blame]
    assert (praise["sentiment"], blame["sentiment"]) == ("POSITIVE", "NEGATIVE")
    assert praise["event"]["score"] > Decimal(0) > blame["event"]["score"]
    assert praise["event"]["keywords"]
    assert {"TASTE", "PACKAGING", "DELIVERY"} <= {each["aspect"] for each in praise["aspects"]}
    told_of = {each["aspect"]: each["sentiment"] for each in blame["aspects"]}
    assert {told_of["TASTE"], told_of["PACKAGING"], told_of["DELIVERY"]} == {"NEGATIVE"}


def test_java_finds_the_class_in_the_type_header_where_the_setting_names_one(told, spring):
    of = told.people
    with broker() as kafka:
        send(spring, kafka, [story.review(9, of.rice, of.ann, 5, PRAISE, BIG + 2)])
        consume(kafka, "ml-review", REVIEW_ANALYZED_TYPE_ID=TYPE_ID)
        found = read(spring, kafka, count=1, types="header")
    assert "__TypeId__" in found[BIG + 2]["headers"]
    assert (found[BIG + 2]["sentiment"], found[BIG + 2]["event"]["productId"]) == ("POSITIVE", of.rice)
