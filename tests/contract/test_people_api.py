"""GET /v1/analytics/users/{id}, segments, cohorts, buyers: what they answer, to whom, and what they refuse."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.services.buyers.folding import buyers_fold
from tests.analytics.people_by_hand import settle_all
from tests.analytics.plain_sql import rows
from tests.analytics.telling import payment_of_order, refund, tell
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint

pytestmark = pytest.mark.django_db

PATHS = ["users/7", "segments", "segments/lost/buyers", "cohorts", "buyers"]


@pytest.fixture
def service():
    return {"X-Internal-Token": internal_token_mint()}


@pytest.fixture
def shop(market, clock, settings):
    """One buyer with three orders, one of them returned; twelve who bought once."""
    settings.RATE_LIMIT_PER_MINUTE = 0
    settings.REBUILD_SETTLE_SECONDS = 0
    market.kimchi, market.rice = market.category(name="김치"), market.category(name="쌀")
    goods = [market.product(category_id=market.kimchi), market.product(category_id=market.rice)]
    market.regular = market.user()
    for day in ("2025-09-01", "2025-10-01", "2025-11-19"):
        market.back = market.paid_order(
            buyer_id=market.regular, items=[(one, 1, 20_000) for one in goods], created_at=seoul(f"{day} 10:00")
        )
        tell(payment_of_order(market.back))
    tell(refund(order_id=market.back, amount=10_000, user_id=market.regular, at=seoul("2025-11-20 09:00")))
    market.once = [market.user() for _ in range(12)]
    for number, buyer in enumerate(market.once):
        market.paid_order(buyer_id=buyer, total=1_000 * (number // 2 + 1), created_at=seoul("2025-11-18 10:00"))
    market.review(user_id=market.regular, product_id=goods[0])
    settle_all()
    return market


def get(client, path, headers):
    return client.get(f"/v1/analytics/{path}", headers=headers)


def asked(client, path, headers):
    answer = get(client, path, headers)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["data"]


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
def test_a_user_has_everything_that_is_known_of_them(client, shop, service, prefix):
    answer = client.get(f"{prefix}/analytics/users/{shop.regular}", headers=service)
    data = json.loads(answer.content)["data"]
    assert (data["user_id"], data["buyer"], data["cohort"]) == (shop.regular, "returning", "2025-09")
    assert (data["first_paid_day"], data["last_paid_day"]) == ("2025-09-01", "2025-11-19")
    assert data["rfm"] | {"cut_points": None} == {
        "segment": "potential_loyalists",
        "recency": 5,
        "frequency": 3,
        "money": 3,
        "days_since_paid": 1,
        "orders": 3,
        "gross_revenue": 120_000,
        "refunds": 10_000,
        "net_revenue": 110_000,
        "average_order_value": 40_000,
        "currency": "KRW",
        "window": {"from": "2024-11-21", "to": "2025-11-20"},
        "cut_points": None,
    }
    # 30 for recency, 15 + 15 for classes 3 of 5, two categories of five, one review of five
    assert data["score"] == {
        "value": 66.0,
        "parts": {"recency": 30.0, "frequency": 15.0, "money": 15.0, "categories": 4.0, "reviews": 2.0},
    }
    assert [(one["name"], one["purchase_count"], one["share"]) for one in data["preferred_categories"]] == [
        ("김치", 3, 0.5),
        ("쌀", 3, 0.5),
    ]
    assert data["lifetime"]["net_revenue"] == 110_000
    assert data["monthly"][0] == {
        "month": "2025-11",
        "currency": "KRW",
        "orders": 1,
        "units": 2,
        "gross_revenue": 40_000,
        "refunds": 10_000,
        "net_revenue": 30_000,
    }
    assert data["delivered"]["total_purchases"] == 0
    assert data["churn_risk"] is None
    assert [one["type"] for one in data["timeline"]["items"]] == ["refund", "purchase", "purchase", "purchase"]
    assert data["timeline"]["items"][0]["at"] == "2025-11-20T09:00:00+09:00"
    assert data["timeline"]["next"] is None
    assert data["as_of"] == "2025-11-20T10:15:00+09:00"
    assert set(data["completeness"]) == {
        "status",
        "provisional_orders",
        "waiting_changes",
        "dead_letters",
        "reconciled_at",
        "days_differing",
    }


def test_somebody_unknown_is_zeros_and_nulls(client, shop, service):
    data = asked(client, "users/987654321", service)
    assert (data["buyer"], data["cohort"], data["rfm"]["segment"], data["churn_risk"]) == (None, None, None, None)
    assert (data["rfm"]["orders"], data["score"]["value"], data["lifetime"]["net_revenue"]) == (0, 0, 0)
    assert (data["monthly"], data["preferred_categories"], data["lifetime"]["expected"]) == ([], [], None)
    assert data["timeline"] == {"items": [], "next": None}


def test_a_churn_risk_that_ml_told_is_shown(client, shop, service):
    rows(
        "UPDATE user_profiles SET churn_risk = 0.25, churn_updated_at = %s WHERE user_id = %s RETURNING 1",
        [seoul("2025-11-20 01:00"), shop.regular],
    )
    data = asked(client, f"users/{shop.regular}", service)
    assert (data["churn_risk"], data["churn_updated_at"]) == (0.25, "2025-11-20T01:00:00+09:00")


def test_a_timeline_comes_page_by_page_and_by_type(client, shop, service):
    path = f"users/{shop.regular}"
    whole = asked(client, path, service)["timeline"]["items"]
    found, cursor = [], ""
    while cursor is not None:
        page = asked(client, f"{path}?limit=1{cursor and f'&cursor={cursor}'}", service)["timeline"]
        found += page["items"]
        cursor = page["next"]
    assert found == whole
    only = asked(client, f"{path}?types=refund,view", service)["timeline"]["items"]
    assert [one["type"] for one in only] == ["refund"]
    first = asked(client, f"{path}?limit=1", service)["timeline"]["next"]
    for wrong in (f"types=purchase&cursor={first}", "cursor=nonsense", "types=DROP TABLE", "limit=0", "limit=101"):
        assert get(client, f"{path}?{wrong}", service).status_code == 400, wrong
    assert get(client, f"users/{shop.once[0]}?cursor={first}", service).status_code == 400


def test_segments_tell_buyers_money_grid_and_cut_points(client, shop, service):
    data = asked(client, "segments", service)
    named = {one["name"]: one for one in data["segments"]}
    assert len(named) == 11
    assert named["new"]["buyers"] == 12
    assert named["new"]["share"] == round(12 / 13, 4)
    assert named["new"]["net_revenue"] == 42_000  # 2 * (1 + … + 6) thousand
    assert named["new"]["average_order_value"] == 3_500
    assert named["potential_loyalists"]["buyers"] == 1
    assert len(data["grid"]) == 25
    assert {(one["recency"], one["frequency"]): one["buyers"] for one in data["grid"] if one["buyers"]} == {
        (5, 1): 12,
        (5, 3): 1,
    }
    assert data["cut_points"]["recency_most_days"] == [30, 60, 120, 240]
    assert data["total"]["buyers"] == 13
    assert sum(one["buyers"] for one in data["by_money"]) == 13


def test_the_buyers_of_a_segment_come_page_by_page_also_while_some_wait(client, shop, service):
    wanted = sorted(shop.once, key=lambda buyer: (-(shop.once.index(buyer) // 2), buyer))

    def walk():
        found, cursor = [], ""
        while cursor is not None:
            page = asked(client, f"segments/new/buyers?limit=5{cursor and f'&cursor={cursor}'}", service)
            found += page["items"]
            cursor = page["next"]
        return found

    folded = walk()
    assert [one["user_id"] for one in folded] == wanted
    assert folded[0]["net_revenue"] == 6_000
    rows("INSERT INTO buyer_changes (user_id) SELECT unnest(%s) RETURNING 1", [shop.once[::3]])
    assert walk() == folded
    while buyers_fold():
        pass
    assert walk() == folded
    assert asked(client, "segments/lost/buyers", service)["items"] == []
    assert get(client, "segments/rich/buyers", service).status_code == 404
    cursor = asked(client, "segments/new/buyers?limit=5", service)["next"]
    assert get(client, f"segments/lost/buyers?cursor={cursor}", service).status_code == 400


def test_cohorts_tell_who_came_back_and_what_they_brought(client, shop, service):
    data = asked(client, "cohorts", service)
    assert (data["from"], data["to"]) == ("2024-11", "2025-11")
    assert [(one["cohort"], one["buyers"], [m["retention"] for m in one["months"]]) for one in data["cohorts"]] == [
        ("2025-09", 1, [1.0, 1.0, 1.0]),
        ("2025-11", 12, [1.0]),
    ]
    assert [m["running"] for m in data["cohorts"][0]["months"]] == [False, False, True]
    data = asked(client, "cohorts?from=2025-09-15&to=2025-09-15&measure=revenue", service)
    (only,) = data["cohorts"]
    assert [m["cumulative_net_per_buyer"] for m in only["months"]] == [40_000, 80_000, 110_000]
    assert asked(client, "cohorts?from=2020-01-01&to=2020-02-01", service)["cohorts"] == []
    for wrong in ("measure=love", "currency=won", "from=2025-13-01", "to=2025-01-01", "from=1999-12-31", "fram=1"):
        assert get(client, f"cohorts?{wrong}", service).status_code == 400, wrong


def test_buyers_tell_new_and_returning_ones(client, shop, service):
    data = asked(client, "buyers?from=2025-09-01&to=2025-11-20&granularity=month", service)
    assert [(one["from"], one["new_buyers"], one["returning_buyers"]) for one in data["series"]] == [
        ("2025-09-01", 1, 0),
        ("2025-10-01", 0, 1),
        ("2025-11-01", 12, 1),
    ]
    assert data["series"][2]["first_orders"]["gross_revenue"] == 42_000
    assert data["series"][2]["repeat_orders"]["net_revenue"] == 30_000
    assert data["period"] == {"from": "2025-09-01", "to": "2025-11-30"}
    assert data["compared"]["previous"]["period"] == {"from": "2025-06-01", "to": "2025-08-31"}
    assert len(asked(client, "buyers", service)["series"]) == 30
    for wrong in ("granularity=hour", "granularity=decade", "compare=never", "period=day&from=2025-01-01"):
        assert get(client, f"buyers?{wrong}", service).status_code == 400, wrong


@pytest.mark.parametrize("path", PATHS)
def test_only_admins_services_and_the_user_themselves_may_ask(client, shop, service, path):
    def status(role, user="7"):
        return get(client, path, service | {"X-User-Id": user, "X-User-Roles": role}).status_code

    assert get(client, path, {}).status_code == 401
    assert get(client, path, service).status_code == 200
    assert get(client, path, service | {"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    assert status("ADMIN", "8") == 200
    mine = path.startswith("users/")
    assert status("BUYER") == (200 if mine else 403)
    assert status("SELLER") == (200 if mine else 403)
    assert status("BUYER", "8") == 403
    assert status("SELLER", "8") == 403
    assert client.post(f"/v1/analytics/{path}", headers=service).status_code == 405


def test_what_an_answer_costs_does_not_grow_with_buyers_or_orders(client, shop, service):
    def counts():
        found = {}
        for path in (*PATHS, f"users/{shop.regular}", "segments/new/buyers", "buyers?granularity=month&compare=both"):
            with CaptureQueriesContext(connection) as queries:
                asked(client, path, service)
            found[path] = len(queries)
        return list(found.values())

    before = counts()
    # Sums: the rows, and whether anything waits for them, in one statement; and how complete they are.
    assert before == [5, 2, 4, 2, 3, 6, 4, 3]
    for buyer in shop.once:
        tell(payment_of_order(shop.paid_order(buyer_id=buyer, created_at=seoul("2025-11-18 11:00"))))
    while buyers_fold():
        pass
    assert counts() == before
