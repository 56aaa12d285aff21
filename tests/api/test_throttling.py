"""The limit for each gateway user, counted in a real Redis."""

from datetime import timedelta

import pytest

pytestmark = pytest.mark.urls("tests.api.example_urls")


@pytest.fixture(autouse=True)
def _limit(settings, clock):
    settings.RATE_LIMIT_PER_MINUTE = 3


def statuses(http, headers, times):
    """The statuses of so many requests, one after the other."""
    return [http.get("/who", headers=headers).status_code for _ in range(times)]


def test_a_user_who_asks_too_often_is_told_when_to_come_back(http, user, redis_db, clock):
    clock.advance(timedelta(seconds=18))  # 10:15:18
    assert statuses(http, user(5), 4) == [200, 200, 200, 429]
    response = http.get("/who", headers=user(5))
    assert response.headers["Retry-After"] == "42"
    error = response.json()["error"]
    assert (error["code"], error["details"]) == ("TOO_MANY_REQUESTS", {"limit": 3, "window_seconds": 60})


def test_the_next_minute_begins_anew(http, user, redis_db, clock):
    assert statuses(http, user(5), 4)[-1] == 429
    clock.advance(timedelta(seconds=60))
    assert statuses(http, user(5), 4) == [200, 200, 200, 429]


def test_each_user_has_a_limit_of_their_own(http, user, redis_db):
    assert statuses(http, user(5), 4)[-1] == 429
    assert statuses(http, user(6), 1) == [200]


def test_services_and_visitors_have_none(http, service, visitor, redis_db):
    assert statuses(http, service, 6) == [200] * 6
    assert statuses(http, visitor, 6) == [200] * 6
    assert redis_db.keys("*throttle*") == []


def test_requests_that_are_refused_count_too(http, user, redis_db):
    assert [http.get("/admin-only", headers=user(5)).status_code for _ in range(4)] == [403, 403, 403, 429]


def test_the_gateways_own_count_is_left_alone_and_ours_goes_away_by_itself(http, user, redis_db):
    redis_db.set("rate_limit:5", 99)
    statuses(http, user(5), 2)
    [key] = redis_db.keys("*throttle*")
    assert key.startswith(b"xlcfi:throttle:5:")
    assert 0 < redis_db.ttl(key) <= 120
    assert redis_db.get("rate_limit:5") == b"99"


def test_without_redis_nobody_is_turned_away(http, user, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert statuses(http, user(5), 5) == [200] * 5


def test_a_limit_of_zero_is_none(http, user, settings, redis_db):
    settings.RATE_LIMIT_PER_MINUTE = 0
    assert statuses(http, user(5), 5) == [200] * 5
    assert redis_db.keys("*throttle*") == []
