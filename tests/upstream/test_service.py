import gc
import os
import socket
import threading
import time

import pytest

from tests.bounds import NO_HANG
from tests.upstream.hand_clock import HandClock
from tests.upstream.java_server import (
    FAULTS,
    answer,
    error_500,
    hang,
    late,
    product,
    products,
    reset,
    stop_midway,
    unauthorized,
)
from xlcfi.api.tokens import internal_token_check
from xlcfi.observability.tracing import trace_begin, trace_scope
from xlcfi.upstream.breaker import CircuitBreaker, State
from xlcfi.upstream.errors import (
    BadAnswer,
    BreakerOpen,
    BulkheadFull,
    Rejected,
    ServerFailed,
    TimeIsUp,
    Unreachable,
    UpstreamError,
)
from xlcfi.upstream.java_products import java_products_fetch
from xlcfi.upstream.service import JavaService, java_service

KIND_OF = {
    "hangs": TimeIsUp,
    "trickles its head": TimeIsUp,
    "trickles its body": TimeIsUp,
    "stops midway": Unreachable,
    "resets": Unreachable,
    "answers 500": ServerFailed,
    "is no HTTP server": TimeIsUp,
    "sends headers without end": Unreachable,
    "redirects": Rejected,
    "refuses the token": Rejected,
    "has no such path": Rejected,
}


def fetch(*ids):
    return java_products_fetch(product_ids=ids or (1, 2))


def service_of(java):
    return java_service("product", java.url)


def test_a_batch_is_asked_for_as_the_contract_says(java):
    assert set(fetch(3, 5)) == {3, 5}
    (request,) = java.received
    assert (request.method, request.path) == ("POST", "/api/internal/products/batch")
    assert request.json == {"product_ids": [3, 5]}
    assert request.headers["Content-Type"] == "application/json"
    assert "X-Internal-Request" not in request.headers
    internal_token_check(request.headers["X-Internal-Token"])


def test_the_keys_are_camel_case_where_java_wants_it(java, settings):
    settings.JAVA_JSON_NAMING = "camel"
    assert set(fetch(3)) == {3}
    assert java.received[0].json == {"productIds": [3]}


def test_the_older_path_gets_its_header(java, settings):
    settings.JAVA_PRODUCT_BATCH_PATH = "/internal/products/batch"
    fetch(3)
    assert java.received[0].path == "/internal/products/batch"
    assert java.received[0].headers["X-Internal-Request"] == "true"


def test_the_path_behind_the_gateway_is_a_setting(java, settings):
    settings.JAVA_PRODUCT_BATCH_PATH = "/v1/products/api/internal/products/batch"
    fetch(3)
    assert java.received[0].path == "/v1/products/api/internal/products/batch"


def test_the_trace_goes_on(java):
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    with trace_scope(trace_begin({"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"})):
        fetch(3)
    assert trace_id in java.received[0].headers["traceparent"]


def test_one_token_serves_many_calls_and_a_refused_one_is_replaced(java):
    fetch(1)
    fetch(2)
    tokens = [request.headers["X-Internal-Token"] for request in java.received]
    assert tokens[0] == tokens[1]
    java.plan = [unauthorized]
    with pytest.raises(Rejected):
        fetch(3)
    assert service_of(java).tokens._token == ""


def test_connections_are_kept(java):
    for number in range(1, 6):
        fetch(number)
    assert java.connections == 1


def test_more_ids_than_one_request_takes_go_in_several(java):
    assert set(fetch(*range(1, 451))) == set(range(1, 451))
    assert [len(request.json["product_ids"]) for request in java.received] == [200, 200, 50]


def test_products_that_nobody_asked_for_are_left_out(java):
    java.otherwise = answer({"data": {"products": [product(1), product(666)]}})
    assert set(fetch(1, 2)) == {1}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_a_name_and_comes_in_time(java, fault):
    java.otherwise = FAULTS[fault]
    begun = time.monotonic()
    with pytest.raises(KIND_OF.get(fault, BadAnswer)):
        fetch()
    assert time.monotonic() - begun < NO_HANG


@pytest.mark.parametrize("hiccup", [error_500, reset, stop_midway])
def test_connection_errors_and_5xx_are_tried_again(java, hiccup):
    java.plan = [hiccup, hiccup]
    assert set(fetch()) == {1, 2}
    assert len(java.received) == 3


def test_what_a_retry_would_not_mend_is_not_tried_again(java):
    for fault in ("answers broken JSON", "has no such path", "redirects", "refuses the token"):
        java.received.clear()
        java.plan = [FAULTS[fault]]
        with pytest.raises(UpstreamError):
            fetch()
        assert len(java.received) == 1, fault


def test_a_redirect_is_not_followed(java):
    java.plan = [FAULTS["redirects"]]
    with pytest.raises(Rejected, match="302"):
        fetch()
    assert [request.path for request in java.received] == ["/api/internal/products/batch"]


def test_a_port_on_which_nothing_listens_is_unreachable(settings, unused_port):
    settings.JAVA_PRODUCT_SERVICE_URL = f"http://127.0.0.1:{unused_port}"
    with pytest.raises(Unreachable):
        fetch()


def test_a_server_that_accepts_nobody_keeps_nobody_waiting(settings):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        settings.JAVA_PRODUCT_SERVICE_URL = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        begun = time.monotonic()
        with pytest.raises((Unreachable, TimeIsUp)):
            fetch()
        assert time.monotonic() - begun < NO_HANG
        for filler in fillers:
            filler.close()


def test_a_name_server_that_hangs_keeps_nobody_waiting(settings, monkeypatch):
    release = threading.Event()

    def hang_lookup(*args, **kwargs):
        release.wait(10)
        raise socket.gaierror("no name server")

    monkeypatch.setattr(socket, "getaddrinfo", hang_lookup)
    settings.JAVA_PRODUCT_SERVICE_URL = "http://product.name-server-away.test:8080"
    begun = time.monotonic()
    try:
        with pytest.raises((Unreachable, TimeIsUp)):
            fetch()
        assert time.monotonic() - begun < NO_HANG
    finally:
        release.set()


def test_a_connection_that_java_closed_meanwhile_is_replaced(java):
    fetch(1)
    with java._lock:
        for connection in java._open:
            connection.shutdown(socket.SHUT_RDWR)
    assert set(fetch(2)) == {2}


def test_a_slow_but_timely_answer_is_taken(java):
    java.plan = [late(0.3)]
    assert set(fetch()) == {1, 2}


def test_after_five_failures_java_is_left_alone_and_after_three_good_trials_asked_again(java):
    clock = HandClock()
    service = JavaService("product", java.url, breaker=CircuitBreaker(clock=clock))

    def call():
        return service.call("POST", "/x", read=lambda answer: answer, headers={}, payload={"product_ids": [1]})

    java.otherwise = FAULTS["answers broken JSON"]
    for _ in range(5):
        with pytest.raises(BadAnswer):
            call()
    seen = len(java.received)
    with pytest.raises(BreakerOpen):
        call()
    assert len(java.received) == seen
    java.otherwise = products
    clock.advance(10)
    for _ in range(3):
        call()
    assert service.breaker.state is State.CLOSED
    service.transport.close()


def test_the_eleventh_call_at_once_is_turned_away(java):
    java.otherwise = hang
    outcomes = []

    def call():
        try:
            fetch()
        except UpstreamError as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=call, daemon=True) for _ in range(30)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert time.monotonic() - begun < NO_HANG
    assert outcomes.count(TimeIsUp) == 10
    assert outcomes.count(BulkheadFull) == 20


def test_faults_leave_no_socket_and_no_thread_behind(java):
    fetch(1)
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for fault in ("resets", "answers without end", "stops midway", "sends headers without end", "answers 500"):
        java.otherwise = FAULTS[fault]
        with pytest.raises(UpstreamError):
            fetch()
        java_service("product", java.url).breaker._failures.clear()
    java.otherwise = products
    fetch(1)
    give_up = time.monotonic() + 5
    while java.open_connections > 1 and time.monotonic() < give_up:
        time.sleep(0.02)
    gc.collect()
    assert java.open_connections == 1
    assert threading.active_count() <= threads
    assert len(os.listdir("/proc/self/fd")) <= files
