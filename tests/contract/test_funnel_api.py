"""GET /v1/analytics/funnel: what it answers, to whom, and what it refuses."""

import json
from datetime import timedelta

import pytest

from tests.analytics.behaviours.acting import came, happens, placed, view
from tests.analytics.telling import payment_of_order, rebuild
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint

pytestmark = pytest.mark.django_db

PATH = "/v1/analytics/funnel"


@pytest.fixture
def service():
    return {"X-Internal-Token": internal_token_mint()}


@pytest.fixture
def shop(market, clock, settings):
    """Two looked at kimchi and one bought it; one looked at rice; somebody unknown looked at both."""
    settings.RATE_LIMIT_PER_MINUTE = 0
    food = market.category(name="식품")
    market.food, market.fresh = food, market.category(name="김치", parent_id=food)
    market.kimchi = market.product(category_id=market.fresh)
    market.rice = market.product(category_id=food)
    one, other = market.user(), market.user()
    at = seoul("2025-11-10 10:00")
    order = market.paid_order(
        buyer_id=one, items=[(market.kimchi, 1, 9_000)], created_at=at + timedelta(hours=1),
        paid_at=at + timedelta(hours=1, minutes=2),
    )  # fmt: skip
    market.delivery(order, requested_at=at + timedelta(hours=2), delivered_at=at + timedelta(days=2))
    rebuild()
    happens(
        view(one, market.kimchi, at), view(other, market.kimchi, at), view(other, market.rice, at),
        view(None, market.kimchi, at), view(None, market.rice, at), placed(order, one, at + timedelta(hours=1)),
        payment_of_order(order), came(order, at + timedelta(days=2)), view(one, market.rice, seoul("2025-10-10")),
    )  # fmt: skip
    return market


def asked(client, headers, query="", path=PATH):
    answer = client.get(path + query, headers=headers)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["data"]


def counts(data):
    return [step["count"] for step in data["steps"]]


@pytest.mark.parametrize("path", [PATH, "/api" + PATH])
def test_it_tells_how_far_journeys_got_and_how_long_they_took(client, shop, service, path):
    data = asked(client, service, path=path)
    assert set(data) == {
        "period", "product", "category", "steps", "anonymous_views", "by_day", "comparison", "unavailable", "as_of",
        "completeness",
    }  # fmt: skip
    assert [
        (step["step"], step["count"], step["rate_of_first"], step["rate_of_previous"]) for step in data["steps"]
    ] == [
        ("viewed", 3, 1.0, None),
        ("ordered", 1, 0.3333, 0.3333),
        ("paid", 1, 0.3333, 1.0),
        ("delivered", 1, 0.3333, 1.0),
    ]
    took = {step["step"]: (step["median_seconds"], step["p90_seconds"]) for step in data["steps"]}
    assert took["viewed"] == (None, None)
    for step, seconds in (("ordered", 3_600), ("paid", 120), ("delivered", 2 * 86_400 - 3_720)):
        assert took[step][0] == took[step][1] == pytest.approx(seconds, rel=0.05)
    assert data["anonymous_views"] == 2
    assert [day for day in data["by_day"] if day["viewed"]] == [
        {"date": "2025-11-10", "viewed": 3, "ordered": 1, "paid": 1, "delivered": 1}
    ]
    assert len(data["by_day"]) == 30
    previous = data["comparison"]["previous"]
    assert counts(previous) == [1, 0, 0, 0]
    assert previous["change_rates"] == {"viewed": 2.0, "ordered": None, "paid": None, "delivered": None}
    assert data["unavailable"] == []


def test_it_can_be_asked_of_one_product_or_of_a_category_with_those_below_it(client, shop, service):
    days = "?from=2025-11-10&to=2025-11-10&compare=none"
    for where, wanted, anonymous in (
        (f"&product={shop.kimchi}", [2, 1, 1, 1], 1),
        (f"&product={shop.rice}", [1, 0, 0, 0], 1),
        (f"&category={shop.food}", [3, 1, 1, 1], 2),
        (f"&category={shop.fresh}", [2, 1, 1, 1], 1),
        (f"&category={shop.fresh}&product={shop.rice}", [0, 0, 0, 0], 0),
        ("&product=999999", [0, 0, 0, 0], 0),
    ):
        data = asked(client, service, days + where)
        assert (counts(data), data["anonymous_views"]) == (wanted, anonymous), where
        assert data["comparison"] == {}


def test_both_comparisons_are_given_where_both_are_asked_for(client, shop, service):
    assert set(asked(client, service, "?compare=both")["comparison"]) == {"previous", "year"}


def test_what_it_reads_does_not_grow(client, shop, service, django_assert_num_queries):
    asked(client, service)
    with django_assert_num_queries(4):
        asked(client, service)


@pytest.mark.parametrize(
    "query", ["period=decade", "product=0", "category=x", "from=2025-11-20&to=2025-11-10", "compare=week", "seller=3"]
)
def test_what_nobody_can_mean_is_refused(client, service, db, query):
    assert client.get(f"{PATH}?{query}", headers=service).status_code == 400


@pytest.mark.parametrize("roles", ["BUYER", "SELLER", ""])
def test_it_is_for_admins_and_services(client, service, db, roles):
    headers = service | {"X-User-Id": "5", "X-User-Roles": roles}
    assert client.get(PATH, headers=headers).status_code == 403
    assert client.get(PATH).status_code == 401
    assert client.get(PATH, headers=service | {"X-User-Id": "5", "X-User-Roles": "ADMIN"}).status_code == 200
