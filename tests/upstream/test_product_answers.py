import json
from decimal import Decimal

import pytest

from xlcfi.cache.json_codec import json_decode
from xlcfi.upstream.errors import BadAnswer
from xlcfi.upstream.product_answers import product_read, product_read_one, product_unknown, products_read

KIMCHI = {
    "id": 7,
    "name": "포기김치 1kg",
    "price": Decimal("12900.00"),
    "currency": "KRW",
    "category_id": 3,
    "category_name": "김치",
    "seller_id": 11,
    "stock": 40,
    "status": "ON_SALE",
    "image_url": "/images/7.png",
}
SNAKE = KIMCHI | {"price": 12900}
CAMEL = {
    "id": 7,
    "name": "포기김치 1kg",
    "price": 12900.0,
    "currency": "KRW",
    "categoryId": 3,
    "categoryName": "김치",
    "sellerId": 11,
    "stock": 40,
    "status": "ON_SALE",
    "imageUrl": "/images/7.png",
}
NESTED = {
    "productId": "7",
    "productName": "포기김치 1kg",
    "price": "12900",
    "currency": "KRW",
    "category": {"id": 3, "name": "김치"},
    "seller": {"id": 11},
    "stockQuantity": 40,
    "status": "ON_SALE",
    "images": [{"imageUrl": "/images/7.png"}, {"imageUrl": "/images/8.png"}],
}


def read(answer):
    return products_read(json_decode(json.dumps(answer)))


@pytest.mark.parametrize("product", [SNAKE, CAMEL, NESTED], ids=["snake", "camel", "nested"])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda products: {"success": True, "data": {"products": products}, "error": None},
        lambda products: {"success": True, "data": products},
        lambda products: {"products": products},
        lambda products: products,
    ],
    ids=["contract", "list in envelope", "bare", "bare list"],
)
def test_every_spelling_reads_the_same(product, wrap):
    assert read(wrap([product])) == {7: KIMCHI}
    assert str(read(wrap([product]))[7]["price"]) == "12900.00"


@pytest.mark.parametrize(
    "answer",
    [None, 5, "text", {}, {"success": False, "data": None}, {"data": {}}, {"data": None}, {"data": {"products": {}}}],
)
def test_an_answer_without_a_list_of_products_is_refused(answer):
    with pytest.raises(BadAnswer):
        read(answer)


def test_what_is_no_product_is_left_out():
    rubbish = [None, 1, "x", [], {}, {"id": None}, {"id": True}, {"id": -1}, {"id": 2**63}, {"id": 1.5}]
    assert read({"data": {"products": [*rubbish, {"id": 7}]}}) == {7: product_unknown(7)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 5),
        ("name", "x" * 100_000),
        ("price", "cheap"),
        ("price", True),
        ("price", -1),
        ("price", "NaN"),
        ("price", Decimal("1E+999999")),
        ("price", [1]),
        ("stock", "many"),
        ("stock", 1.5),
        ("category_id", "none"),
        ("seller_id", {}),
        ("status", ["ON_SALE"]),
        ("image_url", 3),
    ],
)
def test_a_field_of_a_wrong_type_is_null_and_the_rest_stays(field, value):
    assert product_read(KIMCHI | {field: value}) == KIMCHI | {field: None}


def test_a_java_number_with_an_exponent_is_a_price():
    assert product_read(json_decode('{"id": 7, "price": 1E+3}'))["price"] == Decimal(1000)


def test_one_product_comes_enveloped_or_bare():
    for answer in (CAMEL, {"success": True, "data": CAMEL}, {"data": {"product": SNAKE}}):
        assert product_read_one(json_decode(json.dumps(answer, default=float))) == KIMCHI
    with pytest.raises(BadAnswer):
        product_read_one({"data": []})
