"""One question to each dependency: are you there? On a connection of its own, within a time limit that always holds."""

import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings
from django.db import connections
from psycopg2 import extensions
from redis.connection import SSLConnection, parse_url

from xlcfi.addresses import addresses_within

Check = Callable[["Deadline"], None]


class Unreachable(OSError):
    """The dependency answered, but not as one that works."""


class Deadline:
    """A moment after which nothing waits any more."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, always positive. Raises TimeoutError when none are."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the probe's time is over")
        return left


@dataclass(frozen=True)
class Probe:
    """A dependency, whether requests can't be answered without it, and how to ask it.

    `check` returns when the dependency works, else raises OSError or psycopg2.Error.
    """

    name: str
    required: bool
    check: Check


def probes_configured() -> list[Probe]:
    """The dependencies that the settings name."""
    probes = [Probe("database", True, database_check)]
    if settings.REDIS_URL:
        probes.append(Probe("redis", False, redis_check(settings.REDIS_URL)))
    if settings.KAFKA_BOOTSTRAP_SERVERS:
        probes.append(Probe("kafka", False, kafka_check(_brokers(settings.KAFKA_BOOTSTRAP_SERVERS))))
    for name, url in (
        ("java_product_service", settings.JAVA_PRODUCT_SERVICE_URL),
        ("java_member_service", settings.JAVA_MEMBER_SERVICE_URL),
    ):
        if url:
            probes.append(Probe(name, False, http_check(url.rstrip("/") + settings.JAVA_HEALTH_PATH)))
    return probes


def database_check(deadline: Deadline) -> None:
    """Connect to the default database and run SELECT 1."""
    parameters = connections.create_connection("default").get_connection_params()
    # Asynchronous: libpq's own connect_timeout is two seconds at least, and nothing limits a query that hangs.
    connection = psycopg2.connect(**parameters, async_=True)
    try:
        _await(connection, deadline)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            _await(connection, deadline)
            cursor.fetchone()
    finally:
        connection.close()


def _await(connection: "extensions.connection", deadline: Deadline) -> None:
    poller = select.poll()
    while (state := connection.poll()) != extensions.POLL_OK:
        waits_for = select.POLLIN if state == extensions.POLL_READ else select.POLLOUT
        # The socket can be another one after each step: libpq tries one address after the other.
        number = connection.fileno()
        poller.register(number, waits_for)
        poller.poll(deadline.left() * 1000)
        poller.unregister(number)
        deadline.left()


def redis_check(url: str) -> Check:
    """Log in and PING on a new connection.

    Spoken by hand: redis-py limits the wait for each piece of an answer, so one that comes in drops has no limit.
    """
    options: dict[str, Any] = parse_url(url)  # type: ignore[no-untyped-call]
    commands = [b"PING\r\n"]
    if options.get("password") is not None:
        words = [str(options[key]).encode() for key in ("username", "password") if options.get(key) is not None]
        login = [b"AUTH", *words]
        commands.insert(0, b"*%d\r\n" % len(login) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in login))

    def check(deadline: Deadline) -> None:
        with _redis_connect(options, deadline) as connection:
            for command in commands:
                connection.sendall(command)
                answer = b""
                while not answer.endswith(b"\r\n") and len(answer) < 512:
                    answer += _receive(connection, 1, deadline)
                if answer not in (b"+OK\r\n", b"+PONG\r\n"):
                    # -LOADING, -NOAUTH, -MASTERDOWN: it listens, and does not serve.
                    raise Unreachable(f"Redis answered {answer[:60]!r}")

    return check


def _redis_connect(options: Mapping[str, Any], deadline: Deadline) -> socket.socket:
    if "path" in options:
        local = socket.socket(socket.AF_UNIX)
        local.settimeout(deadline.left())
        local.connect(options["path"])
        return local
    secure = options.get("connection_class") is SSLConnection
    context = _tls(options.get("ssl_ca_certs"), verify=options.get("ssl_cert_reqs") != "none") if secure else None
    return _connect(options.get("host", "localhost"), options.get("port", 6379), deadline, context)


def _tls(authorities: str | None = None, *, verify: bool = True) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authorities)
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _connect(host: str, port: int, deadline: Deadline, tls: ssl.SSLContext | None = None) -> socket.socket:
    fault: OSError = Unreachable(f"{host} has no address")
    for address in addresses_within(host, seconds=deadline.left()):
        try:
            connection = socket.create_connection((address, port), timeout=deadline.left())
            if tls is None:
                return connection
            connection.settimeout(deadline.left())
            return tls.wrap_socket(connection, server_hostname=host)
        except OSError as error:
            fault = error
    raise fault


def kafka_check(brokers: Sequence[tuple[str, int]]) -> Check:
    """Ask the brokers in turn which requests they know (ApiVersions, before any login); one answer is enough."""
    # size, ApiVersions (18) version 0, correlation id 1, no client id
    question = b"\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff"

    def ask(address: tuple[str, int], deadline: Deadline) -> None:
        with _connect(*address, deadline) as connection:
            connection.sendall(question)
            # size, then the correlation id that we sent
            if _receive(connection, 8, deadline)[4:8] != b"\x00\x00\x00\x01":
                raise Unreachable("this is no Kafka")

    def check(deadline: Deadline) -> None:
        fault: OSError = Unreachable("no brokers")
        for place, address in enumerate(brokers):
            try:
                # A broker that hangs may use up its share only.
                return ask(address, Deadline(deadline.left() / (len(brokers) - place)))
            except OSError as error:
                fault = error
        raise fault

    return check


def http_check(url: str) -> Check:
    """GET `url`. Whatever is under 500 comes from a service that lives; a 401 or 404 says so too."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    request = (
        f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\nConnection: close\r\n\r\n"
    )

    def check(deadline: Deadline) -> None:
        with _connect(host, port, deadline, _tls() if secure else None) as connection:
            connection.sendall(request.encode("ascii"))
            # "HTTP/1.1 200": twelve bytes say it all.
            status = _receive(connection, 12, deadline)
            if not status.startswith(b"HTTP/1.") or not status[9:12].isdigit():
                raise Unreachable("the answer is no HTTP")
            if status[9:12] >= b"500":
                raise Unreachable(f"HTTP {status[9:12].decode()}")

    return check


def _receive(connection: socket.socket, size: int, deadline: Deadline) -> bytes:
    """The first `size` bytes, drop by drop if need be. Raises TimeoutError when they take too long."""
    received = b""
    while len(received) < size:
        connection.settimeout(deadline.left())
        part = connection.recv(size - len(received))
        if not part:
            raise Unreachable("the connection was closed")
        received += part
    return received


def _brokers(configured: Sequence[str]) -> list[tuple[str, int]]:
    addresses = []
    for name in configured:
        host, _, port = name.rpartition(":")
        addresses.append((host.strip("[]"), int(port)))
    return addresses
