"""What people do becomes a rating: the highest of what happened, whatever the order in which it is told."""

import itertools
import random

import pytest

from recommendations.services.baskets import baskets_mend
from recommendations.services.taste import behavior_rating
from tests.analytics.plain_sql import rows
from tests.analytics.telling import rebuild
from tests.recommendations.telling import NOON, acted, bought, queued, ratings, tell, viewed

pytestmark = pytest.mark.django_db

USER, PRODUCT = 42, 11


@pytest.mark.parametrize(
    ("spellings", "rating"),
    [
        (
            ["add_to_cart", "ADD_TO_CART", "addToCart", "AddToCart", "cart_add", "cart.added", "PRODUCT_ADD_TO_CART"],
            4.0,
        ),
        (["wishlist", "WISHLIST", "add_to_wishlist", "wishlistAdd", "WISH", "addItemToWishlist"], 3.0),
        (["share", "SHARE", "product_share", "shared"], 2.5),
        (["click", "CLICK", "productClick", "ITEM_CLICKED", "click_event"], 2.0),
        (["view", "VIEW", "page_view", "productViewed", "PRODUCT_DETAIL_VIEW"], 1.0),
    ],
)
def test_every_spelling_of_an_act_gives_its_rating(spellings, rating):
    assert {spelling: behavior_rating(spelling) for spelling in spellings} == dict.fromkeys(spellings, rating)


@pytest.mark.parametrize(
    "kind", ["search", "scroll_depth", "remove_from_cart", "REMOVE_WISHLIST", "purchase", "login", "", "🛒", "x" * 255]
)
def test_other_acts_give_no_rating_and_ask_for_no_list(kind):
    tell(acted(USER, PRODUCT, kind))
    assert ratings() == {}
    assert queued() == []


@pytest.mark.parametrize(
    ("event", "rating"),
    [
        (lambda: bought(USER, PRODUCT), 5.0),
        (lambda: acted(USER, PRODUCT, "add_to_cart"), 4.0),
        (lambda: acted(USER, PRODUCT, "wishlist"), 3.0),
        (lambda: acted(USER, PRODUCT, "share"), 2.5),
        (lambda: acted(USER, PRODUCT, "click"), 2.0),
        (lambda: acted(USER, PRODUCT, "view"), 1.0),
        (lambda: viewed(USER, PRODUCT), 1.0),
    ],
)
def test_an_event_gives_the_rating_of_its_kind_and_asks_for_the_users_list(event, rating):
    tell(event())
    assert ratings() == {(USER, PRODUCT): rating}
    assert queued() == [("recommendations.lists_refresh", {"user_ids": [USER]})]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_the_highest_wins_in_any_order_and_in_batches_of_any_size(order):
    events = [viewed(USER, PRODUCT), acted(USER, PRODUCT, "click"), bought(USER, PRODUCT), acted(USER, PRODUCT, "wish")]
    shuffled = [events[place] for place in order]
    tell(shuffled[0])
    tell(*shuffled[1:3])
    tell(shuffled[3])
    assert ratings() == {(USER, PRODUCT): 5.0}


def test_visitors_and_acts_without_a_product_leave_no_trace():
    tell(viewed(None, PRODUCT), acted(None, PRODUCT, "click"), acted(USER, None, "click"))
    assert ratings() == {}
    assert queued() == []


def test_a_batch_of_every_kind_asks_once_for_the_lists_of_all_of_its_users():
    tell(viewed(3, PRODUCT), bought(1, PRODUCT, 12), acted(2, 12, "share"), viewed(1, 13), viewed(None, 14))
    assert queued() == [("recommendations.lists_refresh", {"user_ids": [1, 2, 3]})]
    assert ratings() == {(3, 11): 1.0, (1, 11): 5.0, (1, 12): 5.0, (2, 12): 2.5, (1, 13): 1.0}


def test_a_payment_told_twice_asks_for_no_second_list():
    tell(bought(USER, PRODUCT, order=7))
    rows("DELETE FROM events_followup RETURNING 1")
    tell(bought(USER, PRODUCT, order=7))
    assert queued() == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_doubled_and_cut_up_events_end_in_the_highest_of_each_pair(seed):
    pick = random.Random(seed)
    worth = {"add_to_cart": 4.0, "wishlist": 3.0, "share": 2.5, "click": 2.0, "view": 1.0, "search": 0.0, "buy": 5.0}
    events, highest = [], {}
    for number in range(80):
        user, product, kind = pick.randint(1, 4), pick.randint(1, 6), pick.choice(list(worth))
        events.append(bought(user, product, order=number + 1) if kind == "buy" else acted(user, product, kind))
        if worth[kind]:
            highest[user, product] = max(worth[kind], highest.get((user, product), 0.0))
    events += pick.sample(events, 20)
    pick.shuffle(events)
    while events:
        size = pick.randint(1, 15)
        tell(*events[:size])
        events = events[size:]
    assert ratings() == highest


def test_views_and_carts_survive_a_rebuild_and_purchases_are_found_again(market):
    buyer, kept, lost, carted = market.user(), *(market.product() for _ in range(3))
    market.paid_order(buyer_id=buyer, items=[(kept, 1, 100), (lost, 1, 100)], created_at=NOON)
    tell(viewed(buyer, kept), acted(buyer, carted, "add_to_cart"), viewed(99, carted))
    rebuild()
    expected = {(buyer, kept): 5.0, (buyer, lost): 5.0, (buyer, carted): 4.0, (99, carted): 1.0}
    assert ratings() == expected
    rows("DELETE FROM user_item_matrix WHERE product_id = %s RETURNING 1", [lost])
    rows("UPDATE user_item_matrix SET rating = interest WHERE product_id = %s RETURNING 1", [kept])
    rebuild()
    assert ratings() == expected
    assert ("recommendations.lists_drop", {"user_ids": [buyer]}) in queued()


def test_what_is_left_of_a_purchase_that_never_was_is_what_else_happened(market, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    # Its transaction rolled back after it had told of the payment: there is no such order.
    tell(bought(USER, 11, 12, 13, order=900_000))
    tell(acted(USER, 11, "add_to_cart"), viewed(USER, 12))
    assert ratings() == {(USER, 11): 5.0, (USER, 12): 5.0, (USER, 13): 5.0}
    rebuild()
    assert ratings() == {(USER, 11): 4.0, (USER, 12): 1.0}


def test_a_product_bought_twice_stays_bought_when_one_of_the_orders_is_withdrawn(market, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    buyer, product = market.user(), market.product()
    order = market.paid_order(buyer_id=buyer, items=[(product, 1, 100)], created_at=NOON)
    tell(bought(buyer, product, order=order), bought(buyer, product, order=900_000))
    rebuild()
    assert ratings() == {(buyer, product): 5.0}
    assert rows("SELECT order_id FROM baskets") == [(order,)]
    assert baskets_mend(first_order_id=1, last_order_id=10**6) == (1, 0)
