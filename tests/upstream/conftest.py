from decimal import Decimal

import pytest

from tests.upstream.java_server import JavaServer, products
from xlcfi.cache import redis as redis_access
from xlcfi.upstream import products as details
from xlcfi.upstream import service as services


@pytest.fixture
def java(settings):
    """A Java product and member service on a real socket, well behaved until told otherwise."""
    server = JavaServer(otherwise=products)
    settings.JAVA_PRODUCT_SERVICE_URL = settings.JAVA_MEMBER_SERVICE_URL = server.url
    settings.INTERNAL_SHARED_SECRET = "a-shared-secret-of-tests"
    yield server
    server.close()
    for key in [key for key in services._services if key[2] == server.url]:
        services._services.pop(key).transport.close()


@pytest.fixture
def no_redis(settings, unused_port):
    """A Redis that is away, so that every question reaches Java."""
    settings.REDIS_URL = f"redis://127.0.0.1:{unused_port}/0"
    yield
    redis_access._clients.clear()


@pytest.fixture
def unused_port():
    """A loopback port on which nothing listens while the test runs."""
    import socket

    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture(autouse=True)
def empty_memory():
    """No details left over from another test."""
    details._memory.clear()
    yield
    details._memory.clear()


class Tables:
    """The shared tables' cards without a database; remembers what was asked."""

    def __init__(self):
        self.cards = {number: table_card(number) for number in range(1, 100)}
        self.asked = []

    def __call__(self, ids):
        self.asked.append(list(ids))
        return {number: self.cards[number] for number in ids if number in self.cards}


def table_card(number):
    """A card as the shared tables give it."""
    return {
        "id": number,
        "name": f"table {number}",
        "price": Decimal("900.00"),
        "currency": "KRW",
        "category_id": 1,
        "category_name": "김치",
        "seller_id": 2,
        "stock": 5,
        "status": "ON_SALE",
        "image_url": None,
    }


@pytest.fixture
def tables(monkeypatch):
    """Stands in for the shared tables where a test looks at Java or Redis, not at SQL."""
    stand_in = Tables()
    monkeypatch.setattr(details, "product_cards", stand_in)
    return stand_in
