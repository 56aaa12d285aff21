"""Writing down what was served: nobody waits for it, and nothing is lost while Redis or the database is there."""

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from recommendations.services import exposures
from recommendations.services.exposures import (
    ExposureBuffer,
    exposures_clear,
    exposures_flush,
    exposures_record,
    request_id_new,
)
from recommendations.services.exposures_writing import SPILL_KEY, Served, exposures_write, spill_drain
from recommendations.services.popular import popular_answer
from recommendations.services.similar import similar_answer
from tests.analytics.plain_sql import rows
from tests.factories import seoul
from tests.recommendations.feedback.story import one, served, work_out
from xlcfi.cache.redis import redis_client

ROOT = Path(__file__).resolve().parents[3]
NOON = seoul("2025-11-20 12:00")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty():
    exposures_clear()
    yield
    exposures_clear()


def answer(number=1, **changes):
    given = {
        "request_id": f"r{number}",
        "moment": NOON,
        "surface": "personal",
        "algorithm": "blend",
        "model_version": "",
        "experiment_id": 0,
        "variant": "",
        "user_id": 5,
        "visitor": "",
        "product_ids": (3, 1, 2),
    }
    return Served(**given | changes)


def note(number=1, **changes):
    given = {
        "request_id": f"r{number}",
        "surface": "related",
        "algorithm": "blend",
        "variant": "",
        "user_id": None,
        "visitor": None,
        "product_ids": [3, 1, 2],
        "moment": NOON,
    }
    exposures_record(**given | changes)


def ids():
    return [row[0] for row in rows("SELECT request_id FROM recommendation_exposures ORDER BY 1")]


def test_noting_asks_the_database_nothing_and_flushing_writes_the_products_in_order(django_assert_num_queries):
    with django_assert_num_queries(0):
        note(user_id=5)
        note(2, product_ids=[])  # it showed nothing
    with django_assert_num_queries(3):  # one, between a savepoint and its release
        assert exposures_flush() == 1
    found = one("recommendation_exposures", "request_id, day, surface, user_id, visitor, product_ids")
    assert found == {
        "request_id": "r1",
        "day": NOON.date(),
        "surface": "related",
        "user_id": 5,
        "visitor": "",
        "product_ids": [3, 1, 2],
    }


def test_the_same_answer_written_twice_is_one():
    assert exposures_write([answer(), answer(2)]) == 2
    assert exposures_write([answer(2), answer(3)]) == 1
    assert ids() == ["r1", "r2", "r3"]


def test_one_answer_that_no_column_can_hold_takes_none_of_the_others_along():
    note()
    note(2, product_ids=[2**63])
    note(3, surface="a surface that nobody knows")
    note(4)
    assert exposures_flush() == 4
    assert ids() == ["r1", "r4"]


def test_a_session_is_known_again_and_not_kept_and_whoever_is_nobody_is_somebody_else_each_time():
    for number, visitor in enumerate(["session-secret", "session-secret", "other", None, None]):
        note(number, visitor=visitor)
    exposures_flush()
    visitors = [row[0] for row in rows("SELECT visitor FROM recommendation_exposures ORDER BY request_id")]
    assert visitors[0] == visitors[1]
    assert len(set(visitors)) == 4
    assert not any("s" in visitor for visitor in visitors)
    work_out()
    assert one("recommendation_days", "people, members, exposures") == {"people": 4, "members": 0, "exposures": 5}


def test_a_full_buffer_drops_what_comes_and_never_waits():
    buffer = ExposureBuffer(held_most=2)
    for number in range(5):
        buffer.add(answer(number))
    assert len(buffer) == 2
    assert buffer.flush() == 2
    assert ids() == ["r0", "r1"]


@pytest.fixture
def database_away(monkeypatch):
    def refuse(batch):
        raise OperationalError("the database is gone")

    monkeypatch.setattr(exposures, "exposures_write", refuse)
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction
    return monkeypatch


def test_while_the_database_is_away_answers_lie_in_redis_and_are_written_later(own_redis, database_away):
    note()
    note(2)
    assert exposures_flush() == 2
    assert ids() == []
    assert redis_client().llen(SPILL_KEY) == 1
    redis_client().rpush(SPILL_KEY, b"not ours")
    assert spill_drain() == 2
    assert ids() == ["r1", "r2"]
    assert redis_client().llen(SPILL_KEY) == 0
    assert spill_drain() == 0


def test_while_redis_is_away_too_they_wait_in_the_process(own_redis, database_away):
    own_redis.stop()
    note()
    note(2)
    assert exposures_flush() == 0
    database_away.undo()
    assert exposures_flush() == 2
    assert ids() == ["r1", "r2"]


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_write_the_same_at_once_write_it_once():
    batch = [answer(number) for number in range(200)]
    written = []

    def write(some):
        try:
            written.append(exposures_write(some))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(some,)) for some in (batch, batch[::-1], batch[50:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(written) == 200
    assert len(ids()) == 200


@pytest.mark.django_db(transaction=True)
def test_a_process_that_ends_at_once_has_written_what_it_noted(own_redis, settings):
    database = connection.settings_dict
    where = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    script = """
import django; django.setup()
from recommendations.services.exposures import exposures_record
from xlcfi import clock
for n in range(3):
    exposures_record(request_id=f"end-{n}", surface="related", algorithm="a", variant="", user_id=7, visitor=None,
                     product_ids=[1], moment=clock.now())
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "xlcfi.settings",
            "DEPLOYMENT": "test",
            "DATABASE_URL": f"postgres://{where}",
            "REDIS_URL": settings.REDIS_URL,
            "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
            "EXPOSURE_FLUSH_SECONDS": "60",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ids() == ["end-0", "end-1", "end-2"]


def test_a_request_id_tells_its_moment_and_is_never_the_same(clock):
    first = request_id_new()
    clock.advance(timedelta(milliseconds=1))
    second = request_id_new()
    assert len(first) == 32
    assert int(second[:12], 16) - int(first[:12], 16) == 1
    assert int(first[:12], 16) == clock.now().timestamp() * 1000 - 1
    assert len({request_id_new() for _ in range(1_000)}) == 1_000


def test_an_answer_for_somebody_who_was_erased_meanwhile_is_the_pseudonyms():
    rows("INSERT INTO erased_people (user_id, pseudonym, erased_at, reason) VALUES (5, -77, now(), '') RETURNING 1")
    served(11, user=5, at=NOON)
    assert rows("SELECT user_id FROM recommendation_exposures") == [(-77,)]


def test_lists_for_everybody_are_noted_with_the_visit_they_were_for(market, own_redis):
    shelf = market.category()
    product = market.product(name="두부", category_id=shelf)
    market.product(category_id=shelf)
    popular_answer(limit=2, session="visit-7")
    similar_answer(product_id=product, limit=2, session="visit-7")
    popular_answer(limit=2)
    exposures_flush()
    first, second, third = rows("SELECT surface, visitor FROM recommendation_exposures ORDER BY request_id")
    digest = exposures.visitor_digest("visit-7")
    assert (first, second) == (("popular", digest), ("similar", digest))
    assert third[1] not in ("", digest)
