"""Related products while the Java product service misbehaves on a real socket, under concurrency."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.real_server import free_port
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


def ask_at_once(site, pairs):
    """The answer for each of `pairs`, all asked at the same moment."""
    with ThreadPoolExecutor(len(pairs)) as pool:
        return list(pool.map(site.related, [one for one, _ in pairs]))


def assert_right(answers, pairs, cards, source):
    for answer, (one, (other, score)) in zip(answers, pairs, strict=True):
        assert answer.status == 200, answer.body
        assert answer.seconds < 2
        assert answer.data == {
            "product_id": one,
            "related_products": [{"product_id": other, "score": score, "product": cards[other]}],
            "product_source": source,
        }


@pytest.mark.parametrize(
    "fault",
    ["hangs", "trickles its head", "trickles its body", "resets", "answers 500", "answers broken JSON", "is not there"],
)
def test_every_answer_comes_within_two_seconds_from_the_shared_tables(market, java, fault):
    here = shop(market, count=AT_ONCE)
    java.otherwise = FAULTS.get(fault, products)
    url = java.url if fault in FAULTS else f"http://127.0.0.1:{free_port()}"
    with web(JAVA_PRODUCT_SERVICE_URL=url) as site:
        for _ in range(2):
            assert_right(ask_at_once(site, here.pairs()), here.pairs(), here.cards(), "platform")
        assert fault not in FAULTS or java.received


def test_java_is_asked_again_when_it_is_well_again(market, java):
    here = shop(market, count=AT_ONCE)
    java.otherwise = FAULTS["answers 500"]
    with web(JAVA_PRODUCT_SERVICE_URL=java.url) as site:
        assert_right(ask_at_once(site, here.pairs()), here.pairs(), here.cards(), "platform")
        java.otherwise = products
        # The breaker is open for ten seconds, in each process of its own.
        wait_for(
            lambda: all(site.related(one).data["product_source"] == "java" for one, _ in here.pairs()),
            seconds=30,
            every=0.5,
        )
        asked = len(java.received)
        cards = here.cards()
        for one, (other, _) in here.pairs():
            ((told),) = site.related(one).data["related_products"]
            assert told["product"] == dict.fromkeys(cards[other]) | {
                name: value for name, value in product(other).items() if name in cards[other]
            }
        # Details are kept for a while: no call for each request.
        assert len(java.received) - asked < AT_ONCE
