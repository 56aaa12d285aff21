import uuid

import pytest

from tests.redis_places import CACHE, redis_url
from xlcfi.cache import json_cache
from xlcfi.cache.redis import redis_client


@pytest.fixture
def shared_redis(settings):
    """The Redis that all tests share, in a database that only these use."""
    settings.REDIS_URL = redis_url(settings.REDIS_URL, CACHE)
    yield redis_client()
    redis_client().connection_pool.disconnect()


@pytest.fixture
def key(shared_redis):
    """A key that no other test uses, without a trace afterwards."""
    name = f"test:{uuid.uuid4().hex}"
    yield name
    shared_redis.delete(name, *(f"{json_cache.PREFIX}:{mark}:{name}" for mark in ("lock", "made", "changed")))
