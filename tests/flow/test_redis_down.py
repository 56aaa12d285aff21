"""Redis is a cache: stopped or frozen, every answer is still given, and right."""

import time

import pytest
import redis

from tests.bounds import NO_HANG
from tests.flow.processes import wait_for, web
from tests.flow.shop import more_sold, shop
from xlcfi.cache.hot import SECONDS

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "dashboard:stats:month"


def assert_right(site, here, gross):
    """Dashboard and related products as they must be, more than once, and soon."""
    for limit in (5, 6, 7):  # no answer is one that was given a moment ago
        for one, (other, _) in here.pairs()[1:]:
            answer = site.related(one, limit=limit)
            assert [(each["product_id"], each["score"]) for each in answer.data["related_products"]] == [(other, 0.5)]
            assert answer.seconds < NO_HANG
        answer = site.dashboard()
        assert answer.data["revenue"]["gross"] == gross
        assert answer.seconds < NO_HANG


@pytest.mark.parametrize("fault", ["stopped", "frozen"])
def test_without_redis_everything_is_answered_and_with_it_cached_again(market, redis_of_its_own, fault):
    server = redis_of_its_own
    here = shop(market, count=5)
    client = redis.Redis.from_url(server.url)
    with web() as site:
        assert site.dashboard().data["revenue"]["gross"] == here.gross
        assert client.exists(KEY)
        server.stop() if fault == "stopped" else server.freeze()
        try:
            time.sleep(2 * SECONDS)  # what a process saw in Redis a moment ago serves so long
            # Nothing of what was cached is told any more: an order that comes now is in the next answer.
            more_sold(market, here, amount=1_234)
            assert_right(site, here, here.gross + 1_234)
            assert site.get("/health/ready").data["status"] == "degraded"
        finally:
            server.start() if fault == "stopped" else server.thaw()
        client.delete(KEY)
        wait_for(lambda: site.dashboard().status == 200 and client.exists(KEY), seconds=20, every=0.2)
        assert_right(site, here, here.gross + 1_234)
    client.close()
