"""The list of metrics, and the text that Prometheus reads."""

import threading
import urllib.request
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from xlcfi.observability import exposition
from xlcfi.observability.exposition import metrics_text
from xlcfi.observability.metrics import EVENTS, METRICS, SCRAPED
from xlcfi.observability.scrape import ScrapedGauge
from xlcfi.observability.server import metrics_server_start

# The readers look into the database, in a thread and a connection of their own.
pytestmark = pytest.mark.django_db

AGREED = {
    "analytics_request_total": ("counter", ("method", "endpoint", "status")),
    "analytics_request_latency_seconds": ("histogram", ("method", "endpoint")),
    "analytics_active_users": ("gauge", ()),
}


def families() -> Iterator:
    return {family.name: family for family in text_string_to_metric_families(metrics_text().decode())}


def test_the_agreed_metrics_have_their_agreed_names_types_and_labels():
    declared = {spec.name: (spec.type, spec.labels) for spec in METRICS}
    for name, meaning in AGREED.items():
        assert declared[name] == meaning


def test_no_metric_is_declared_twice_and_all_say_what_they_mean():
    names = [spec.name for spec in METRICS]
    assert len(set(names)) == len(names)
    assert all(spec.help.endswith(".") for spec in METRICS)


def test_counters_end_in_total_and_times_in_seconds():
    for spec in METRICS:
        assert spec.name.startswith("analytics_")
        assert spec.name.endswith("_total") == (spec.type == "counter")


def test_the_text_declares_exactly_the_listed_metrics_in_their_order():
    lines = [line.split(" ", 3)[2:] for line in metrics_text().decode().splitlines() if line.startswith("# TYPE")]
    assert [tuple(line) for line in lines] == [(f"{spec.name}", spec.type) for spec in METRICS]


def test_a_counter_is_called_as_declared_and_has_no_second_suffix():
    EVENTS.labels(topic="test.topic", outcome="applied").inc()
    text = metrics_text().decode()
    assert 'analytics_events_total{outcome="applied",topic="test.topic"} 1.0' in text
    assert "_total_total" not in text
    assert "_created" not in text


def test_the_build_is_named():
    (sample,) = families()["analytics_build_info"].samples
    assert sample.value == 1
    assert set(sample.labels) == {"version", "python"}


@pytest.fixture
def gauge(monkeypatch):
    """One of the listed gauges with a reader for this test."""
    name = "analytics_rollup_delta_backlog"
    fresh = ScrapedGauge(name, "…", ("rollup",))
    monkeypatch.setitem(SCRAPED, name, fresh)
    return fresh


def test_the_backlog_of_every_table_of_deltas_is_told():
    waiting = ("_deltas", "_touches", "buyer_changes")
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.db_table.endswith(waiting)}
    samples = families()["analytics_rollup_delta_backlog"].samples
    assert {sample.labels["rollup"]: sample.value for sample in samples} == dict.fromkeys(tables, 0)


def test_a_gauge_that_several_apps_feed_asks_all_of_them(gauge):
    gauge.read_with(lambda: {("daily",): 3}, part="one")
    gauge.read_with(lambda: {("daily",): 4}, part="one")
    gauge.read_with(lambda: {("co_purchase",): 5}, part="other")
    assert gauge.read() == {("daily",): 4, ("co_purchase",): 5}


def test_a_gauge_is_read_when_it_is_scraped(gauge):
    gauge.read_with(lambda: {("daily",): 3, ("co_purchase",): 4})
    samples = families()["analytics_rollup_delta_backlog"].samples
    assert {sample.labels["rollup"]: sample.value for sample in samples} == {"daily": 3, "co_purchase": 4}


def test_a_reader_whose_database_is_away_costs_its_own_sample_only(gauge):
    def away():
        raise OperationalError("the server closed the connection")

    gauge.read_with(away)
    found = families()
    assert found["analytics_rollup_delta_backlog"].samples == []
    assert found["analytics_build_info"].samples != []


def test_readers_that_hang_leave_one_thread_and_the_rest_of_the_text(gauge, monkeypatch):
    let_go = threading.Event()
    monkeypatch.setattr(exposition, "_READERS_SECONDS", 0.05)
    monkeypatch.setattr(exposition, "_readers", exposition._GaugeReaders(SCRAPED))
    gauge.read_with(lambda: {("daily",): float(let_go.wait(30))})
    for _ in range(3):
        found = families()
        assert found["analytics_build_info"].samples != []
        assert found["analytics_rollup_delta_backlog"].samples == []
    stuck = [thread for thread in threading.enumerate() if thread.name == "metrics-readers" and thread.is_alive()]
    let_go.set()
    assert len(stuck) == 1
    stuck[0].join(5)


def test_a_reader_with_the_wrong_labels_is_told_so(gauge):
    gauge.read_with(lambda: 3.0)
    with pytest.raises(ValueError, match="analytics_rollup_delta_backlog"):
        gauge.read()


def test_a_consumer_gives_its_metrics_and_its_health_on_a_port_of_its_own():
    server = metrics_server_start(0, "127.0.0.1")
    address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        with urllib.request.urlopen(f"{address}/metrics", timeout=10) as response:
            assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            assert b"analytics_events_total" in response.read()
        with urllib.request.urlopen(f"{address}/health/live", timeout=10) as response:
            assert b'"success":true' in response.read()
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/else", timeout=10)
        assert refused.value.code == 404
    finally:
        server.shutdown()
        server.server_close()
