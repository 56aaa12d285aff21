"""What clients tell of an answer: kept once, refused with a reason, never lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from recommendations.services.exposures import request_id_new
from tests.analytics.plain_sql import rows
from tests.factories import seoul
from tests.recommendations.feedback.story import one, served, told, work_out
from xlcfi.api.caller import Caller
from xlcfi.errors import NotFound
from xlcfi.events import UserBehavior

PATH = "/v1/recommendations/feedback"
NOW = "2025-11-20 10:15"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock, settings):
    settings.RATE_LIMIT_PER_MINUTE = 0


def post(body, headers):
    return Client().post(PATH, body, content_type="application/json", headers=headers)


def kept():
    return rows("SELECT request_id, product_id, event, position, pending FROM recommendation_feedback ORDER BY 2, 3")


def test_a_click_is_kept_once_however_often_it_is_sent(service):
    request = served(11, 12, user=5, at=NOW)
    body = {"request_id": request, "product_id": 12, "event": "click", "position": 2}
    first, again = post(body, service), post(body, service)
    assert first.status_code == again.status_code == 200
    counts = {"request_id": request, "accepted": 1, "duplicates": 0, "rejected": 0, "rejections": [], "pending": False}
    assert first.json()["data"] == counts
    assert again.json()["data"] == counts | {"accepted": 0, "duplicates": 1}
    assert kept() == [(request, 12, "click", 2, False)]


def test_of_a_list_the_good_are_kept_and_the_others_come_back_with_a_reason(visitor):
    request = served(11, 12, visitor="session", at=NOW)
    events = [
        {"product_id": 11, "event": "impression"},
        {"product_id": 11, "event": "impression"},
        {"product_id": 99, "event": "click"},
        {"product_id": 12, "event": "click", "at": "2025-11-20T10:20:00+09:00"},
        {"product_id": 12, "event": "click", "at": "2025-11-20T01:15:30Z"},
        {"product_id": 12, "event": "add_to_cart", "at": "2025-11-20T10:10:00"},
    ]
    answer = post({"request_id": request, "events": events}, visitor)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["accepted"], data["duplicates"], data["rejected"]) == (2, 1, 3)
    assert [(each["product_id"], each["reason"]) for each in data["rejections"]] == [
        (99, "not_answered"),
        (12, "in_future"),
        (12, "before_answer"),
    ]
    assert [row[1:3] for row in kept()] == [(11, "impression"), (12, "click")]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"request_id": "nobody-knows-it"}, 404, "NOT_FOUND", "request_id"),
        ({"request_id": "f" * 32}, 404, "NOT_FOUND", "request_id"),
        ({"product_id": 99}, 400, "INVALID_INPUT", "product_id"),
        ({"at": "2025-11-21T10:15:00+09:00"}, 400, "INVALID_INPUT", "at"),
        ({"at": "yesterday"}, 400, "INVALID_INPUT", "at"),
        ({"event": "liked"}, 400, "INVALID_INPUT", "event"),
        ({"event": None}, 400, "INVALID_INPUT", "event"),
        ({"product_id": 2**63}, 400, "INVALID_INPUT", "product_id"),
        ({"position": 0}, 400, "INVALID_INPUT", "position"),
        ({"mood": "good"}, 400, "INVALID_INPUT", "mood"),
        ({"request_id": "x" * 65}, 400, "INVALID_INPUT", "request_id"),
        ({"events": []}, 400, "INVALID_INPUT", "events"),
        ({"events": [{"product_id": 11, "event": "click"}] * 201}, 400, "INVALID_INPUT", "events"),
        ({"events": [{"product_id": 11, "event": "click"}]}, 400, "INVALID_INPUT", "event"),
    ],
)
def test_what_can_not_be_kept_is_refused_with_its_field(service, body, status, code, field):
    request = served(11, user=5, at=NOW)
    answer = post({"request_id": request, "product_id": 11, "event": "click"} | body, service)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert (error["code"], list(error["details"]["fields"])[-1]) == (code, field)
    assert kept() == []


def test_a_list_of_which_nothing_is_good_names_each_place(service):
    request = served(11, user=5, at=NOW)
    answer = post({"request_id": request, "events": [{"product_id": 8, "event": "click"}] * 2}, service)
    assert answer.status_code == 400
    assert list(answer.json()["error"]["details"]["fields"]) == ["events[0].product_id", "events[1].product_id"]


def test_only_its_own_user_tells_of_an_answer_and_anybody_of_a_visitors(service, visitor, user):
    mine, anybodys = served(11, user=5, at=NOW), served(11, visitor="session", at=NOW)
    asked = [(mine, user(5)), (mine, user(6)), (mine, visitor), (mine, service), (mine, user(6, "ADMIN"))]
    asked += [(anybodys, visitor), (anybodys, user(6))]
    bodies = [{"request_id": request, "product_id": 11, "event": "click"} for request, _ in asked]
    answers = [post(body, headers) for body, (_, headers) in zip(bodies, asked, strict=True)]
    assert [answer.status_code for answer in answers] == [200, 403, 403, 200, 200, 200, 200]
    assert answers[1].json()["error"]["details"]["fields"] == {"request_id": ["Somebody else's."]}


def test_feedback_that_overtakes_its_answer_waits_for_it(clock):
    request, other = request_id_new(), request_id_new()
    assert told(request, ("click", 11), ("click", 99), at=NOW, caller=Caller.user(5))["pending"]
    assert told(other, ("click", 11), at=NOW, caller=Caller.user(6))["accepted"] == 1
    work_out()
    assert rows("SELECT COUNT(*) FROM recommendation_days") == [(0,)]
    served(11, user=5, at=NOW, request=request)
    served(11, user=5, at=NOW, request=other)
    work_out()
    assert kept() == [(request, 11, "click", None, False)]
    assert one("recommendation_days", "exposures, clicks") == {"exposures": 2, "clicks": 1}


def test_feedback_whose_answer_never_comes_is_given_up_after_an_hour(clock):
    told(request_id_new(), ("click", 11), at=NOW)
    clock.advance(timedelta(minutes=59))
    work_out()
    assert len(kept()) == 1
    clock.advance(timedelta(minutes=2))
    work_out()
    assert kept() == []


def test_an_id_that_says_it_is_old_is_not_waited_for(clock):
    request = request_id_new()
    clock.advance(timedelta(minutes=3))
    with pytest.raises(NotFound):
        told(request, ("click", 11), at=NOW)


def test_after_a_week_nothing_is_told_of_an_answer_any_more(clock, service):
    request = served(11, user=5, at="2025-11-10 10:00")
    answer = post({"request_id": request, "product_id": 11, "event": "click"}, service)
    assert answer.json()["error"]["details"]["fields"]["at"] == ["This is more than 7 days after the answer."]


@pytest.mark.parametrize(
    ("kind", "data", "event"),
    [
        ("PRODUCT_CLICK", {"requestId": "{}"}, "click"),
        ("view", {"request_id": "{}"}, "click"),
        ("addToCart", {"source": "recommendation:{}"}, "add_to_cart"),
        ("recommendation_impression", {"recommendationRequestId": "{}"}, "impression"),
        ("wishlist", {"requestId": "{}"}, None),
        ("click", {"source": "search"}, None),
        ("click", {"requestId": ["{}"]}, None),
        ("click", None, None),
    ],
)
def test_a_behaviour_that_names_the_answer_is_feedback_too(kind, data, event):
    request = served(11, user=5, at=NOW)
    data = data and {name: value.format(request) if isinstance(value, str) else value for name, value in data.items()}
    behavior = UserBehavior(
        event_id="one", occurred_at=seoul(NOW), user_id=5, product_id=11, behavior_type=kind, data=data
    )
    from recommendations.consumers import record_feedback
    from xlcfi.events import Batch

    record_feedback(Batch([behavior]))
    record_feedback(Batch([behavior]))
    work_out()
    assert [row[2] for row in kept()] == ([event] if event else [])


@pytest.mark.django_db(transaction=True)
def test_ten_who_send_the_same_at_once_are_told_together_that_it_is_new_once():
    request = served(*range(11, 31), user=5, at=NOW)
    found = []

    def send(place):
        try:
            pairs = [("click", product) for product in range(11, 31)]
            found.append(told(request, *(pairs if place % 2 else reversed(pairs)), at=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(place,)) for place in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each["accepted"] for each in found) == 20
    assert sum(each["duplicates"] for each in found) == 180
    work_out()
    assert one("recommendation_days", "clicks, people_clicked") == {"clicks": 20, "people_clicked": 1}
