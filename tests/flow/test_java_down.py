"""Related products while the Java product service misbehaves on a real socket, under concurrency."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.real_server import free_port
from tests.bounds import NO_HANG
from tests.flow.processes import wait_for, web
from tests.flow.shop import shop
from tests.upstream.java_server import FAULTS, JavaServer, product, products

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 30


@pytest.fixture
def java():
    server = JavaServer(products)
    yield server
    server.close()


def ask_at_once(site, pairs, *, limit=5):
    """The answer for each of `pairs`, all asked at the same moment."""
    with ThreadPoolExecutor(len(pairs)) as pool:
        return list(pool.map(lambda pair: site.related(pair[0], limit=limit), pairs))


def answer_for(pair, cards, source):
    """What the endpoint must say about `pair`."""
    one, (other, score) = pair
    related = [{"product_id": other, "score": score, "product": cards[other]}]
    return {"product_id": one, "related_products": related, "product_source": source}


def said_by(answer):
    """What an answer says of the product; each has a request id of its own, and everything here may be shown."""
    said = dict(answer.data)
    assert said.pop("request_id")
    assert said.pop("left_out") == {}
    return said


def assert_right(answers, pairs, cards, source):
    for answer, pair in zip(answers, pairs, strict=True):
        assert answer.status == 200, answer.body
        assert answer.seconds < NO_HANG
        assert said_by(answer) == answer_for(pair, cards, source)


@pytest.mark.parametrize(
    "fault",
    ["hangs", "trickles its head", "trickles its body", "resets", "answers 500", "answers broken JSON", "is not there"],
)
def test_every_answer_comes_in_time_from_the_shared_tables(market, java, fault):
    here = shop(market, count=AT_ONCE)
    java.otherwise = FAULTS.get(fault, products)
    url = java.url if fault in FAULTS else f"http://127.0.0.1:{free_port()}"
    with web(JAVA_PRODUCT_SERVICE_URL=url) as site:
        for limit in (5, 6):  # no answer is one that was given a moment ago
            assert_right(ask_at_once(site, here.pairs(), limit=limit), here.pairs(), here.cards(), "platform")
        assert fault not in FAULTS or java.received


def test_java_is_asked_again_when_it_is_well_again(market, java):
    here = shop(market, count=AT_ONCE)
    java.otherwise = FAULTS["answers 500"]
    with web(JAVA_PRODUCT_SERVICE_URL=java.url) as site:
        assert_right(ask_at_once(site, here.pairs()), here.pairs(), here.cards(), "platform")
        java.otherwise = products
        tables = here.cards()
        told = {
            number: dict.fromkeys(card) | {name: value for name, value in product(number).items() if name in card}
            for number, card in tables.items()
        }

        def well():
            answers = ask_at_once(site, here.pairs())
            return all(
                said_by(answer) == answer_for(pair, told, "java")
                for answer, pair in zip(answers, here.pairs(), strict=True)
            )

        def well_without_asking_for_each():
            asked = len(java.received)
            return well() and len(java.received) - asked < AT_ONCE

        # The breaker is open for ten seconds, in each process of its own, and what is known is kept for three more.
        wait_for(well, seconds=60, every=0.5)
        # Details are kept for a while: no call for each request. A call that a busy machine made late has the tables
        # stand in for three seconds, so one such round proves nothing and the next is looked at.
        wait_for(well_without_asking_for_each, seconds=60, every=0.5)
