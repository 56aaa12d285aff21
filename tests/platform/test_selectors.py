"""Selectors and the tables that may be absent."""

import json
from decimal import Decimal

import pytest
from django.db import connection

from xlcfi.errors import SourceNotDeployed
from xlcfi.platform.selectors import (
    _PRODUCT_CARDS_SQL,
    product_cards,
    require_source,
    source_deployed,
    sources_deployed,
    sources_forget,
)

pytestmark = pytest.mark.django_db


def test_a_card_has_the_keys_of_the_contract_and_the_first_picture(market):
    seller, category = market.user("SELLER"), market.category("김치")
    product = market.product(name="포기김치", price="12900.50", seller_id=seller, category_id=category, stock=3)
    market.image(product, url="second", sort_order=1)
    market.image(product, url="first", sort_order=0)
    market.image(product, url="same place, later", sort_order=0)
    assert product_cards([product])[product] == {
        "id": product,
        "name": "포기김치",
        "price": Decimal("12900.50"),
        "currency": "KRW",
        "category_id": category,
        "category_name": "김치",
        "seller_id": seller,
        "stock": 3,
        "status": "ON_SALE",
        "image_url": "first",
    }


def test_cards_come_in_the_order_asked_for_without_the_unknown_in_one_query(market, django_assert_num_queries):
    one, two = market.product(status="HIDDEN"), market.product()
    with django_assert_num_queries(1):
        cards = product_cards([two, 0, -1, 2**63, 2**63 - 1, one, two])
    assert list(cards) == [two, one]
    assert cards[one]["image_url"] is None
    with django_assert_num_queries(0):
        assert product_cards([]) == {}


def test_a_few_cards_of_a_large_catalogue_are_read_by_index_only(market):
    seller, category = market.user("SELLER"), market.category()
    market.sql("insert into categories (name) select 'c' from generate_series(1, 2000)")
    market.sql(
        "insert into products (seller_id, category_id, name, price, currency, stock, status, created_at, updated_at)"
        " select %s, %s, 'p', 1, 'KRW', 1, 'ON_SALE', now(), now() from generate_series(1, 10000)",
        [seller, category],
    )
    market.sql(
        "insert into product_images (product_id, url, sort_order)"
        " select p.id, %s, n from products p, generate_series(0, 2) n",
        ["u"],
    )
    market.sql("analyze products, categories, product_images")
    ids = [row[0] for row in market.sql("select id from products order by id limit 50")]
    with connection.cursor() as cursor:
        cursor.execute("explain (format json) " + _PRODUCT_CARDS_SQL, [ids])
        plan = cursor.fetchone()[0]
    assert "Seq Scan" not in json.dumps(plan)


def test_an_absent_table_is_noticed_and_named(market):
    assert source_deployed("coupons")
    require_source("deliveries")
    market.sql("drop table user_coupons, coupons cascade")
    sources_forget()
    assert not source_deployed("coupons")
    with pytest.raises(SourceNotDeployed) as refused:
        require_source("user_coupons")
    assert (refused.value.code, refused.value.http_status) == ("SOURCE_NOT_DEPLOYED", 404)
    assert refused.value.details == {"source": "user_coupons"}
    assert "deliveries" in sources_deployed()


def test_what_was_seen_is_believed_for_a_while(django_assert_num_queries):
    sources_forget()
    with django_assert_num_queries(1):
        assert all(source_deployed(table) for table in ("coupons", "deliveries", "orders"))


def test_a_table_that_java_does_not_own_is_a_mistake():
    with pytest.raises(ValueError, match="user_behaviors"):
        source_deployed("user_behaviors")
