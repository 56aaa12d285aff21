"""One review, one analysis, one message, whatever comes how often; the platform's row is marked now or later."""

import json
import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction

from ml.jobs import review_marks_settle
from tests.factories import seoul
from tests.ml.telling import NOON, analyses, marks, messages, review_created, rows, tell
from xlcfi.artifacts.serving import serving_forget
from xlcfi.events.apply import Applier
from xlcfi.events.record import Record
from xlcfi.events.registry import discover, groups

pytestmark = pytest.mark.django_db

# What the contract shows, and what java.time.LocalDateTime reads.
LOCAL_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}")


def sent():
    return [json.loads(bytes(value)) for _, _, _, value, _ in messages()]


def test_a_review_gets_an_analysis_a_mark_and_a_message(market, clock):
    review_id = market.review(rating=5, content="정말 맛있어요")
    tell(review_created(review_id, content="정말 맛있어요", product_id=11, user_id=42))

    [(sentiment, score, confidence, rating, product_id, user_id, at, marked_at, look_at)] = rows(
        "SELECT sentiment, score, confidence, rating, product_id, user_id, analysed_at, marked_at, look_at "
        "FROM review_analyses WHERE review_id = %s",
        [review_id],
    )
    assert (sentiment, rating, product_id, user_id) == ("POSITIVE", 5, 11, 42)
    assert 0.15 <= score <= 1
    assert 0 <= confidence <= 1
    assert at == marked_at == clock.now()
    assert look_at is None
    assert marks() == [(review_id, "POSITIVE", score)]

    [(event_id, topic, key, value, headers)] = messages()
    assert topic == "review.analyzed"
    assert bytes(key) == str(review_id).encode()
    assert json.loads(headers) == []
    told = json.loads(bytes(value))
    assert told["eventId"] == event_id
    assert (told["reviewId"], told["sentiment"], told["score"]) == (review_id, "POSITIVE", score)


def test_the_message_is_what_the_contract_says(clock):
    clock.moment = seoul("2025-11-20 10:15:30.123456")
    tell(review_created(9_007_199_254_740_993, content="김치 맛은 좋은데 포장이 허술해요", rating=3, product_id=15))
    [told] = sent()
    assert list(told) == [
        "eventId",
        "eventType",
        "timestamp",
        "reviewId",
        "productId",
        "sentiment",
        "score",
        "confidence",
        "keywords",
        "aspects",
        "modelVersion",
    ]
    uuid.UUID(told["eventId"])
    assert told["eventType"] == "review.analyzed"
    assert told["timestamp"] == "2025-11-20T10:15:30.123456"
    assert (told["reviewId"], told["productId"]) == (9_007_199_254_740_993, 15)
    assert told["sentiment"] in {"POSITIVE", "NEUTRAL", "NEGATIVE"}
    assert -1 <= told["score"] <= 1
    assert 0 <= told["confidence"] <= 1
    assert "김치" in told["keywords"]
    assert [(each["aspect"], each["sentiment"]) for each in told["aspects"]] == [
        ("TASTE", "POSITIVE"),
        ("PACKAGING", "NEGATIVE"),
    ]
    assert all(set(each) == {"aspect", "sentiment", "score"} and -1 <= each["score"] <= 1 for each in told["aspects"])
    assert told["modelVersion"] == "shipped-1"


def test_a_whole_second_still_has_its_fraction_and_no_zone(clock):
    clock.moment = seoul("2025-11-20 00:00:00")
    tell(review_created(1))
    [told] = sent()
    assert LOCAL_DATE_TIME.fullmatch(told["timestamp"])
    assert told["timestamp"] == "2025-11-20T00:00:00.000000"


def test_a_listener_that_wants_a_type_header_gets_it(settings):
    settings.REVIEW_ANALYZED_TYPE_ID = "com.example.review.ReviewAnalyzedEvent"
    tell(review_created(1))
    [(_, _, _, _, headers)] = messages()
    [[name, value]] = json.loads(headers)
    assert name == "__TypeId__"
    # base64 of the class name, worked out by hand with `base64`.
    assert value == "Y29tLmV4YW1wbGUucmV2aWV3LlJldmlld0FuYWx5emVkRXZlbnQ="


def test_the_same_review_under_other_event_ids_is_one_row_and_one_message(market):
    review_id = market.review()
    tell(review_created(review_id), review_created(review_id))
    before = rows("SELECT * FROM review_analyses")
    tell(review_created(review_id, content="최악이에요", rating=1), review_created(review_id))
    assert rows("SELECT * FROM review_analyses") == before
    assert len(messages()) == 1


def test_of_two_tellings_in_one_batch_the_one_with_a_text_counts_then_the_earlier():
    tell(
        review_created(1, content="", rating=5, at=NOON),
        review_created(1, content="최악이에요. 실망했어요", rating=1, at=NOON + timedelta(seconds=2)),
        review_created(1, content="정말 맛있어요", rating=5, at=NOON + timedelta(seconds=3)),
    )
    assert analyses() == [(1, "NEGATIVE")]


def test_what_is_rolled_back_sends_nothing_and_can_come_again(market):
    review_id = market.review()

    class Fault(Exception):
        pass

    def tell_and_fail():
        with transaction.atomic():
            tell(review_created(review_id))
            raise Fault

    with pytest.raises(Fault):
        tell_and_fail()
    assert (analyses(), messages(), marks()) == ([], [], [(review_id, None, None)])
    tell(review_created(review_id))
    assert (len(analyses()), len(messages())) == (1, 1)


def test_a_row_that_becomes_visible_later_is_marked_then(market, clock):
    review_id = market.review(content="맛있어요")
    market.sql("CREATE TEMP TABLE hidden AS SELECT * FROM reviews")
    market.sql("DELETE FROM reviews")
    tell(review_created(review_id))
    assert len(messages()) == 1
    review_marks_settle()
    clock.advance(timedelta(seconds=60))
    market.sql("INSERT INTO reviews SELECT * FROM hidden")
    review_marks_settle()
    [(_, sentiment, score)] = marks()
    assert [(sentiment, score)] == rows("SELECT sentiment, score FROM review_analyses")
    assert rows("SELECT marked_at, look_at FROM review_analyses") == [(clock.now(), None)]
    assert len(messages()) == 1


def test_a_row_that_never_comes_is_looked_for_a_day_and_no_longer(clock):
    tell(review_created(1))
    looks = 0
    for _ in range(25 * 60):
        if rows("SELECT 1 FROM review_analyses WHERE look_at <= %s", [clock.now()]):
            looks += 1
        review_marks_settle()
        clock.advance(timedelta(minutes=1))
    assert rows("SELECT marked_at, look_at FROM review_analyses") == [(None, None)]
    # Each wait is at least half as long as all before: from a minute to a day in about 18 steps.
    assert 10 <= looks <= 25


def test_the_first_hour_is_looked_at_closely_enough_to_find_a_late_row(market, clock):
    review_id = market.review()
    market.sql("CREATE TEMP TABLE hidden AS SELECT * FROM reviews")
    market.sql("DELETE FROM reviews")
    tell(review_created(review_id))
    for _ in range(59):
        review_marks_settle()
        clock.advance(timedelta(minutes=1))
    market.sql("INSERT INTO reviews SELECT * FROM hidden")
    for _ in range(31):
        review_marks_settle()
        clock.advance(timedelta(minutes=1))
    assert marks()[0][1] == "POSITIVE"


def test_settling_takes_only_so_many_at_once(market, clock):
    from ml.services.reviews import review_marks_settle as settle

    ids = [market.review() for _ in range(3)]
    market.sql("CREATE TEMP TABLE hidden AS SELECT * FROM reviews")
    market.sql("DELETE FROM reviews")
    tell(*[review_created(each) for each in ids])
    market.sql("INSERT INTO reviews SELECT * FROM hidden")
    assert [settle(limit=2), settle(limit=2), settle(limit=2)] == [2, 1, 0]
    assert {mark[1] for mark in marks()} == {"POSITIVE"}


def test_without_a_text_in_the_event_the_visible_row_is_read(market):
    review_id = market.review(rating=3, content="최악이에요. 상한 걸 보냈네요")
    tell(review_created(review_id, content="", rating=3))
    assert analyses() == [(review_id, "NEGATIVE")]


@pytest.mark.parametrize(("rating", "sentiment"), [(1, "NEGATIVE"), (3, "NEUTRAL"), (5, "POSITIVE")])
def test_without_a_text_anywhere_the_stars_alone_decide(rating, sentiment):
    tell(review_created(1, content="", rating=rating))
    assert analyses() == [(1, sentiment)]
    [told] = sent()
    assert (told["keywords"], told["aspects"]) == ([], [])


def test_only_the_two_columns_of_the_platforms_row_change(market):
    review_id = market.review(content="맛있어요")
    [before] = rows("SELECT id, product_id, user_id, rating, content, created_at FROM reviews")
    tell(review_created(review_id))
    assert rows("SELECT id, product_id, user_id, rating, content, created_at FROM reviews") == [before]


def test_a_batch_costs_the_same_statements_however_many_reviews_it_holds(market, django_assert_num_queries):
    ids = [market.review() for _ in range(40)]
    serving_forget("reviews")
    # Savepoint and its release, who is known, who is visible, which model serves (with a savepoint of its own), the
    # claim, the marks, the outbox.
    with django_assert_num_queries(10):
        tell(*[review_created(each) for each in ids])
    assert len(messages()) == 40


def test_an_event_of_any_spelling_reaches_the_handler_by_its_group(market):
    discover()
    review_id = market.review()
    body = {
        "timestamp": [2025, 11, 20, 10, 15],
        "review_id": str(review_id),
        "productId": 3,
        "memberId": 4,
        "rating": 2,
        "content": None,
        "unknown": {},
    }
    record = Record(
        topic="review.created", partition=0, offset=7, identity="review.created-0-7", value=json.dumps(body).encode()
    )
    outcome = Applier(groups()["ml-review"]).apply([record])
    assert outcome.total("applied") == 1
    # The text of the row is "맛있어요", the stars are 2.
    assert rows("SELECT review_id, user_id, rating FROM review_analyses") == [(review_id, 4, 2)]
    assert Applier(groups()["ml-review"]).apply([record]).total("duplicate") == 1
    assert len(messages()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_replicas_with_the_same_reviews_at_once_send_one_message_each(market):
    ids = [market.review() for _ in range(30)]
    failures = []
    start = threading.Barrier(3)

    def replica(backwards):
        start.wait(timeout=10)
        try:
            for turn in range(3):
                chosen = ids[turn * 10 : turn * 10 + 10]
                tell(*[review_created(each) for each in (reversed(chosen) if backwards else chosen)])
        except Exception as failure:  # noqa: BLE001  # told to the test's own thread below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=replica, args=(place % 2 == 1,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []
    assert analyses() == [(each, "POSITIVE") for each in ids]
    assert sorted(int(bytes(key)) for _, _, key, _, _ in messages()) == ids
    assert {mark[1] for mark in marks()} == {"POSITIVE"}
