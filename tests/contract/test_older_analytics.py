"""The older, bare forms of the analytics paths."""

import json
from ipaddress import ip_network

import pytest
from django.test import Client

from tests.analytics.telling import rebuild, refund, tell
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint

pytestmark = pytest.mark.django_db


@pytest.fixture
def service():
    return {"X-Internal-Token": internal_token_mint()}


@pytest.fixture
def shop(market, clock, settings):
    settings.RATE_LIMIT_PER_MINUTE = settings.REBUILD_SETTLE_SECONDS = 0
    kimchi = market.product(name="김치")
    gim = market.product(name="김")
    market.buyer = market.user()
    market.paid_order(items=[(kimchi, 5, 1_000), (gim, 1, 20_000)], created_at=seoul("2025-11-19 10:00"))
    market.paid_order(items=[(kimchi, 1, 1_000)], buyer_id=market.buyer, created_at=seoul("2025-11-20 09:00"))
    market.paid_order(total=99, currency="USD", created_at=seoul("2025-11-20 09:00"))
    market.order(total=50_000, created_at=seoul("2025-11-20 09:00"))
    old = market.paid_order(total=7_000, created_at=seoul("2025-10-20 10:00"))
    rebuild()
    tell(refund(order_id=old, amount=500, at=seoul("2025-11-18 10:00")))
    market.kimchi, market.gim = kimchi, gim
    return market


def test_the_dashboard_is_bare_and_its_slips_are_put_right(shop, service):
    answer = Client().get("/api/analytics/dashboard", headers=service)
    body = json.loads(answer.content)
    assert set(body) == {"sales_trend", "popular_products", "total_revenue", "avg_order_value"}
    assert body["total_revenue"] == 26_000 - 500
    assert body["avg_order_value"] == 13_000
    assert len(body["sales_trend"]) == 30
    assert body["sales_trend"][-3:] == [
        {"date": "2025-11-18", "revenue": -500},
        {"date": "2025-11-19", "revenue": 25_000},
        {"date": "2025-11-20", "revenue": 1_000},
    ]
    assert body["popular_products"] == [
        {"id": shop.kimchi, "name": "김치", "order_count": 2},
        {"id": shop.gim, "name": "김", "order_count": 1},
    ]


def test_the_users_figures_are_the_users_own(shop, service):
    path = f"/api/analytics/{shop.buyer}"
    body = json.loads(Client().get(path, headers=service).content)
    assert body["user_id"] == shop.buyer
    assert "success" not in body
    for user, status in ((shop.buyer, 200), (shop.buyer + 1, 403)):
        headers = service | {"X-User-Id": str(user), "X-User-Roles": "BUYER"}
        assert Client().get(path, headers=headers).status_code == status
    assert Client().get(f"/api/analytics/{2**63}", headers=service).status_code == 404


def test_the_summary_is_for_services_only(shop, service):
    body = json.loads(Client().get("/api/analytics/internal", headers=service).content)
    assert (body["total_revenue"], body["gross"], body["refunds"], body["total_orders"]) == (25_500, 26_000, 500, 2)
    admin = service | {"X-User-Id": "5", "X-User-Roles": "ADMIN"}
    answer = Client().get("/api/analytics/internal", headers=admin)
    assert (answer.status_code, answer.json()["success"]) == (403, False)


@pytest.mark.parametrize("path", ["dashboard", "internal", "5"])
def test_without_a_credential_only_the_named_addresses_come_in(shop, settings, path):
    assert Client().get(f"/api/analytics/{path}").status_code == 401
    settings.LEGACY_OPEN_CIDRS = (ip_network("127.0.0.0/8"),)
    assert Client().get(f"/api/analytics/{path}").status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.1").get(f"/api/analytics/{path}").status_code == 401


def test_a_parameter_is_refused(shop, service):
    assert Client().get("/api/analytics/dashboard?period=day", headers=service).status_code == 400
