"""Similar, popular, cart, visit, options and choice over HTTP."""

import json

import pytest
from django.test import Client

from recommendations.jobs import products_index
from recommendations.models import PlacementRule
from recommendations.services.content import words_index
from recommendations.services.exposures import exposures_clear, exposures_flush
from tests.analytics.plain_sql import rows
from tests.analytics.telling import rebuild
from tests.contract.test_related_api import PRODUCT
from tests.factories import seoul
from tests.recommendations.telling import acted, changed, fold, follow_up, kept, tell
from xlcfi.api.tokens import internal_token_mint
from xlcfi.events import ProductViewed
from xlcfi.upstream.products import product_details_forget

pytestmark = pytest.mark.django_db

UNKNOWN = 987_654_321
ITEM = {"product_id", "score", "reason", "source", "product"}


@pytest.fixture
def visitor():
    return {"X-Internal-Token": internal_token_mint(), "X-Forwarded-For": "203.0.113.9"}


@pytest.fixture
def shop(market, settings, clock, own_redis):
    """Kimchi and tofu are bought together twice, oil once and long ago; two kimchis are alike."""
    settings.RATE_LIMIT_PER_MINUTE = settings.REBUILD_SETTLE_SECONDS = 0
    food, market.tools = market.category(name="식품"), market.category(name="도구")
    market.food, market.side = food, market.category(name="반찬", parent_id=food)
    market.seller = market.user("SELLER")
    make = {"seller_id": market.seller, "category_id": market.side}
    market.kimchi = market.product(name="배추 김치", price=12_900, **make)
    market.ripe = market.product(name="묵은 배추 김치", price=13_900, **make)
    market.tofu = market.product(name="두부", price=2_500, category_id=food)
    market.oil = market.product(name="들기름", price=9_900, category_id=food)
    market.pot = market.product(name="냄비", price=50_000, category_id=market.tools)
    market.buyer = market.user()
    for day, items in (("2025-11-19", "kt"), ("2025-11-13", "kt"), ("2025-08-01", "ko"), ("2025-11-18", "t")):
        named = {"k": market.kimchi, "t": market.tofu, "o": market.oil}
        market.paid_order(items=[(named[each], 1, 1_000) for each in items], created_at=seoul(f"{day} 12:00"))
    tell(*[changed(each) for each in (market.kimchi, market.ripe, market.tofu, market.oil, market.pot)])
    rebuild()
    fold()
    products_index()
    words_index(words=lambda texts: [text.split() for text in texts])
    follow_up()
    exposures_clear()
    yield market
    exposures_clear()
    product_details_forget([row[0] for row in rows("SELECT id FROM products")])


def asked(client, path, headers, **body):
    send = client.post if body else client.get
    more = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
    answer = send(f"/v1/recommendations/{path}", headers=headers, **more)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["data"]


def ids(data):
    return [each["product_id"] for each in data.get("products", data.get("recommendations"))]


def sources(data):
    return {each["product_id"]: each["source"] for each in data.get("products", data.get("recommendations"))}


def test_similar_goes_by_words_category_price_and_seller(client, shop, visitor):
    data = asked(client, f"products/{shop.kimchi}/similar", visitor)
    assert data["algorithm"] == "content"
    first = data["products"][0]
    assert set(first) == ITEM
    assert set(first["product"]) == PRODUCT
    assert first["product_id"] == shop.ripe
    assert 0.5 < first["score"] <= 1
    assert shop.kimchi not in ids(data)
    assert [each["score"] for each in data["products"]] == sorted((p["score"] for p in data["products"]), reverse=True)


def test_a_product_made_a_moment_ago_has_similar_ones_before_and_after_its_text_is_read(client, shop, visitor):
    new = shop.product(name="백 김치", price=12_500, seller_id=shop.seller, category_id=shop.side)
    assert set(ids(asked(client, f"products/{new}/similar", visitor))) == {shop.kimchi, shop.ripe}
    tell(changed(new))
    products_index()
    assert sources(asked(client, f"products/{new}/similar", visitor))[shop.kimchi] == "content"
    assert new in ids(asked(client, f"products/{shop.kimchi}/similar", visitor))
    words_index(words=lambda texts: [text.split() for text in texts])
    assert rows("SELECT COUNT(*) FROM product_terms WHERE product_id = %s AND term = '김치'", [new]) == [(1,)]


def test_a_product_nobody_knows_is_like_none_and_a_normal_answer(client, shop, visitor):
    assert asked(client, f"products/{UNKNOWN}/similar", visitor)["products"] == []


def test_popular_counts_half_after_a_week_and_by_category_with_those_below(client, shop, visitor):
    # Today is 2025-11-20. Tofu: 1, 2 and 7 days ago; kimchi: 1 and 7 days ago, and long ago; oil: long ago.
    data = asked(client, "popular", visitor)
    assert [(each["product_id"], each["source"]) for each in data["products"]] == [
        (shop.tofu, "popular"),
        (shop.kimchi, "popular"),
        (shop.oil, "popular"),
        (shop.pot, "new"),
        (shop.ripe, "new"),
    ]
    scores = [each["score"] for each in data["products"]]
    assert scores[0] == pytest.approx(2 ** (-1 / 7) + 2 ** (-2 / 7) + 0.5, abs=1e-6)
    assert scores[1] == pytest.approx(2 ** (-1 / 7) + 0.5, abs=1e-6)
    assert scores[2:] == [0, 0, 0]
    assert ids(asked(client, f"popular?category_id={shop.side}", visitor)) == [shop.kimchi, shop.ripe]
    assert ids(asked(client, f"popular?category_id={shop.food}&limit=2", visitor)) == [shop.tofu, shop.kimchi]
    assert asked(client, f"popular?category_id={UNKNOWN}", visitor)["products"] == []


def test_a_cart_gets_what_goes_with_all_of_it_and_nothing_that_lies_in_it(client, shop, visitor):
    data = asked(client, "basket", visitor, product_ids=[shop.kimchi, shop.oil])
    # Of three orders with kimchi two hold tofu; of one with oil none: the mean.
    assert (data["products"][0]["product_id"], data["products"][0]["score"]) == (
        shop.tofu,
        pytest.approx(1 / 3, abs=1e-6),
    )
    assert not {shop.kimchi, shop.oil} & set(ids(data))
    assert data["algorithm"] == "co-purchase"
    assert ids(asked(client, "basket", visitor, product_ids=[UNKNOWN]))


def test_a_visit_gets_what_goes_with_what_is_looked_at_from_the_request_and_from_events(client, shop, visitor):
    data = asked(client, f"sessions?product_ids={shop.tofu}", visitor)
    assert (data["algorithm"], ids(data)[0], sources(data)[shop.kimchi]) == ("session", shop.kimchi, "session")
    assert asked(client, "sessions", visitor, session_id="s-1")["algorithm"] == "popular"
    view = ProductViewed(event_id="v-1", occurred_at=seoul("2025-11-20 10:00"), user_id=None, product_id=shop.tofu,
                         session_id="s-1")  # fmt: skip
    tell(view)
    follow_up()
    assert asked(client, "sessions", visitor, session_id="s-1")["algorithm"] == "session"
    assert asked(client, "sessions?session_id=s-2", visitor)["algorithm"] == "popular"
    exposures_flush()
    assert rows("SELECT DISTINCT user_id, visitor LIKE '%%s-1%%' FROM recommendation_exposures") == [(0, False)]


def test_what_is_looked_at_alone_leads_to_what_is_like_it(client, shop, visitor):
    data = asked(client, f"sessions?product_ids={shop.ripe}", visitor)
    assert (data["algorithm"], ids(data)[0]) == ("content", shop.kimchi)
    assert data["products"][0]["reason"]["ko"] == "보신 ‘묵은 배추 김치’ 상품과 비슷해요"


def test_options_narrow_the_list_and_only_the_usual_one_is_kept(client, shop, visitor):
    service = {"X-Internal-Token": visitor["X-Internal-Token"]}
    path = f"users/{shop.buyer}/products"
    assert set(ids(asked(client, f"{path}?category_id={shop.food}", service))) == {
        *(shop.kimchi, shop.ripe, shop.tofu, shop.oil)
    }
    assert ids(asked(client, f"{path}?price_min=9900&price_max=12900&exclude={shop.oil}", service)) == [shop.kimchi]
    assert ids(asked(client, f"{path}?freshness=1&limit=1", service)) != []
    assert len(ids(asked(client, f"{path}?diversity=0.8", service))) == 5
    assert kept(shop.buyer) is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("price_min=-1", "price_min"),
        ("price_min=5&price_max=4", "price_max"),
        ("price_max=nan", "price_max"),
        ("diversity=1.1", "diversity"),
        ("freshness=x", "freshness"),
        ("exclude=1,x", "exclude"),
        ("exclude=0", "exclude"),
        ("category_id=0", "category_id"),
    ],
)
def test_an_option_that_is_none_is_refused_with_its_field(client, shop, visitor, query, field):
    service = {"X-Internal-Token": visitor["X-Internal-Token"]}
    answer = client.get(f"/v1/recommendations/users/1/products?{query}", headers=service)
    assert answer.status_code == 400
    assert set(answer.json()["error"]["details"]["fields"]) == {field}


@pytest.mark.parametrize("body", [{}, {"product_ids": []}, {"product_ids": "x"}, {"product_ids": [True]}])
def test_a_cart_that_is_none_is_refused_with_its_field(client, shop, visitor, body):
    answer = client.post(
        "/v1/recommendations/basket", data=json.dumps(body), content_type="application/json", headers=visitor
    )
    assert answer.status_code == 400
    assert set(answer.json()["error"]["details"]["fields"]) == {"product_ids"}


def test_who_wants_no_personal_lists_gets_popular_ones_and_is_named_nowhere(client, shop, visitor):
    service = {"X-Internal-Token": visitor["X-Internal-Token"]}
    tell(acted(shop.buyer, shop.ripe, "wishlist"))
    follow_up()
    path = f"users/{shop.buyer}/products"
    assert asked(client, path, service)["algorithm"] == "content"
    mine = visitor | {"X-User-Id": str(shop.buyer), "X-User-Roles": "BUYER"}
    choice = f"/v1/recommendations/users/{shop.buyer}/personalisation"
    assert client.get(choice, headers=mine).json()["data"]["personalised"] is True
    for headers, status in ((visitor, 401), (mine | {"X-User-Id": str(shop.seller)}, 403), (mine, 200), (mine, 200)):
        answer = client.put(choice, data='{"personalised": false}', content_type="application/json", headers=headers)
        assert answer.status_code == status, answer.content
    assert kept(shop.buyer) is None
    exposures_clear()
    data = asked(client, path, service)
    assert (data["algorithm"], data["personalised"], data["user_id"]) == ("popular", False, shop.buyer)
    assert ids(data)[:2] == [shop.tofu, shop.kimchi]
    tell(acted(shop.buyer, shop.kimchi, "click"))
    follow_up()
    assert kept(shop.buyer) is None
    exposures_flush()
    assert rows("SELECT user_id FROM recommendation_exposures") == [(0,)]
    client.put(choice, data='{"personalised": true}', content_type="application/json", headers=service)
    assert asked(client, path, service)["personalised"] is True


def test_a_rule_holds_at_once_in_a_list_that_was_kept_before(client, shop, visitor):
    service = {"X-Internal-Token": visitor["X-Internal-Token"]}
    path = f"users/{shop.buyer}/products"
    before = ids(asked(client, path, service))
    rule = {"first": "2025-11-01", "last": "2025-11-20", "reason": "설", "owner": "kim"}
    made = PlacementRule.objects.create(kind="pin", product_id=shop.pot, position=1, **rule)
    data = asked(client, path, service)
    assert ids(data) == [shop.pot, *[each for each in before if each != shop.pot]]
    assert sources(data)[shop.pot] == "pinned"
    assert ids(asked(client, "popular", visitor))[0] == shop.pot
    assert ids(asked(client, f"products/{shop.tofu}/similar", visitor))[0] == shop.pot
    PlacementRule.objects.filter(pk=made.pk).update(last="2025-11-19")
    assert ids(asked(client, path, service)) == before


def test_what_is_sold_out_or_ones_own_is_left_out_everywhere_and_counted(client, shop, visitor):
    rows("UPDATE products SET stock = 0 WHERE id = %s RETURNING 1", [shop.tofu])
    data = asked(client, "popular?limit=1", visitor)
    assert (ids(data), data["left_out"]) == ([shop.kimchi], {"out_of_stock": 1})
    seller = visitor | {"X-User-Id": str(shop.seller), "X-User-Roles": "SELLER"}
    assert not {shop.kimchi, shop.ripe} & set(ids(asked(client, "popular", seller)))
    related = asked(client, f"products/{shop.kimchi}/related?limit=1", visitor)
    assert [each["product_id"] for each in related["related_products"]] == [shop.oil]
    assert related["left_out"] == {"out_of_stock": 1}
    rows("UPDATE users SET status = 'DORMANT' WHERE id = %s RETURNING 1", [shop.seller])
    assert not {shop.kimchi, shop.ripe} & set(ids(asked(client, "popular", visitor)))


def test_the_older_forms_are_bare(client, shop, visitor, settings):
    service = {"X-Internal-Token": visitor["X-Internal-Token"]}
    data = asked(client, f"users/{shop.buyer}/products", service)
    products = [each["product"] for each in data["recommendations"]]
    assert client.get(f"/api/recommendations/{shop.buyer}", headers=service).json() == products
    for path in ("recommendations", "api/v1/ai/recommendations"):
        body = client.get(f"/{path}/{shop.buyer}", headers=service).json()
        assert set(body) == {"memberId", "products", "recommendations", "algorithm", "confidence"}
        assert (body["memberId"], body["products"], body["confidence"]) == (shop.buyer, products, 0)
    assert Client().get(f"/api/recommendations/{shop.buyer}").status_code == 401
    other = visitor | {"X-User-Id": str(shop.seller), "X-User-Roles": "BUYER"}
    assert client.get(f"/recommendations/{shop.buyer}", headers=other).status_code == 403
