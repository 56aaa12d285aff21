"""How many different users called in the last five minutes."""

import threading
from uuid import uuid4

import pytest

from xlcfi.cache.redis import RedisAway, redis_client
from xlcfi.observability import active_users as module
from xlcfi.observability.active_users import WINDOW_SECONDS, ActiveUsers


class Hands:
    """A clock that is moved by hand."""

    now = 1_700_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture(autouse=True)
def own_key(monkeypatch):
    monkeypatch.setattr(module, "KEY", f"test:observability:active_users:{uuid4()}")
    redis_client().delete(module.KEY)
    yield
    redis_client().delete(module.KEY)


def away():
    raise RedisAway("for this test")


def test_a_user_counts_once_however_often_and_wherever_they_call(clock):
    one, other = ActiveUsers(redis_client, clock=clock), ActiveUsers(redis_client, clock=clock)
    for user in (1, 2, 2):
        one.note(user)
    for user in (2, 3):
        other.note(user)
    other.write(redis_client())
    assert one.count() == 3
    assert other.count() == 3


def test_a_user_is_forgotten_five_minutes_after_the_last_call(clock):
    users = ActiveUsers(redis_client, clock=clock)
    users.note(1)
    users.note(2)
    users.write(redis_client())
    clock.now += WINDOW_SECONDS - 1
    users.note(2)
    assert users.count() == 2
    clock.now += 2
    assert users.count() == 1


def test_what_is_kept_in_redis_ends_by_itself(clock):
    users = ActiveUsers(redis_client, clock=clock)
    users.note(1)
    users.write(redis_client())
    assert 0 < redis_client().ttl(module.KEY) <= WINDOW_SECONDS * 2


def test_without_redis_the_process_counts_its_own(clock):
    users = ActiveUsers(away, clock=clock)
    for user in (1, 1, 2):
        users.note(user)
    assert users.count() == 2


def test_what_could_not_be_written_is_written_when_redis_is_back(clock):
    answering = threading.Event()
    users = ActiveUsers(lambda: redis_client() if answering.is_set() else away(), clock=clock)
    users.note(1)
    users.count()
    answering.set()
    assert users.count() == 1
    assert redis_client().zscore(module.KEY, "1") == clock.now
