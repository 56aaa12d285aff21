"""What the orchestrator is told."""

import json
import threading
import time

import pytest
from django.test import RequestFactory

from xlcfi.observability import answers
from xlcfi.observability.health import Readiness
from xlcfi.observability.probes import Deadline, Probe, Unreachable, http_check, redis_check
from xlcfi.observability.views import VIEWS

from .servers import hangs, server


def works(deadline):
    pass


def fails(deadline):
    raise Unreachable("10.1.2.3 says no")


@pytest.fixture
def ask(monkeypatch):
    """Ask a path with the given probes."""

    def ask(path, *probes, method="get"):
        monkeypatch.setattr(answers, "readiness", Readiness(lambda: probes, keep=0))
        return getattr(RequestFactory(), method)(f"/{path}"), VIEWS[path]

    def answer(path, *probes, method="get"):
        request, view = ask(path, *probes, method=method)
        return view(request)

    return answer


def test_ready_names_each_dependency_with_its_latency(ask):
    response = ask("health/ready", Probe("database", True, works), Probe("redis", False, works))
    body = json.loads(response.content)
    assert response.status_code == 200
    assert set(body) == {"success", "data", "error", "timestamp"}
    assert body["success"] is True
    assert body["data"]["status"] == "ok"
    assert set(body["data"]["checks"]) == {"database", "redis"}
    for check in body["data"]["checks"].values():
        assert check["status"] == "up"
        assert check["latency_ms"] >= 0
    assert body["timestamp"].endswith("+09:00")


def test_without_something_that_is_required_ready_is_503_and_says_when_to_come_back(ask):
    response = ask("health/ready", Probe("database", True, fails), Probe("redis", False, works))
    body = json.loads(response.content)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert body["success"] is False
    assert body["data"] is None
    assert body["error"]["code"] == "UNAVAILABLE"
    assert body["error"]["details"]["status"] == "down"
    assert body["error"]["details"]["checks"]["database"]["status"] == "down"


def test_without_something_that_is_only_useful_ready_is_degraded_and_still_200(ask):
    response = ask("health/ready", Probe("database", True, works), Probe("kafka", False, fails))
    body = json.loads(response.content)
    assert response.status_code == 200
    assert body["data"]["status"] == "degraded"
    assert body["data"]["checks"]["kafka"]["status"] == "down"


def test_strangers_learn_the_kind_of_fault_and_no_addresses(ask):
    response = ask("health/ready", Probe("database", True, fails))
    assert b"10.1.2.3" not in response.content
    assert json.loads(response.content)["error"]["details"]["checks"]["database"]["error"] == "Unreachable"


def test_dependencies_that_hang_are_asked_at_once_and_not_one_after_the_other():
    with server(hangs) as port:
        probes = [Probe(f"java{n}", False, http_check(f"http://127.0.0.1:{port}/")) for n in range(6)]
        probes.append(Probe("redis", False, redis_check(f"redis://127.0.0.1:{port}/0")))
        started = time.monotonic()
        report = Readiness(lambda: probes, limit=0.5).report()
        spent = time.monotonic() - started
    assert {check.error for check in report.checks} == {"timeout"}
    assert spent < 0.5 * len(probes)


def test_a_probe_that_overruns_its_limit_is_not_started_again_before_it_is_back():
    begun, let_go = [], threading.Event()

    def stuck(deadline):
        begun.append(1)
        let_go.wait(30)

    readiness = Readiness(lambda: [Probe("dns", False, stuck)], limit=0.02, keep=0)
    assert [readiness.report().checks[0].error for _ in range(3)] == ["timeout"] * 3
    assert len(begun) == 1
    let_go.set()


def test_many_who_ask_at_once_cause_one_round_of_probes():
    asked = []

    def slow(deadline):
        asked.append(1)
        time.sleep(0.1)

    readiness = Readiness(lambda: [Probe("database", True, slow)], keep=60)
    threads = [threading.Thread(target=readiness.report) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1


def test_it_sees_by_itself_that_a_dependency_came_back():
    state = {"check": fails}
    readiness = Readiness(lambda: [Probe("database", True, lambda deadline: state["check"](deadline))], keep=0)
    assert readiness.report().status == "down"
    state["check"] = works
    assert readiness.report().status == "ok"


@pytest.mark.parametrize("path", ["health", "health/live"])
def test_living_depends_on_nobody(ask, path):
    response = ask(path, Probe("database", True, fails))
    assert response.status_code == 200
    assert json.loads(response.content)["data"]["status"] == "ok"


@pytest.mark.parametrize("path", VIEWS)
def test_another_method_is_refused_in_the_envelope(ask, path):
    response = ask(path, method="post")
    body = json.loads(response.content)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert body["error"]["code"] == "METHOD_NOT_ALLOWED"


def test_a_deadline_that_is_over_says_so():
    with pytest.raises(TimeoutError):
        Deadline(0).left()
