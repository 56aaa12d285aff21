"""A client that does not raise, and the headers of each kind of caller."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.redis_places import API, redis_url
from xlcfi.api.tokens import internal_token_mint
from xlcfi.cache.redis import redis_client

Headers = dict[str, str]


@pytest.fixture(autouse=True)
def _no_limit(settings: Any) -> None:
    """Only the tests of the limit want one."""
    settings.RATE_LIMIT_PER_MINUTE = 0


@pytest.fixture
def http() -> Client:
    """A client that gets a 500 where a real one would."""
    return Client(raise_request_exception=False)


@pytest.fixture
def service() -> Headers:
    """A Java service's credential."""
    return {"X-Internal-Token": internal_token_mint()}


@pytest.fixture
def visitor(service: Headers) -> Headers:
    """An anonymous visitor of the shop, forwarded by the gateway."""
    return service | {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture
def user(service: Headers) -> Callable[..., Headers]:
    """`user(5, "BUYER")`: a gateway user."""

    def headers(user_id: int, roles: str = "BUYER") -> Headers:
        return service | {"X-Forwarded-For": "203.0.113.9", "X-User-Id": str(user_id), "X-User-Roles": roles}

    return headers


@pytest.fixture
def redis_db(settings: Any) -> Iterator[Any]:
    """A real Redis, a database of these tests' own, empty."""
    settings.REDIS_URL = redis_url(settings.REDIS_URL, API)
    client = redis_client()
    client.flushdb()
    yield client
    client.flushdb()
