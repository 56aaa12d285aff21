"""Fixtures of the app's tests."""

import pytest

from tests.cache.private_redis import private_redis
from xlcfi.cache.redis import redis_client


@pytest.fixture
def own_redis(settings):
    """A Redis of this test's own: empty, and to be stopped and started."""
    with private_redis() as server:
        settings.REDIS_URL = server.url
        yield server
        redis_client().connection_pool.disconnect()
