"""What is bought together, exact whether its counts are folded in or wait."""

from datetime import timedelta

import pytest

from recommendations.selectors.related import co_purchase_changes, related_products
from recommendations.services.baskets import counts_append
from tests.analytics import plain_sql
from tests.analytics.telling import fold, payment, payment_of_order, rebuild, tell
from tests.analytics.test_rebuild import Story
from tests.factories import seoul

pytestmark = pytest.mark.django_db

NOON = seoul("2025-02-28 12:00:00")


def by_plain_sql(product, limit):
    together, alone = plain_sql.pairs(), plain_sql.product_orders()
    others = sorted((-count, other) for (mine, other), count in together.items() if mine == product)[:limit]
    return [(other, -count, -count / alone[product]) for count, other in others]


def found(product, limit):
    return [(each.product_id, each.support, each.score) for each in related_products(product_id=product, limit=limit)]


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_the_best_are_those_of_plain_sql_whatever_waits_to_be_folded_in(market, seed, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    story = Story(market, seed)
    payments = [event for event in story.events if hasattr(event, "seller_id")]
    story.random.shuffle(payments)
    third = len(payments) // 3
    tell(*payments[:third])
    fold()
    tell(*payments[third:])
    for limit in (1, 2, 3, 5, 50):
        for product in story.products:
            assert found(product, limit) == by_plain_sql(product, limit)
    fold()
    for product in story.products:
        assert found(product, 5) == by_plain_sql(product, 5)


def test_counts_that_fall_are_right_before_they_are_folded_in(market, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    a, b, c = (market.product() for _ in range(3))
    for other in (b, c, c):
        market.paid_order(items=[(a, 1, 100), (other, 1, 100)], created_at=NOON)
    rebuild()
    assert [each.product_id for each in related_products(product_id=a, limit=1)] == [c]

    counts_append(changes=[([a, c], -1, None), ([a, c], -1, None)])
    assert found(a, 1) == [(b, 1, 1.0)]


def test_a_product_nobody_bought_has_an_empty_list(market):
    assert related_products(product_id=market.product(), limit=5) == []


def test_products_of_one_order_bought_alone_share_every_order(market):
    a, b = market.product(), market.product()
    both = market.paid_order(items=[(a, 1, 100), (b, 3, 100)], created_at=NOON)
    alone = [market.paid_order(items=[(a, 1, 100)], created_at=NOON + timedelta(days=day)) for day in range(2)]
    tell(payment_of_order(both), *[payment_of_order(order) for order in alone])
    assert found(a, 5) == [(b, 1, 1 / 3)]
    assert found(b, 5) == [(a, 1, 1.0)]


def test_an_order_larger_than_the_limit_counts_for_its_products_but_not_for_pairs(market, settings):
    settings.CO_PURCHASE_LARGEST_BASKET = 3
    settings.REBUILD_SETTLE_SECONDS = 0
    products = [market.product() for _ in range(4)]
    market.paid_order(items=[(p, 1, 100) for p in products], created_at=NOON)
    tell(
        payment(
            order_id=plain_sql.rows("SELECT id FROM orders")[0][0],
            user_id=plain_sql.rows("SELECT buyer_id FROM orders")[0][0],
            amount=400,
            items=[(p, 1, 100) for p in products],
            at=NOON,
        )
    )
    fold()
    assert plain_sql.rows("SELECT COUNT(*) FROM co_purchase_pairs") == [(0,)]
    assert plain_sql.rows("SELECT SUM(orders) FROM co_purchase_products") == [(4,)]
    rebuild()
    assert plain_sql.rows("SELECT COUNT(*) FROM co_purchase_pairs") == [(0,)]


def test_a_purchase_told_by_a_transaction_that_was_under_way_at_a_look_is_found_by_the_next(market):
    first = co_purchase_changes(None)
    counts_append(changes=[([7, 9], 1, None)])
    second = co_purchase_changes(first.mark)
    assert set(second.subjects) == {7, 9}
    assert not second.everything
    # Its transaction has not ended: whoever looked from outside has not seen it, so it must be told again.
    assert set(co_purchase_changes(second.mark).subjects) == {7, 9}


def test_a_rebuild_that_mends_counts_is_a_change_of_everything(market):
    a, b = market.product(), market.product()
    market.paid_order(items=[(a, 1, 100), (b, 1, 100)], created_at=NOON)
    rebuild()
    mark = co_purchase_changes(None).mark
    plain_sql.rows("UPDATE co_purchase_pairs SET orders = 5 RETURNING 1")
    rebuild()
    assert co_purchase_changes(mark).everything
