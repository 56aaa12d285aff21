import socket
import threading

import pytest

from xlcfi import addresses
from xlcfi.addresses import addresses_within


class NameServer:
    """Stands in for getaddrinfo: answers from `known`, waits while `hanging`, counts questions."""

    def __init__(self):
        self.known = {}
        self.asked = []
        self.free = threading.Event()
        self.free.set()

    def __call__(self, host, port, *args, **options):
        self.asked.append(host)
        self.free.wait(10)
        if host not in self.known:
            raise socket.gaierror("unknown name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in self.known[host]]


@pytest.fixture
def names(monkeypatch):
    server = NameServer()
    monkeypatch.setattr(socket, "getaddrinfo", server)
    monkeypatch.setattr(addresses, "_lookups", {})
    yield server
    server.free.set()


def test_an_address_is_its_own_answer(names):
    assert addresses_within("127.0.0.1", seconds=1) == ("127.0.0.1",)
    assert addresses_within("::1", seconds=1) == ("::1",)
    assert names.asked == []


def test_a_name_is_asked_for_once_and_remembered(names):
    names.known["redis"] = ["10.0.0.1", "10.0.0.2", "10.0.0.1"]
    for _ in range(3):
        assert addresses_within("redis", seconds=5) == ("10.0.0.1", "10.0.0.2")
    assert names.asked == ["redis"]


def test_a_name_that_moved_is_followed(names, monkeypatch):
    monkeypatch.setattr(addresses, "FRESH_SECONDS", -1.0)
    names.known["redis"] = ["10.0.0.1"]
    addresses_within("redis", seconds=5)
    names.known["redis"] = ["10.0.0.9"]
    assert addresses_within("redis", seconds=5) == ("10.0.0.9",)


def test_an_unknown_name_is_an_os_error_and_may_be_known_later(names):
    with pytest.raises(OSError, match="nobody"):
        addresses_within("nobody", seconds=5)
    names.known["nobody"] = ["10.0.0.1"]
    assert addresses_within("nobody", seconds=5) == ("10.0.0.1",)


def test_while_the_name_server_hangs_one_thread_asks_and_nobody_waits_long(names):
    names.known["java"] = ["10.0.0.1"]
    names.free.clear()
    for _ in range(5):
        with pytest.raises(TimeoutError):
            addresses_within("java", seconds=0.01)
    assert names.asked == ["java"]
    names.free.set()
    assert addresses_within("java", seconds=5) == ("10.0.0.1",)


def test_while_the_name_server_hangs_the_last_known_address_is_used(names, monkeypatch):
    monkeypatch.setattr(addresses, "FRESH_SECONDS", -1.0)
    names.known["java"] = ["10.0.0.1"]
    addresses_within("java", seconds=5)
    names.free.clear()
    assert addresses_within("java", seconds=0.01) == ("10.0.0.1",)


def test_a_name_that_cannot_be_one_is_an_os_error(names, monkeypatch):
    monkeypatch.undo()
    with pytest.raises(OSError, match="no address"):
        addresses_within("a" * 300 + ".test", seconds=5)
