"""GET /v1/analytics/operations and the paths of its parts: what they answer, to whom, and what they refuse."""

import json

import pytest

from tests.analytics.telling import rebuild
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint
from xlcfi.platform.selectors import sources_forget

pytestmark = pytest.mark.django_db

PATH = "/v1/analytics/operations"
PARTS = {
    "deliveries": "deliveries", "coupons": "user_coupons", "balances": "balance_histories",
    "blockchain": "blockchain_records",
}  # fmt: skip


@pytest.fixture
def service():
    return {"X-Internal-Token": internal_token_mint()}


@pytest.fixture
def shop(market, clock, settings):
    """One order of everything."""
    settings.RATE_LIMIT_PER_MINUTE = 0
    settings.REBUILD_SETTLE_SECONDS = 0
    at = seoul("2025-11-19 10:00")
    order = market.paid_order(items=[(market.product(), 2, 5_000)], total=7_000, created_at=at)
    market.payment(order, status="FAILED", created_at=at)
    market.delivery(order, status="DELIVERED", requested_at=at, delivered_at=seoul("2025-11-20 09:30"))
    coupon = market.coupon(name="환영")
    market.user_coupon(coupon_id=coupon, status="USED", order_id=order, issued_at=at, used_at=at)
    market.balance(amount=30_000, created_at=at)
    market.blockchain_record(order_id=order, created_at=at)
    market.order(status="CANCELLED", created_at=at)
    rebuild()
    market.coupon_id = coupon
    return market


def asked(client, headers, path=PATH):
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["data"]


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_it_tells_of_every_part(client, shop, service, prefix):
    data = asked(client, service, f"{prefix}{PATH}?period=week")
    assert data["orders"] == {
        "created": 2, "paid": 1, "success_rate": 0.5, "by_status": {"CANCELLED": 1, "CONFIRMED": 1},
    }  # fmt: skip
    attempts = {
        "attempts": 2, "succeeded": 1, "pending": 0, "success_rate": 0.5, "by_status": {"COMPLETED": 1, "FAILED": 1},
    }  # fmt: skip
    assert data["payments"] == attempts | {
        "by_method": [{"method": "CARD", "currency": "KRW", **attempts, "amount": 7_000}],
        "failure_reasons": [],
    }
    assert data["cancellations"] == {"orders": 1, "rate": 0.5, "told": 0, "reasons": [], "money": []}
    assert data["deliveries"] == {
        "requested": 1, "by_status": {"DELIVERED": 1}, "delivered": 1, "median_hours": 23.5, "p90_hours": 23.5,
        "promise_days": 3, "late": 0, "late_share": 0.0,
    }  # fmt: skip
    used = {"issued": 1, "issued_and_used": 1, "redemption_rate": 1.0, "used": 1}
    assert data["coupons"] == used | {
        "by_status": {"USED": 1},
        "revenue": [{"currency": "KRW", "orders": 1, "gross": 7_000, "discount": 3_000}],
        "by_coupon": [{"coupon_id": shop.coupon_id, "name": "환영", **used, "orders": 1}],
    }
    assert data["balances"]["by_type"][0] == {"type": "CHARGE", "count": 1, "amount": 30_000}
    assert data["blockchain"] == {"records": 1, "by_status": {"CONFIRMED": 1}}
    assert data["unavailable"] == []
    assert data["comparison"]["previous"]["orders"]["created"] == 0
    assert set(data) - set(data["comparison"]["previous"]) == {"comparison", "unavailable", "as_of", "completeness"}


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_a_path_of_its_own(client, shop, service, part):
    data = asked(client, service, f"{PATH}/{part}?compare=both")
    whole = asked(client, service)[part]
    assert {name: data[name] for name in whole} == whole
    assert set(data["comparison"]) == {"previous", "year"}


@pytest.mark.parametrize(("part", "table"), PARTS.items())
def test_a_part_whose_table_is_not_deployed_is_null_there_and_404_here(client, shop, service, part, table):
    shop.sql(f"DROP TABLE {table}")
    sources_forget()
    data = asked(client, service)
    assert (data[part], data["unavailable"]) == (None, [table])
    assert data["orders"]["created"] == 2
    answer = client.get(f"{PATH}/{part}", headers=service)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "SOURCE_NOT_DEPLOYED")


def test_what_it_reads_does_not_grow(client, shop, service, django_assert_num_queries):
    asked(client, service)
    with django_assert_num_queries(5):
        asked(client, service)
    with django_assert_num_queries(2):
        asked(client, service, f"{PATH}/deliveries")


@pytest.mark.parametrize("path", [PATH, *(f"{PATH}/{part}" for part in PARTS)])
@pytest.mark.parametrize("query", ["period=decade", "currency=KRW", "to=2025-11-10", "compare=week"])
def test_what_nobody_can_mean_is_refused(client, service, db, path, query):
    assert client.get(f"{path}?{query}", headers=service).status_code == 400


@pytest.mark.parametrize("path", [PATH, *(f"{PATH}/{part}" for part in PARTS)])
def test_it_is_for_admins_and_services(client, service, db, path):
    for roles in ("BUYER", "SELLER", ""):
        headers = service | {"X-User-Id": "5", "X-User-Roles": roles}
        assert client.get(path, headers=headers).status_code == 403
    assert client.get(path).status_code == 401
