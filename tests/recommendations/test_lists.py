"""Personal lists: what they hold, and that none is lost, late or older than another."""

import random
import threading

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from recommendations import jobs
from recommendations.services import lists
from tests.analytics.plain_sql import rows
from tests.recommendations.by_hand import expected_list
from tests.recommendations.telling import (
    acted,
    bought,
    fold,
    follow_up,
    kept,
    listed,
    queued,
    remembered_for_long,
    shelf,
    tell,
    viewed,
)
from xlcfi.cache.redis import redis_client
from xlcfi.events.models import FollowUp

TABLES = (
    "baskets, co_purchase_products, co_purchase_pairs, co_purchase_deltas, co_purchase_changes, product_order_days, "
    "user_item_matrix"
)
RATING = {"add_to_cart": 4, "wishlist": 3, "share": "2.5", "click": 2, "view": 1}

KEYS = {"user_id", "algorithm", "request_id", "recommendations", "product_source"} | {
    *("left_out", "personalised", "model_version", "rules_version", "as_of")
}

people = st.integers(1, 3)
things = st.integers(11, 22)
orders = st.lists(st.tuples(people, st.sets(things, min_size=1, max_size=5)), max_size=14)
acts = st.lists(st.tuples(people, things, st.sampled_from(list(RATING))), max_size=8)


@pytest.mark.django_db
@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=orders, acts=acts, folded=st.integers(0, 14))
def test_a_list_is_what_plain_python_computes_whatever_of_the_counts_is_folded_in(own_redis, orders, acts, folded):
    rows(f"TRUNCATE {TABLES}; SELECT 1")
    shelf(*range(11, 23))
    events = [bought(user, *products) for user, products in orders]
    tell(*events[:folded])
    fold()
    tell(*events[folded:], *[acted(*act) for act in acts])
    interests = {}
    for user, product, kind in acts:
        interests[user, product] = max(RATING[kind], interests.get((user, product), 0), key=float)
    lists.lists_store(user_ids=[1, 2, 3])
    for user in (1, 2, 3):
        assert listed(user) == expected_list(user, baskets=orders, interests=interests, shelf=range(11, 23))


@pytest.mark.django_db
def test_a_catalogue_larger_than_any_neighbourhood_gives_what_plain_python_computes(own_redis):
    pick = random.Random(5)
    shelf(*range(11, 311))
    weights = [1 / (1 + place) for place in range(300)]
    orders = [
        (pick.randint(1, 40), set(pick.choices(range(11, 311), weights, k=pick.randint(1, 12)))) for _ in range(900)
    ]
    interests = {(pick.randint(1, 40), pick.randint(11, 310)): pick.choice([1, 2, 3, 4]) for _ in range(400)}
    names = {1: "view", 2: "click", 3: "wishlist", 4: "add_to_cart"}
    tell(*[bought(user, *products) for user, products in orders[:600]])
    fold()
    tell(*[bought(user, *products) for user, products in orders[600:]])
    tell(*[acted(*pair, names[rating]) for pair, rating in interests.items()])
    follow_up()
    assert max(len(products) for products in neighbourhoods(orders).values()) > 100
    for user in range(1, 41):
        assert listed(user) == expected_list(user, baskets=orders, interests=interests, shelf=range(11, 311))


def neighbourhoods(orders):
    found = {}
    for _, products in orders:
        for product in products:
            found.setdefault(product, set()).update(products)
    return found


@pytest.mark.django_db
def test_the_kept_list_is_the_contracts_data_for_an_hour(market, own_redis):
    tofu, kimchi = market.product(name="두부", price=2_500), market.product(name="배추김치", price=12_900)
    both, one = market.user(), market.user()
    tell(bought(both, tofu, kimchi), bought(one, tofu))
    follow_up()
    found = kept(one)
    assert set(found) == KEYS
    assert (found["user_id"], found["algorithm"]) == (one, "co-purchase")
    (only,) = found["recommendations"]
    assert set(only) == {"product_id", "score", "reason", "source", "product"}
    # Two orders hold tofu, one of them kimchi as well.
    assert (only["product_id"], only["score"], only["source"]) == (kimchi, 0.5, "co-purchase")
    assert set(only["reason"]) == {"ko", "en"}
    assert (only["product"]["name"], only["product"]["price"]) == ("배추김치", 12_900)
    assert 3_590 < redis_client().ttl(f"recommendations:user:{one}") <= 3_600
    # Who has bought everything sees it again, the newest first.
    assert [(each["product_id"], each["source"]) for each in kept(both)["recommendations"]] == [
        (kimchi, "new"),
        (tofu, "new"),
    ]


@pytest.mark.django_db
def test_a_purchase_a_view_and_a_cart_change_the_list_with_the_work_that_follows(own_redis):
    shelf(11, 12, 13, 14)
    tell(bought(1, 11, 12), bought(2, 13, 14), bought(2, 13, 14))
    tell(viewed(9, 11))
    follow_up()
    assert listed(9) == ("co-purchase", [(12, 0.2), (13, 0.0), (14, 0.0), (11, 0.0)])
    tell(acted(9, 13, "add_to_cart"))
    follow_up()
    assert listed(9) == ("co-purchase", [(14, 0.8), (12, 0.2), (13, 0.0), (11, 0.0)])
    tell(bought(9, 14))
    follow_up()
    # 13 is in two of the three orders that hold 14; 14 is bought and gone, 13's own share for it does not count.
    assert listed(9) == ("co-purchase", [(13, 0.666667), (12, 0.2), (11, 0.0)])


@pytest.mark.django_db
def test_equal_scores_come_in_the_order_of_the_ids_however_their_sums_were_made(own_redis):
    shelf(11, 12, 13, 31, 32, 33)
    # Thirds and sixths: their sums in floating point differ in the last bits.
    tell(*[bought(1, 11, other) for other in (31, 32, 33)], *[bought(1, 12, other) for other in (33, 32, 31)])
    tell(*[bought(1, 13, other) for other in (32, 31, 33)])
    tell(*[acted(9, product, "click") for product in (11, 12, 13)])
    follow_up()
    assert [product for product, _ in listed(9)[1][:3]] == [31, 32, 33]


@pytest.mark.django_db
def test_someone_unknown_gets_what_everybody_buys(own_redis):
    shelf(11, 12, 13)
    tell(bought(1, 12, 11), bought(2, 12), bought(3, 13))
    lists.lists_store(user_ids=[77])
    assert listed(77) == ("popular", [(12, 0.0), (11, 0.0), (13, 0.0)])
    assert {each["source"] for each in kept(77)["recommendations"]} == {"popular"}


@pytest.mark.django_db
def test_while_redis_is_away_nothing_is_lost_and_the_list_comes_when_it_is_back(own_redis):
    shelf(11, 12)
    tell(bought(1, 11, 12))
    own_redis.stop()
    tell(viewed(9, 11))
    follow_up()
    waiting = list(FollowUp.objects.order_by("id"))
    assert [(row.args["user_ids"], row.attempts) for row in waiting] == [([1], 1), ([9], 1)]
    assert all("Redis is away" in row.last_error for row in waiting)
    own_redis.start()
    redis_client().rest.succeeded()
    FollowUp.objects.update(run_after="2020-01-01T00:00:00Z")
    follow_up()
    assert listed(9) == ("co-purchase", [(12, 0.2), (11, 0.0)])
    assert queued() == []


@pytest.mark.django_db
def test_a_list_computed_before_another_never_replaces_it(own_redis, monkeypatch):
    """Two consumers at once: the one that began first is the last to write."""
    shelf(11, 12)
    tell(bought(1, 11, 12))
    late = []
    put = lists.lists_put
    monkeypatch.setattr(lists, "lists_put", lambda answers, *, drawn: late.append((answers, drawn)))
    lists.lists_store(user_ids=[9])
    monkeypatch.setattr(lists, "lists_put", put)
    tell(viewed(9, 11))
    follow_up()
    newer = kept(9)
    put(late[0][0], drawn=late[0][1])
    assert kept(9) == newer
    assert listed(9)[0] == "co-purchase"


@pytest.mark.django_db
def test_what_a_job_has_no_time_for_is_another_job(own_redis, monkeypatch):
    shelf(11, 12)
    monkeypatch.setattr(jobs, "LISTS_SECONDS", 0.0)
    tell(*[viewed(user, 11) for user in range(1, 251)])
    follow_up()
    assert all(kept(user) for user in range(1, 251))
    assert queued() == []


@pytest.mark.django_db
def test_many_lists_take_as_many_queries_as_one(own_redis, django_assert_num_queries, monkeypatch):
    shelf(*range(11, 25))
    tell(*[bought(user, 11 + user % 4, 20 + user % 3) for user in range(1, 61)])
    remembered_for_long(monkeypatch)
    for users in ([1], list(range(1, 61))):
        with django_assert_num_queries(3):  # histories, what is bought with it, and for short lists what is like it
            lists.lists_compute(user_ids=users)


@pytest.mark.django_db(transaction=True)
def test_a_consumer_that_ends_between_the_commit_and_the_work_that_follows_loses_no_list(own_redis):
    shelf(11, 12)
    tell(bought(1, 11, 12))

    def consumer():
        tell(viewed(9, 11))
        connection.close()

    other = threading.Thread(target=consumer)
    other.start()
    other.join(timeout=10)
    assert kept(9) is None
    assert ("recommendations.lists_refresh", {"user_ids": [9]}) in queued()
    follow_up()  # another consumer's turn
    assert listed(9) == ("co-purchase", [(12, 0.2), (11, 0.0)])


@pytest.mark.django_db
def test_a_batch_that_is_rolled_back_leaves_neither_a_rating_nor_a_wish_for_a_list(own_redis):
    shelf(11, 12)
    with transaction.atomic():
        tell(viewed(9, 11))
        assert len(queued()) == 1
        transaction.set_rollback(True)
    assert queued() == []
    follow_up()
    assert kept(9) is None
