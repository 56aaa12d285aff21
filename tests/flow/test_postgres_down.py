"""PostgreSQL away: an answer at once that says so, and work again without a restart when it is back."""

import time

import pytest
import redis
from django.conf import settings

from tests.api.real_server import Line
from tests.bounds import NO_HANG
from tests.flow.processes import database_url, wait_for, web
from tests.flow.shop import shop
from xlcfi.cache.hot import SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line():
    """The server's way to PostgreSQL."""
    database = settings.DATABASES["default"]
    found = Line((database["HOST"] or "127.0.0.1", int(database["PORT"] or 5432)))
    yield found
    found.cut()


def test_without_postgresql_answers_are_a_fast_503_and_come_back_by_themselves(market, line, redis_of_its_own):
    here = shop(market, count=2)
    (one, (other, _)), _ = here.pairs()
    limits = list(range(10, 50))
    with web(DATABASE_URL=database_url(line.port)) as site:

        def works():
            related, dashboard = site.related(one), site.dashboard("week")
            assert (related.status, dashboard.status) == (200, 200), (related, dashboard)
            assert related.data["related_products"][0]["product_id"] == other
            assert dashboard.data["revenue"]["gross"] == here.gross

        for _ in range(6):  # both processes have their connections
            works()
        for _ in range(2):
            line.cut()
            redis.Redis.from_url(redis_of_its_own.url).flushall()
            time.sleep(2 * SECONDS)  # what a process saw in Redis a moment ago serves so long
            # Answers that nobody has asked for before: nothing of them is kept anywhere.
            related = [site.related(one, limit=limits.pop()) for _ in range(4)]
            for answer in [*related, *(site.dashboard("week") for _ in range(4))]:
                assert (answer.status, answer.json["error"]["code"]) == (503, "UNAVAILABLE")
                assert answer.json["success"] is False
                assert int(answer.headers["Retry-After"]) >= 1
                assert answer.seconds < NO_HANG
            assert site.get("/health/live").status == 200
            # What /health/ready found is kept for a second, in each process.
            wait_for(lambda: all(site.get("/health/ready").status == 503 for _ in range(4)), seconds=10, every=0.2)
            assert site.get("/health/ready").seconds < NO_HANG
            before = site.workers()
            # A connection that broke within a second of its last use may give one more 503: not after a second.
            time.sleep(1.1)
            line.mend()
            for _ in range(4):
                works()
            wait_for(lambda: all(site.get("/health/ready").status == 200 for _ in range(4)), seconds=10, every=0.2)
            assert site.workers() == before
