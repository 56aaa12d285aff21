"""The write guard."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.deletion import Collector
from django.test.utils import CaptureQueriesContext

from xlcfi.platform.guard import PlatformModel, PlatformWriteRefused
from xlcfi.platform.models import Order, Product, Review, SentimentRecord, User
from xlcfi.platform.schema import PLATFORM_TABLES

MODELS = list(apps.get_app_config("platform").get_models())

WAYS: dict[str, Callable[[type[models.Model]], Any]] = {
    "save": lambda model: model().save(),
    "save of a known row": lambda model: model(pk=1).save(),
    "save of a field": lambda model: model(pk=1).save(update_fields=["id"]),
    "save_base": lambda model: models.Model.save_base(model(pk=1), raw=True),
    "delete": lambda model: model(pk=1).delete(),
    "create": lambda model: model.objects.create(),
    "bulk_create": lambda model: model.objects.bulk_create([model()]),
    "bulk_create of none": lambda model: model.objects.bulk_create([]),
    "bulk_update": lambda model: model.objects.bulk_update([model(pk=1)], ["id"]),
    "get_or_create": lambda model: model.objects.get_or_create(pk=1),
    "update_or_create": lambda model: model.objects.update_or_create(pk=1),
    "update": lambda model: model.objects.filter(pk=1).update(pk=2),
    "update by expression": lambda model: model.objects.update(pk=F("pk") + 1),
    "update of nothing": lambda model: model.objects.update(),
    "delete of many": lambda model: model.objects.all().delete(),
    "raw delete": lambda model: model.objects.all()._raw_delete("default"),
    "base manager": lambda model: model._base_manager.create(),
    "base manager update": lambda model: model._base_manager.update(pk=2),
    "deletion collector": lambda model: _collect_and_delete(model(pk=1)),
    "fast deletion collector": lambda model: _collect_and_delete(model.objects.all()),
    "asave": lambda model: asyncio.run(model().asave()),
    "adelete": lambda model: asyncio.run(model(pk=1).adelete()),
    "acreate": lambda model: asyncio.run(model.objects.acreate()),
    "abulk_create": lambda model: asyncio.run(model.objects.abulk_create([model()])),
    "abulk_update": lambda model: asyncio.run(model.objects.abulk_update([model(pk=1)], ["id"])),
    "aget_or_create": lambda model: asyncio.run(model.objects.aget_or_create(pk=1)),
    "aupdate_or_create": lambda model: asyncio.run(model.objects.aupdate_or_create(pk=1)),
    "aupdate": lambda model: asyncio.run(model.objects.aupdate(pk=2)),
    "adelete of many": lambda model: asyncio.run(model.objects.all().adelete()),
}


def _collect_and_delete(rows: Any) -> None:
    collector = Collector(using="default", origin=rows)
    collector.collect(rows if hasattr(rows, "model") else [rows])
    collector.delete()


@pytest.fixture(autouse=True)
def one_row_each(market):
    """A row with an id in every table, so that a write that got through would change something."""
    order = market.paid_order()
    product = market.sql("select product_id from order_items")[0][0]
    market.image(product)
    market.review(product_id=product)
    market.user_coupon(order_id=order)
    market.balance()
    market.delivery(order)
    market.blockchain_record(order_id=order, product_id=product)


def everything(market) -> dict[str, Any]:
    return {table: market.sql(f"select * from {table} order by id") for table in PLATFORM_TABLES}


def test_all_thirteen_tables_have_a_guarded_unmanaged_model():
    assert {model._meta.db_table for model in MODELS} == set(PLATFORM_TABLES)
    assert all(issubclass(model, PlatformModel) and not model._meta.managed for model in MODELS)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_way_to_write_is_refused(model, way):
    with CaptureQueriesContext(connection) as queries, pytest.raises(PlatformWriteRefused, match=model.__name__):
        WAYS[way](model)
    assert [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "SAVEPOINT", "ROLLBACK"))] == []


def test_the_refusal_says_what_to_do():
    with pytest.raises(PlatformWriteRefused) as refused:
        User.objects.create(name="x")
    assert "User.create" in str(refused.value)
    assert "'users'" in str(refused.value)
    assert "Java service" in str(refused.value)
    with pytest.raises(PlatformWriteRefused, match="sentiment and sentiment_score"):
        Review.objects.update(rating=1)


def test_related_managers_refuse_too(market):
    order, other = Order.objects.get(), Order.objects.get(pk=market.order())
    user, coupon = User.objects.get(pk=order.buyer_id), order.user_coupons.get()
    before = everything(market)
    for write in (
        lambda: user.orders.create(total=1),
        lambda: user.orders.add(other),
        lambda: user.orders.add(Order(total=1), bulk=False),
        lambda: user.orders.set([other]),
        lambda: user.orders.update(total=0),
        lambda: user.orders.all().delete(),
        lambda: user.orders.get_or_create(total=1),
        lambda: user.orders.update_or_create(total=1),
        lambda: order.user_coupons.clear(),
        lambda: order.user_coupons.remove(coupon),
        lambda: order.items.update(quantity=F("quantity") + 1),
    ):
        with pytest.raises(PlatformWriteRefused), transaction.atomic():
            write()
    assert everything(market) == before


def test_a_fixture_is_refused():
    text = serializers.serialize("json", Order.objects.all())
    for loaded in serializers.deserialize("json", text):
        with pytest.raises(PlatformWriteRefused):
            loaded.save()


def test_no_deletion_reaches_a_platform_table_and_none_starts_from_one():
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if field.is_relation:
                assert field.remote_field.on_delete is models.DO_NOTHING
                assert issubclass(field.related_model, PlatformModel)
                assert not field.db_constraint


def test_only_the_sentiment_of_reviews_may_be_updated(market):
    review = Review.objects.get()
    assert Review.objects.filter(pk=review.pk).update(sentiment="POSITIVE", sentiment_score=0.75) == 1
    assert Review.objects.filter(pk=review.pk).update(sentiment_score=F("sentiment_score") / 3) == 1
    assert asyncio.run(Review.objects.none().aupdate(sentiment=None)) == 0
    review.refresh_from_db()
    assert (review.sentiment, review.sentiment_score) == ("POSITIVE", 0.25)
    for columns in ({"rating": 1}, {"sentiment": "X", "rating": 1}, {"content": Value("x")}):
        with pytest.raises(PlatformWriteRefused):
            Review.objects.update(**columns)
    with pytest.raises(PlatformWriteRefused):
        Product.objects.update(name="x")
    review.sentiment = "NEGATIVE"
    with pytest.raises(PlatformWriteRefused):
        review.save(update_fields=["sentiment"])


def test_sentiments_of_many_reviews_are_recorded_in_one_statement(market, django_assert_num_queries):
    first, second = market.review(), market.review()
    untouched = market.review()
    with django_assert_num_queries(1):
        found = Review.objects.sentiment_record(
            [
                SentimentRecord(second, "NEGATIVE", -0.5),
                SentimentRecord(first, "NEUTRAL", 0.9),
                SentimentRecord(999_999_999, "POSITIVE", 1),
                SentimentRecord(first, "POSITIVE", 0.5),
            ]
        )
    assert found == 2
    rows = dict(Review.objects.values_list("id", "sentiment_score"))
    assert (rows[first], rows[second], rows[untouched]) == (0.5, -0.5, None)
    assert Review.objects.get(pk=first).sentiment == "POSITIVE"
    assert Review.objects.sentiment_record([]) == 0


@pytest.mark.parametrize("score", [1.5, -1.01, float("nan")])
def test_a_score_out_of_range_is_refused_before_it_is_written(score):
    review = Review.objects.get()
    with pytest.raises(ValueError, match="score"):
        Review.objects.sentiment_record([SentimentRecord(review.pk, "POSITIVE", score)])
    assert Review.objects.get().sentiment is None


def test_django_knows_that_templates_must_not_call_these():
    assert PlatformModel.save.alters_data
    assert PlatformModel.delete.alters_data
