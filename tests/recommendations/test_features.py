"""Our copy of what products are made of, and what is dropped when they change."""

import hashlib
import json
import random
import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction

from recommendations.services.features import features_settle
from tests.analytics.plain_sql import rows
from tests.analytics.telling import rebuild
from tests.recommendations.telling import changed, follow_up, queued, tell
from xlcfi.cache.redis import redis_client
from xlcfi.events.models import FollowUp
from xlcfi.upstream.product_memory import redis_details_set
from xlcfi.upstream.products import product_details

COLUMNS = "product_id, present, seller_id, category_id, name, price, currency, status, content_hash"


def features():
    return {row[0]: row[1:] for row in rows(f"SELECT {COLUMNS} FROM product_features")}


def names():
    return {product: values[3] for product, values in features().items()}


def rename(product, name):
    rows("UPDATE products SET name = %s WHERE id = %s RETURNING 1", [name, product])


@pytest.mark.django_db
def test_a_change_is_read_from_the_table_once_for_a_batch(market):
    seller, category = market.user("SELLER"), market.category()
    product = market.product(name="두부", price=2_500, seller_id=seller, category_id=category, description="부드러운")
    tell(changed(product), changed(product))
    text = json.dumps(["두부", "부드러운", category], ensure_ascii=False)
    expected = (
        True,
        seller,
        category,
        "두부",
        Decimal(2_500),
        "KRW",
        "ON_SALE",
        hashlib.md5(text.encode()).hexdigest(),
    )
    assert features() == {product: expected}
    assert queued() == [("recommendations.product_caches_drop", {"product_ids": [product]})]


@pytest.mark.django_db
def test_only_other_text_is_another_hash_and_only_a_difference_is_a_change(market):
    product = market.product(name="두부", price=2_500)
    tell(changed(product))
    (first,) = rows("SELECT content_hash, changed_at FROM product_features")
    rows("UPDATE product_features SET changed_at = changed_at - interval '1 hour' RETURNING 1")
    tell(changed(product))
    (again,) = rows("SELECT content_hash, changed_at + interval '1 hour' FROM product_features")
    assert again == first
    rows("UPDATE products SET price = 2600 RETURNING 1")
    tell(changed(product))
    assert rows("SELECT content_hash, price FROM product_features") == [(first[0], Decimal(2_600))]
    rename(product, "순두부")
    tell(changed(product))
    assert rows("SELECT content_hash = %s FROM product_features", [first[0]]) == [(False,)]


@pytest.mark.django_db
def test_hidden_and_deleted_products_are_marked_and_keep_what_they_were(market):
    hidden, deleted = market.product(name="두부"), market.product(name="김치")
    tell(changed(hidden), changed(deleted))
    rows("UPDATE products SET status = 'HIDDEN' WHERE id = %s RETURNING 1", [hidden])
    rows("DELETE FROM products WHERE id = %s RETURNING 1", [deleted])
    tell(changed(hidden), changed(deleted))
    found = rows("SELECT product_id, present, name, status FROM product_features ORDER BY name DESC")
    assert found == [(hidden, True, "두부", "HIDDEN"), (deleted, False, "김치", "ON_SALE")]


@pytest.mark.django_db
def test_a_product_whose_row_was_not_visible_is_settled_without_another_event(market):
    early = market.product(name="두부")
    rows("CREATE TEMP TABLE later AS SELECT * FROM products; DELETE FROM products; SELECT 1")
    tell(changed(early))
    assert features()[early][0] is False
    rows("INSERT INTO products SELECT * FROM later RETURNING 1")
    untold = market.product(name="김치")
    assert features_settle() == 2
    assert names() == {early: "두부", untold: "김치"}
    assert features_settle() == 0


@pytest.mark.django_db
def test_a_rebuild_mends_all_of_them_and_a_second_one_finds_nothing(market):
    products = [market.product(name=f"상품 {number}") for number in range(5)]
    tell(changed(products[0]))
    rename(products[0], "다른 이름")
    rows("INSERT INTO product_features (product_id, present, changed_at, told_at) VALUES (999999, true, now(), 'epoch')"
         " RETURNING 1")  # fmt: skip
    rebuild()
    assert names() == {
        products[0]: "다른 이름",
        **{product: f"상품 {number}" for number, product in enumerate(products) if number},
        999_999: "",
    }
    assert features()[999_999][0] is False
    before = rows("SELECT * FROM product_features ORDER BY 1")
    rebuild()
    assert rows("SELECT * FROM product_features ORDER BY 1") == before


@pytest.mark.django_db(transaction=True)
def test_two_replicas_with_the_same_products_end_with_what_the_table_says(market):
    products = [market.product(name="안") for _ in range(20)]
    failures = []

    def replica(seed):
        pick = random.Random(seed)
        try:
            for number in range(15):
                with transaction.atomic():
                    rename(pick.choice(products), f"{seed}-{number}")
                tell(*[changed(product) for product in pick.sample(products, 8)])
            tell(*[changed(product) for product in products])
        except Exception as failure:  # noqa: BLE001  # told to the test's own thread below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=replica, args=(seed,)) for seed in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert names() == dict(rows("SELECT id, name FROM products"))


@pytest.mark.django_db
def test_what_is_kept_of_a_changed_product_is_dropped(market, own_redis):
    product = market.product(name="두부")
    before = product_details([product])
    assert before.by_id[product]["name"] == "두부"
    redis_details_set({product: before.by_id[product]})
    rename(product, "순두부")
    tell(changed(product))
    follow_up()
    assert redis_client().get(f"xlcfi:product:{product}") == b"null"
    assert product_details([product]).by_id[product]["name"] == "순두부"


@pytest.mark.django_db
def test_what_redis_keeps_is_dropped_when_it_is_back(market, own_redis):
    product = market.product(name="두부")
    own_redis.stop()
    tell(changed(product))
    follow_up()
    assert FollowUp.objects.get().attempts == 1
    own_redis.start()
    redis_client().rest.succeeded()
    FollowUp.objects.update(run_after="2020-01-01T00:00:00Z")
    follow_up()
    assert queued() == []
    assert redis_client().get(f"xlcfi:product:{product}") == b"null"
