"""GET /v1/recommendations/users/{id}/products as the shop's front page reads it."""

import json

import pytest

from recommendations.services.kept import ready_lists_forget
from recommendations.services.lists import lists_store
from tests.analytics.plain_sql import rows
from tests.analytics.telling import rebuild
from tests.contract.test_related_api import PRODUCT
from tests.factories import seoul
from tests.recommendations.telling import acted, follow_up, kept, tell
from xlcfi.api.tokens import internal_token_mint
from xlcfi.cache.redis import redis_client
from xlcfi.upstream.products import product_details_forget

pytestmark = pytest.mark.django_db

NOON = seoul("2025-11-19 12:00")
UNKNOWN = 987_654_321


@pytest.fixture
def service():
    return {"X-Internal-Token": internal_token_mint()}


@pytest.fixture
def gateway(service):
    return service | {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture
def shop(market, settings, own_redis):
    """The buyers of tofu: one bought kimchi with it, one tofu alone."""
    settings.RATE_LIMIT_PER_MINUTE = 0
    market.tofu, market.kimchi = market.product(name="두부", price=2_500), market.product(name="배추김치", price=12_900)
    market.both, market.one = market.user(), market.user()
    for buyer, products in ((market.both, [market.tofu, market.kimchi]), (market.one, [market.tofu])):
        market.paid_order(buyer_id=buyer, items=[(product, 1, 1_000) for product in products], created_at=NOON)
    rebuild()
    follow_up()
    yield market
    product_details_forget([row[0] for row in rows("SELECT id FROM products")])


def asked(client, user, headers, query="", prefix="/v1"):
    answer = client.get(f"{prefix}/recommendations/users/{user}/products{query}", headers=headers)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["data"]


def products_of(data):
    return [(each["product_id"], each["score"], each["source"]) for each in data["recommendations"]]


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
def test_it_has_the_shape_of_the_contract(client, shop, service, prefix):
    data = asked(client, shop.one, service, prefix=prefix)
    assert {"user_id", "algorithm", "request_id", "recommendations"} < set(data)
    assert (data["left_out"], data["personalised"]) == ({}, True)
    assert (data["user_id"], data["algorithm"], data["product_source"]) == (shop.one, "co-purchase", "platform")
    (only,) = data["recommendations"]
    assert set(only) == {"product_id", "score", "reason", "source", "product"}
    assert set(only["product"]) == PRODUCT
    assert (only["product_id"], only["score"], only["source"]) == (shop.kimchi, 0.5, "co-purchase")
    assert only["reason"] == {
        "ko": "두부를 산 분들이 함께 구매했어요",
        "en": "People who bought 두부 bought this too",
    }
    assert (only["product"]["name"], only["product"]["price"]) == ("배추김치", 12_900)


def test_someone_unknown_gets_popular_products(client, shop, service):
    data = asked(client, UNKNOWN, service)
    assert data["algorithm"] == "popular"
    assert products_of(data) == [(shop.tofu, 0, "popular"), (shop.kimchi, 0, "popular")]


def test_a_list_that_is_not_there_is_computed_and_kept_and_the_kept_one_is_served(client, shop, service):
    assert kept(shop.one) is None
    first = asked(client, shop.one, service)
    assert kept(shop.one)["recommendations"] == first["recommendations"]
    assert 3_590 < redis_client().ttl(f"recommendations:user:{shop.one}") <= 3_600
    mark = {**kept(shop.one), "recommendations": [first["recommendations"][0] | {"score": 0.123456}]}
    redis_client().set(f"recommendations:user:{shop.one}", json.dumps(mark))
    ready_lists_forget()
    assert products_of(asked(client, shop.one, service)) == [(shop.kimchi, 0.123456, "co-purchase")]


def test_every_answer_has_a_request_id_of_its_own(client, shop, service):
    ids = [asked(client, shop.one, service)["request_id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(ids)


def test_a_click_changes_the_answer_with_the_work_that_follows(client, shop, service):
    other, third = shop.product(name="참기름"), shop.product(name="들기름")
    shop.paid_order(items=[(other, 1, 1_000), (third, 1, 1_000)], created_at=NOON)
    rebuild()
    assert products_of(asked(client, shop.one, service))[0] == (shop.kimchi, 0.5, "co-purchase")
    tell(acted(shop.one, other, "add_to_cart"))
    follow_up()
    assert products_of(asked(client, shop.one, service))[:2] == [
        (third, 0.8, "co-purchase"),
        (shop.kimchi, 0.5, "co-purchase"),
    ]


@pytest.mark.parametrize("rubbish", [b"not json", b"[]", b"null", b'{"recommendations": [{"product_id": "x"}]}'])
def test_what_someone_else_wrote_under_the_key_is_not_served(client, shop, service, rubbish):
    redis_client().set(f"recommendations:user:{shop.one}", rubbish)
    assert products_of(asked(client, shop.one, service)) == [(shop.kimchi, 0.5, "co-purchase")]


def test_without_redis_it_is_answered_all_the_same(client, shop, service, own_redis):
    own_redis.stop()
    assert products_of(asked(client, shop.one, service)) == [(shop.kimchi, 0.5, "co-purchase")]


def test_a_hidden_product_in_a_kept_list_is_not_shown_and_another_takes_its_place(client, shop, service):
    more = [shop.product(name=f"상품 {number}") for number in range(11)]
    for product in more:
        shop.paid_order(items=[(product, 1, 1_000), (shop.tofu, 1, 1_000)], created_at=NOON)
    rebuild()
    lists_store(user_ids=[shop.one])
    before = [product for product, _, _ in products_of(asked(client, shop.one, service))]
    assert before == [shop.kimchi, *more[:9]]
    rows("UPDATE products SET status = 'HIDDEN' WHERE id = %s RETURNING 1", [shop.kimchi])
    rows("DELETE FROM order_items WHERE product_id = %s RETURNING 1", [more[0]])
    rows("DELETE FROM products WHERE id = %s RETURNING 1", [more[0]])
    product_details_forget([shop.kimchi, more[0]])
    after = [product for product, _, _ in products_of(asked(client, shop.one, service))]
    assert after == more[1:]


def test_details_are_those_of_now_not_those_of_the_kept_list(client, shop, service):
    asked(client, shop.one, service)
    rows("UPDATE products SET price = 9900 WHERE id = %s RETURNING 1", [shop.kimchi])
    product_details_forget([shop.kimchi])
    assert asked(client, shop.one, service)["recommendations"][0]["product"]["price"] == 9_900


def test_it_is_never_empty_while_there_are_products(client, market, settings, service, own_redis):
    settings.RATE_LIMIT_PER_MINUTE = 0
    old, new = market.product(), market.product()
    market.product(status="HIDDEN")
    assert products_of(asked(client, market.user(), service)) == [(new, 0, "new"), (old, 0, "new")]
    buyer = market.user()
    market.paid_order(buyer_id=buyer, items=[(old, 1, 100), (new, 1, 100)], created_at=NOON)
    rebuild()
    # Who has bought all there is sees it again.
    assert products_of(asked(client, buyer, service)) == [(new, 0, "new"), (old, 0, "new")]


def test_a_limit_cuts_or_lengthens_the_list_and_only_the_default_is_kept(client, market, settings, service, own_redis):
    settings.RATE_LIMIT_PER_MINUTE = 0
    products = [market.product() for _ in range(30)]
    market.paid_order(items=[(product, 1, 100) for product in products], created_at=NOON)
    rebuild()
    assert len(asked(client, UNKNOWN, service, "?limit=25")["recommendations"]) == 25
    assert kept(UNKNOWN) is None
    assert len(asked(client, UNKNOWN, service, "?limit=3")["recommendations"]) == 3
    assert len(kept(UNKNOWN)["recommendations"]) == 10
    assert len(asked(client, UNKNOWN, service)["recommendations"]) == 10
    assert len(asked(client, UNKNOWN, service, "?limit=50")["recommendations"]) == 30


@pytest.mark.parametrize("query", ["limit=0", "limit=51", "limit=ten", "limit=1&limit=2", "size=5"])
def test_what_it_does_not_know_it_refuses_with_the_field(client, shop, service, query):
    answer = client.get(f"/v1/recommendations/users/{shop.one}/products?{query}", headers=service)
    assert answer.status_code == 400
    error = json.loads(answer.content)["error"]
    assert error["code"] == "INVALID_INPUT"
    assert set(error["details"]["fields"]) == {query.partition("=")[0]}


def test_a_user_sees_their_own_an_admin_and_a_service_everybodys_a_visitor_none(client, shop, service, gateway):
    path = f"/v1/recommendations/users/{shop.one}/products"

    def status(headers=None):
        return client.get(path, headers=headers).status_code

    assert status() == 401
    assert status(gateway) == 401
    assert status(gateway | {"X-User-Id": str(shop.one), "X-User-Roles": "BUYER"}) == 200
    assert status(gateway | {"X-User-Id": str(shop.both), "X-User-Roles": "BUYER"}) == 403
    assert status(gateway | {"X-User-Id": str(shop.both), "X-User-Roles": "SELLER"}) == 403
    assert status(gateway | {"X-User-Id": str(shop.both), "X-User-Roles": "ADMIN"}) == 200
    assert status(service) == 200


def test_the_description_has_the_keys_of_the_answer(client, shop, service):
    data = asked(client, shop.one, service)
    schema = json.loads(client.get("/v1/schema", headers={"Accept": "application/json"}).content)
    schemas = schema["components"]["schemas"]
    assert set(schemas["PersonalAnswer"]["properties"]) == set(data)
    assert set(schemas["RecommendedProduct"]["properties"]) == set(data["recommendations"][0])
