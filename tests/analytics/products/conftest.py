"""Callers, and a cache that no other test has filled."""

import json
import time

import pytest
from django.core.management import call_command

from xlcfi.api.tokens import internal_token_mint
from xlcfi.cache.redis import RedisAway, redis_client


@pytest.fixture(autouse=True)
def alone(settings):
    settings.RATE_LIMIT_PER_MINUTE = 0
    settings.REBUILD_SETTLE_SECONDS = 0
    try:
        _forget()
    except RedisAway:  # a machine that is busy with other tests
        time.sleep(1)
        _forget()


def _forget():
    client = redis_client()
    if kept := [*client.keys("products:*"), *client.keys("xlcfi:cache:*:products:*")]:
        client.delete(*kept)


def service():
    """A Java service, by the clock in use."""
    return {"X-Internal-Token": internal_token_mint()}


def visitor():
    """Somebody who came through the gateway without logging in."""
    return service() | {"X-Forwarded-For": "203.0.113.9"}


def user(user_id, *roles):
    """That user, through the gateway."""
    return visitor() | {"X-User-Id": str(user_id), "X-User-Roles": ",".join(roles)}


@pytest.fixture
def ask(client):
    """ask("analytics/baskets?period=week", headers) -> data; the answer has to be 200. Asks as a service."""

    def asked(path, headers=None, *, prefix="/v1/"):
        answer = client.get(prefix + path, headers=headers or service())
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)["data"]

    return asked


def rebuild(*also):
    """The steps of a rebuild that these figures need, and those `also`."""
    call_command("rebuild", "catalog", "orders", "sums", *also, "--apply", verbosity=0)
