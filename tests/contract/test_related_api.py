"""GET /v1/recommendations/products/{id}/related as the product page reads it."""

import json
import time

import pytest

from recommendations.services import related
from tests.analytics.telling import payment_of_order, rebuild, tell
from tests.factories import seoul
from tests.recommendations.telling import remembered_for_long
from xlcfi.api.tokens import internal_token_mint

pytestmark = pytest.mark.django_db

PRODUCT = {
    "id",
    "name",
    "price",
    "currency",
    "category_id",
    "category_name",
    "seller_id",
    "stock",
    "status",
    "image_url",
}


@pytest.fixture
def visitor():
    return {"X-Internal-Token": internal_token_mint(), "X-Forwarded-For": "203.0.113.9"}


@pytest.fixture
def pair(market, settings):
    settings.RATE_LIMIT_PER_MINUTE = 0
    tofu, kimchi = market.product(name="두부", price=2_500), market.product(name="배추김치", price=12_900)
    for items in ([tofu, kimchi], [tofu, kimchi], [tofu]):
        market.paid_order(items=[(product, 1, 1_000) for product in items], created_at=seoul("2025-11-19 12:00"))
    rebuild()
    return tofu, kimchi


def test_it_has_the_shape_of_the_contract_and_scores_with_two_decimals(client, pair, visitor):
    tofu, kimchi = pair
    answer = json.loads(client.get(f"/v1/recommendations/products/{tofu}/related", headers=visitor).content)["data"]
    assert answer["product_id"] == tofu
    assert answer["product_source"] == "platform"
    (related,) = answer["related_products"]
    assert set(related) == {"product_id", "score", "product"}
    assert (related["product_id"], related["score"]) == (kimchi, 0.67)
    assert set(related["product"]) == PRODUCT
    assert (related["product"]["name"], related["product"]["price"]) == ("배추김치", 12_900)


def test_a_product_nobody_bought_or_knows_is_a_normal_answer(client, pair, visitor):
    answer = client.get(f"/v1/recommendations/products/{2**63 - 1}/related", headers=visitor)
    assert answer.status_code == 200
    assert json.loads(answer.content)["data"]["related_products"] == []


@pytest.mark.parametrize("limit", ["0", "-1", "1e9", "abc", "51", "", "5.5"])
def test_a_limit_that_is_none_is_refused_with_its_field(client, pair, visitor, limit):
    answer = client.get(f"/v1/recommendations/products/{pair[0]}/related?limit={limit}", headers=visitor)
    assert answer.status_code == 400
    error = json.loads(answer.content)["error"]
    assert error["code"] == "INVALID_INPUT"
    assert "limit" in error["details"]["fields"]


@pytest.mark.parametrize("product", [2**63, 10**30, 0, -1, "abc"])
def test_an_id_beyond_bigint_or_no_id_is_not_found(client, visitor, product, db):
    answer = client.get(f"/v1/recommendations/products/{product}/related", headers=visitor)
    assert answer.status_code == 404
    assert json.loads(answer.content)["error"]["code"] == "NOT_FOUND"


def test_one_request_costs_two_queries_and_none_until_something_changes(
    client, pair, visitor, django_assert_num_queries, monkeypatch
):
    tofu, kimchi = pair
    path = f"/v1/recommendations/products/{tofu}/related"
    client.get(f"/v1/recommendations/products/{kimchi}/related?limit=1", headers=visitor)  # looks what has changed
    remembered_for_long(monkeypatch)
    monkeypatch.setattr(related._related, "_look_every", 3_600)
    with django_assert_num_queries(2):  # the pairs, and what the products are
        first = client.get(path, headers=visitor).json()["data"]
    with django_assert_num_queries(0):
        again = client.get(path, headers=visitor).json()["data"]
    assert again.pop("request_id") != first.pop("request_id")
    assert again == first
    with django_assert_num_queries(1):  # another answer, the same products
        client.get(f"{path}?limit=3", headers=visitor)


def test_a_purchase_changes_the_answer_at_the_next_look(client, pair, visitor, market):
    tofu, _ = pair
    path = f"/v1/recommendations/products/{tofu}/related"

    def score():
        return json.loads(client.get(path, headers=visitor).content)["data"]["related_products"][0]["score"]

    assert score() == 0.67
    tell(payment_of_order(market.paid_order(items=[(tofu, 1, 100)], created_at=seoul("2025-11-20 09:00"))))
    time.sleep(0.6)
    assert score() == 0.5
