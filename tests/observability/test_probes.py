"""Each probe against a real server that works, hangs, trickles, resets or says nonsense."""

import time
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connections

from xlcfi.observability.probes import (
    Deadline,
    database_check,
    http_check,
    kafka_check,
    probes_configured,
    redis_check,
)

from .servers import free_port, hangs, resets, says, server, trickles

LIMIT = 0.4
KAFKA_ANSWER = b"\x00\x00\x00\x0a\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"
FAULTS = (OSError, psycopg2.Error)


def database_at(port):
    def check(deadline):
        before = dict(connections.settings["default"])
        connections.settings["default"].update(HOST="127.0.0.1", PORT=port)
        try:
            database_check(deadline)
        finally:
            connections.settings["default"].update(HOST=before["HOST"], PORT=before["PORT"])

    return check


CHECKS = {
    "database": database_at,
    "redis": lambda port: redis_check(f"redis://127.0.0.1:{port}/0"),
    "kafka": lambda port: kafka_check([("127.0.0.1", port)]),
    "java": lambda port: http_check(f"http://127.0.0.1:{port}/actuator/health"),
}


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("talk", [hangs, resets, trickles(b"?" * 50)], ids=["hangs", "resets", "trickles"])
def test_a_server_that_misbehaves_is_away_and_the_probe_ends_in_time(name, talk):
    with server(talk) as port:
        started = time.monotonic()
        with pytest.raises(FAULTS):
            CHECKS[name](port)(Deadline(LIMIT))
        # Generous on a busy machine; without the limit it would be minutes.
        assert time.monotonic() - started < 10


@pytest.mark.parametrize("name", CHECKS)
def test_a_port_where_nobody_listens_is_away(name):
    with pytest.raises(FAULTS):
        CHECKS[name](free_port())(Deadline(LIMIT))


@pytest.mark.parametrize("name", CHECKS)
def test_a_server_that_speaks_something_else_is_away(name):
    with server(says(b"SSH-2.0-OpenSSH_9.6\r\n")) as port, pytest.raises(FAULTS):
        CHECKS[name](port)(Deadline(LIMIT))


@pytest.mark.django_db
def test_the_database_is_up():
    database_check(Deadline(5))


def test_redis_is_up():
    redis_check(settings.REDIS_URL)(Deadline(5))


def test_a_broker_that_answers_the_question_about_versions_is_up():
    with server(says(KAFKA_ANSWER)) as port:
        kafka_check([("127.0.0.1", port)])(Deadline(5))


def test_one_living_broker_behind_one_that_hangs_is_enough():
    with server(hangs) as dead, server(says(KAFKA_ANSWER)) as alive:
        kafka_check([("127.0.0.1", dead), ("127.0.0.1", alive)])(Deadline(1))


@pytest.mark.parametrize("status", [b"200 OK", b"401 Unauthorized", b"404 Not Found"])
def test_a_java_service_that_answers_anything_under_500_lives(status):
    with server(says(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")) as port:
        http_check(f"http://127.0.0.1:{port}/actuator/health")(Deadline(5))


def test_a_java_service_that_answers_503_is_away():
    with server(says(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")) as port, pytest.raises(OSError, match="HTTP 503"):
        http_check(f"http://127.0.0.1:{port}/actuator/health")(Deadline(5))


def test_only_what_is_configured_is_probed_and_only_postgresql_is_required(settings):
    settings.KAFKA_BOOTSTRAP_SERVERS = []
    settings.JAVA_PRODUCT_SERVICE_URL = settings.JAVA_MEMBER_SERVICE_URL = ""
    assert [(probe.name, probe.required) for probe in probes_configured()] == [("database", True), ("redis", False)]

    settings.KAFKA_BOOTSTRAP_SERVERS = ["one:9092", "two:9092"]
    settings.JAVA_PRODUCT_SERVICE_URL = settings.JAVA_MEMBER_SERVICE_URL = "http://java:8080"
    assert [probe.name for probe in probes_configured() if not probe.required] == [
        "redis",
        "kafka",
        "java_product_service",
        "java_member_service",
    ]


def test_the_database_probe_does_not_use_the_connection_of_the_requests(db):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
    connections["default"].connection.close()
    database_check(Deadline(5))
    connections["default"].close()


def test_the_redis_of_the_tests_is_a_url():
    assert urlsplit(settings.REDIS_URL).scheme in ("redis", "rediss", "unix")
