"""GET /v1/analytics/dashboard as the Java dashboard reads it."""

import json

import pytest
from django.test import Client

from analytics.jobs.expiring import dashboards_expire
from tests.analytics.conftest import fresh_cache  # noqa: F401
from tests.analytics.telling import payment_of_order, rebuild, tell
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint
from xlcfi.clock import PERIOD_DAYS

pytestmark = pytest.mark.django_db


@pytest.fixture
def service():
    return {"X-Internal-Token": internal_token_mint()}


@pytest.fixture
def shop(market, clock, fresh_cache, settings):  # noqa: F811
    settings.RATE_LIMIT_PER_MINUTE = 0
    market.paid_order(total=12_900, created_at=seoul("2025-11-19 23:59:59.999999"))
    market.paid_order(total=35_900, created_at=seoul("2025-11-20 00:00:00"))
    rebuild()
    return market


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
def test_it_has_the_keys_of_the_contract(client: Client, shop, service, prefix):
    answer = client.get(f"{prefix}/analytics/dashboard?period=day", headers=service)
    assert answer.status_code == 200
    body = json.loads(answer.content)
    assert set(body) == {"success", "data", "error", "timestamp"}
    data = body["data"]
    assert set(data) == {
        "revenue",
        "orders",
        "users",
        "daily_trend",
        "top_products",
        "top_categories",
        "period",
        "as_of",
        "completeness",
    }
    assert set(data["revenue"]) == {
        "total",
        "gross",
        "refunds",
        "average_order_value",
        "previous_total",
        "change_rate",
        "currency",
        "other_currencies",
    }
    assert set(data["orders"]) == {"count", "previous_count", "change_rate", "by_status"}
    assert set(data["users"]) == {"active", "new", "previous_active", "change_rate"}
    assert set(data["top_products"][0]) == {"product_id", "name", "units", "revenue", "order_count"}
    assert set(data["top_categories"][0]) == {"category_id", "name", "units", "revenue"}
    assert data["revenue"]["total"] == 35_900
    assert data["revenue"]["previous_total"] == 12_900
    assert data["revenue"]["change_rate"] == pytest.approx(23_000 / 12_900, abs=1e-4)
    assert data["period"]["from"] == "2025-11-20T00:00:00+09:00"


def test_month_is_the_default_and_the_key_in_redis_is_the_contracts(client, shop, service, fresh_cache):  # noqa: F811
    answer = json.loads(client.get("/v1/analytics/dashboard", headers=service).content)
    assert answer["data"]["period"]["name"] == "month"
    assert json.loads(fresh_cache.get("dashboard:stats:month"))["revenue"]["total"] == 48_800
    assert 0 < fresh_cache.ttl("dashboard:stats:month") <= 300


def test_another_currency_is_not_kept_under_the_contracts_key(client, shop, service, fresh_cache):  # noqa: F811
    answer = json.loads(client.get("/v1/analytics/dashboard?currency=USD", headers=service).content)
    assert answer["data"]["revenue"]["total"] == 0
    assert answer["data"]["revenue"]["other_currencies"][0]["currency"] == "KRW"
    assert fresh_cache.get("dashboard:stats:month") is None


def test_a_payment_makes_every_cached_period_old_and_the_next_after_five_seconds_sees_it(
    client,
    shop,
    service,
    clock,
    fresh_cache,  # noqa: F811
):
    def total():
        answer = client.get("/v1/analytics/dashboard?period=day", headers=service)
        return json.loads(answer.content)["data"]["revenue"]["total"]

    assert total() == 35_900
    tell(payment_of_order(shop.paid_order(total=1_000, created_at=seoul("2025-11-20 09:00"))))
    assert total() == 35_900  # nothing was said to the cache yet
    dashboards_expire()
    for period in PERIOD_DAYS:
        assert fresh_cache.exists(f"xlcfi:cache:changed:dashboard:stats:{period}")
    made_long_ago(fresh_cache, "dashboard:stats:day", seconds=5.1)
    assert total() == 36_900


def made_long_ago(redis, key, *, seconds):
    """As if what is cached under `key` had been computed `seconds` earlier."""
    mark = f"xlcfi:cache:made:{key}"
    seen, _, moment = redis.get(mark).decode().partition("|")
    redis.set(mark, f"{seen}|{float(moment) - seconds:.3f}", keepttl=True)


@pytest.mark.parametrize("query", ["period=decade", "period=", "currency=won", "period=day&period=week", "limit=5"])
def test_what_it_does_not_know_it_refuses(client, shop, service, query):
    answer = client.get(f"/v1/analytics/dashboard?{query}", headers=service)
    assert answer.status_code == 400
    assert json.loads(answer.content)["error"]["code"] == "INVALID_INPUT"


def test_it_is_for_admins_and_services_only(client, shop, service):
    forwarded = service | {"X-Forwarded-For": "203.0.113.9"}
    assert client.get("/v1/analytics/dashboard").status_code == 401
    assert client.get("/v1/analytics/dashboard", headers=forwarded).status_code == 401
    for roles, status in (("BUYER", 403), ("SELLER", 403), ("ADMIN", 200)):
        user = forwarded | {"X-User-Id": "5", "X-User-Roles": roles}
        assert client.get("/v1/analytics/dashboard", headers=user).status_code == status


def test_the_description_has_the_keys_of_the_answer(client, shop, service):
    answer = json.loads(client.get("/v1/analytics/dashboard", headers=service).content)["data"]
    schema = json.loads(client.get("/v1/schema", headers={"Accept": "application/json"}).content)
    schemas = schema["components"]["schemas"]

    def described(name):
        return set(schemas[name]["properties"])

    assert described("DashboardAnswer") == set(answer)
    for part, name in (("revenue", "Revenue"), ("orders", "Orders"), ("users", "Users")):
        assert described(name) == set(answer[part])
    for part, name in (("daily_trend", "TrendDay"), ("top_products", "TopProduct"), ("top_categories", "TopCategory")):
        assert described(name) == set(answer[part][0])
