import threading
import time
from decimal import Decimal

import pytest

from tests.bounds import NO_HANG
from tests.cache.private_redis import private_redis
from tests.redis_places import UPSTREAM, redis_url
from tests.upstream.conftest import table_card
from tests.upstream.java_server import FAULTS, answer, hang, late, product, products
from xlcfi.cache.redis import redis_client
from xlcfi.platform.selectors import product_cards
from xlcfi.upstream import products as details
from xlcfi.upstream.breaker import State
from xlcfi.upstream.product_answers import product_unknown
from xlcfi.upstream.products import product_details, product_details_forget
from xlcfi.upstream.service import java_service


def at_once(threads, action):
    """What `action(number)` gave in so many threads at once, each with the seconds it took; errors as they are."""
    barrier, outcomes = threading.Barrier(threads), []

    def run(number):
        barrier.wait(10)
        begun = time.monotonic()
        try:
            result = action(number)
        except Exception as error:  # noqa: BLE001 - what each thread met is what the test looks at
            result = error
        outcomes.append((result, time.monotonic() - begun))

    pool = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(threads)]
    for thread in pool:
        thread.start()
    for thread in pool:
        thread.join(20)
    return outcomes


def forget_in_process():
    details._memory.clear()


@pytest.fixture
def redis_here(settings):
    """The Redis that all tests share, in a database of these, without details in it."""
    settings.REDIS_URL = redis_url(settings.REDIS_URL, UPSTREAM)
    client = redis_client()

    def clean():
        if keys := list(client.scan_iter("xlcfi:product:*")):
            client.delete(*keys)

    clean()
    yield client
    clean()
    client.connection_pool.disconnect()


def test_java_tells_the_details_in_the_contracts_shape(java, tables, no_redis):
    found = product_details([2, 1])
    assert found.source == "java"
    assert list(found.by_id) == [2, 1]
    assert found.by_id[1] == product_unknown(1) | {
        "name": "java 1",
        "price": Decimal("1000.50"),
        "currency": "KRW",
        "stock": 3,
    }
    assert tables.asked == []


def test_the_next_requests_ask_nobody(java, tables, no_redis):
    first = product_details([1, 2, 3])
    for _ in range(10):
        assert product_details([3, 1]).by_id == {number: first.by_id[number] for number in (3, 1)}
    assert len(java.received) == 1


def test_only_what_is_missing_is_asked_for(java, tables, no_redis):
    product_details([1, 2])
    product_details([2, 3, 3, 1])
    assert [request.json["product_ids"] for request in java.received] == [[1, 2], [3]]


def test_details_belong_to_the_caller(java, tables, no_redis):
    product_details([1]).by_id[1]["name"] = "changed by a caller"
    assert product_details([1]).by_id[1]["name"] == "java 1"


def test_without_a_java_service_the_tables_are_the_source(tables, settings):
    settings.JAVA_PRODUCT_SERVICE_URL = ""
    found = product_details([1, 2])
    assert found.source == "platform"
    assert found.by_id == {1: table_card(1), 2: table_card(2)}
    product_details([2, 1])
    assert tables.asked == [[1, 2]]


def test_what_java_does_not_know_comes_from_the_tables(java, tables, no_redis):
    java.otherwise = answer({"data": {"products": [product(1)]}})
    found = product_details([1, 2])
    assert found.source == "mixed"
    assert found.by_id[1]["name"] == "java 1"
    assert found.by_id[2] == table_card(2)


def test_what_nobody_knows_has_its_id_and_nulls_and_is_not_asked_for_each_time(java, tables, no_redis):
    java.otherwise = answer({"data": {"products": [product(1)]}})
    for _ in range(3):
        found = product_details([1, 555])
        assert found.by_id[555] == product_unknown(555)
        assert found.source == "java"
    assert len(java.received) == 1


def test_no_ids_ask_nobody(java, tables):
    assert product_details([]).by_id == {}
    assert java.received == tables.asked == []


def test_ids_that_no_product_can_have_are_unknown_and_not_sent(java, tables, no_redis):
    found = product_details([0, -1, 2**63, 10**30])
    assert found.by_id[2**63] == product_unknown(2**63)
    assert java.received == []


@pytest.mark.parametrize("fault", FAULTS)
def test_under_thirty_threads_every_answer_comes_in_time_from_the_tables(java, tables, no_redis, fault):
    java.otherwise = FAULTS[fault]
    outcomes = at_once(30, lambda number: product_details([number + 1, number + 2]))
    for found, seconds in outcomes:
        assert found.source == "platform"
        assert found.by_id == {number: table_card(number) for number in found.by_id}
        assert len(found.by_id) == 2
        assert seconds < NO_HANG
    assert java_service("product", java.url).breaker.state is State.OPEN


def test_threads_that_miss_the_same_ask_java_once(java, tables, no_redis):
    java.otherwise = late(0.3)
    outcomes = at_once(30, lambda number: product_details([1, 2, 3]))
    assert {found.source for found, _ in outcomes} == {"java"}
    assert len(java.received) == 1


def test_while_the_breaker_is_open_nobody_waits_for_java(java, tables, no_redis):
    java.otherwise = hang
    at_once(10, lambda number: product_details([number + 1]))
    seen = len(java.received)
    begun = time.monotonic()
    for number in range(20, 80):
        assert product_details([number]).source == "platform"
    # Sixty time limits would be more than a minute.
    assert time.monotonic() - begun < NO_HANG
    assert len(java.received) == seen


def test_java_is_the_source_again_soon_after_it_is_back(java, tables, no_redis):
    java.plan = [FAULTS["answers broken JSON"]]
    assert product_details([1]).source == "platform"
    assert product_details([1]).source == "platform"
    forget_in_process()  # What its few seconds do.
    assert product_details([1]).source == "java"


def test_other_processes_find_details_in_redis(java, tables, redis_here):
    told = product_details([1, 2])
    assert 0 < redis_here.ttl("xlcfi:product:1") <= 60
    forget_in_process()
    again = product_details([1, 2])
    assert again == told
    assert [str(again.by_id[number]["price"]) for number in (1, 2)] == ["1000.50", "1000.50"]
    assert len(java.received) == 1


def test_what_came_from_the_tables_is_not_kept_in_redis_as_if_from_java(java, tables, redis_here):
    java.otherwise = FAULTS["answers broken JSON"]
    product_details([1])
    assert redis_here.get("xlcfi:product:1") is None


def test_rubbish_in_redis_is_absent_and_is_replaced(java, tables, redis_here):
    redis_here.set("xlcfi:product:1", b'{"id": ')
    redis_here.set("xlcfi:product:2", b'{"id": 666, "name": "another"}')
    assert product_details([1, 2]).by_id[2]["name"] == "java 2"
    forget_in_process()
    product_details([1, 2])
    assert len(java.received) == 1


def test_a_changed_product_is_asked_for_again(java, tables, redis_here):
    product_details([1, 2])
    product_details_forget([1])
    product_details([1, 2])
    assert [request.json["product_ids"] for request in java.received] == [[1, 2], [1]]


def test_what_was_asked_for_before_a_change_is_not_kept_after_it(java, tables, redis_here):
    def change_meanwhile(server, connection, request):
        product_details_forget([1])
        products(server, connection, request)

    java.plan = [change_meanwhile]
    product_details([1])
    forget_in_process()
    product_details([1])
    assert len(java.received) == 2


def test_forgetting_without_redis_forgets_in_this_process(java, tables, no_redis):
    product_details([1])
    product_details_forget([1])
    product_details_forget([])
    product_details([1])
    assert len(java.received) == 2


def test_redis_and_java_may_hang_together_and_the_answer_still_comes(java, tables, settings):
    java.otherwise = hang
    with private_redis() as server:
        settings.REDIS_URL = server.url
        server.freeze()
        for found, seconds in at_once(30, lambda number: product_details([number + 1])):
            assert found.source == "platform"
            assert seconds < NO_HANG


@pytest.mark.django_db
def test_the_fallback_is_what_the_tables_say(java, market, no_redis):
    category = market.category(name="장류")
    ids = [market.product(category_id=category, price=price, name=f"된장 {price}") for price in (900, 35_900)]
    java.otherwise = FAULTS["answers 500"]
    found = product_details(ids)
    assert found.source == "platform"
    assert found.by_id == product_cards(ids)
    assert found.by_id[ids[1]]["category_name"] == "장류"


@pytest.mark.django_db
def test_a_warm_answer_costs_no_query_and_a_cold_one_costs_one(market, settings, django_assert_num_queries):
    settings.JAVA_PRODUCT_SERVICE_URL = ""
    ids = [market.product() for _ in range(5)]
    with django_assert_num_queries(1):
        product_details(ids)
    with django_assert_num_queries(0):
        product_details(ids)
