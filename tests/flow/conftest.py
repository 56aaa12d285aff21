"""A Redis, and the broker, for the whole flow. Without a broker in the settings its tests are not collected."""

import os

import pytest

from tests.cache.private_redis import private_redis

if not os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
    collect_ignore_glob = ["test_kafka_*.py"]


@pytest.fixture(scope="session")
def flow_redis():
    """A Redis of these tests' own: the contract's keys are the same for every test and every person."""
    with private_redis() as server:
        yield server


@pytest.fixture(autouse=True)
def redis_of_its_own(flow_redis, settings):
    """Running, empty, and the one that this process and those it starts use."""
    import redis

    settings.REDIS_URL = flow_redis.url
    client = redis.Redis.from_url(flow_redis.url)
    client.flushall()
    client.close()
    return flow_redis


@pytest.fixture
def kafka():
    """The broker, its topics empty."""
    from tests.flow.broker import broker

    with broker() as found:
        yield found
