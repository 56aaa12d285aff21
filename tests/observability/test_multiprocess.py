"""Several processes count, one answers for all of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from xlcfi.observability import multiprocess

ROOT = Path(__file__).resolve().parents[2]
COUNT = """
import sys
from xlcfi.observability.metrics import BREAKER_STATE, EVENTS, EVENT_BATCH_SIZE
for _ in range(int(sys.argv[1])):
    EVENTS.labels(topic="t", outcome="applied").inc()
    EVENT_BATCH_SIZE.labels(group="g").observe(3)
BREAKER_STATE.labels(service="product").set(float(sys.argv[2]))
print("ready", flush=True)
sys.stdin.read()
"""
SCRAPE = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")
from xlcfi.observability.exposition import metrics_text
print(metrics_text().decode())
"""


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "metrics"


@pytest.fixture
def counting(directory):
    """Start processes that count and then wait; each is ended with `end(process)`."""
    running = []

    def start(times, breaker=0):
        process = subprocess.Popen(
            [sys.executable, "-c", COUNT, str(times), str(breaker)],
            cwd=ROOT,
            env=os.environ | {multiprocess.DIR_VARIABLE: str(directory)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in running:
        end(process)


def end(process):
    if process.returncode is None:
        process.communicate()


def scrape(directory):
    text = subprocess.run(
        [sys.executable, "-c", SCRAPE],
        cwd=ROOT,
        env=os.environ | {multiprocess.DIR_VARIABLE: str(directory)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {
        (sample.name, sample.labels.get("le")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_counts_of_two_processes_are_added_up(counting, directory):
    counting(3)
    counting(4)
    samples = scrape(directory)
    assert samples["analytics_events_total", None] == 7
    assert samples["analytics_event_batch_size_count", None] == 7
    assert samples["analytics_event_batch_size_sum", None] == 21
    assert samples["analytics_event_batch_size_bucket", "5.0"] == 7
    assert samples["analytics_event_batch_size_bucket", "1.0"] == 0


def test_what_an_ended_process_counted_stays_and_its_state_goes(counting, directory):
    ended, alive = counting(3, breaker=2), counting(4, breaker=1)
    assert scrape(directory)["analytics_breaker_state", None] == 2
    end(ended)
    multiprocess.process_retire(directory, ended.pid)
    samples = scrape(directory)
    assert samples["analytics_events_total", None] == 7
    assert samples["analytics_event_batch_size_bucket", "5.0"] == 7
    assert samples["analytics_breaker_state", None] == 1
    end(alive)


def test_processes_that_come_and_go_leave_a_bounded_number_of_files(counting, directory):
    for _ in range(3):
        process = counting(2)
        end(process)
        multiprocess.process_retire(directory, process.pid)
    assert sorted(file.name for file in directory.glob("*.db")) == ["counter_retired.db", "histogram_retired.db"]
    assert scrape(directory)["analytics_events_total", None] == 6


def test_a_new_start_begins_at_nothing_and_removes_nothing_else(counting, directory):
    end(counting(3))
    (directory / "precious.db").touch()
    multiprocess.directory_empty(directory)
    assert [file.name for file in directory.glob("*.db")] == ["precious.db"]


def test_every_metric_is_declared_before_anything_was_counted(directory):
    text = subprocess.run(
        [sys.executable, "-c", SCRAPE],
        cwd=ROOT,
        env=os.environ | {multiprocess.DIR_VARIABLE: str(directory)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "# TYPE analytics_request_total counter" in text
    assert "# TYPE analytics_request_latency_seconds histogram" in text


def test_an_empty_variable_means_that_the_process_counts_for_itself(tmp_path):
    text = subprocess.run(
        [sys.executable, "-c", SCRAPE],
        cwd=tmp_path,
        env=os.environ | {multiprocess.DIR_VARIABLE: "", "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "analytics_build_info{" in text
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_the_operator_named_is_kept_and_one_made_up_is_removed(tmp_path, monkeypatch):
    monkeypatch.setenv(multiprocess.DIR_VARIABLE, str(tmp_path / "named"))
    named = multiprocess.directory_choose()
    multiprocess.directory_ready()
    multiprocess.directory_remove(named)
    assert named == tmp_path / "named"
    assert named.is_dir()

    monkeypatch.delenv(multiprocess.DIR_VARIABLE)
    made_up = multiprocess.directory_choose()
    assert os.environ[multiprocess.DIR_VARIABLE] == str(made_up)
    multiprocess.directory_ready()
    assert made_up.stat().st_mode & 0o777 == 0o700
    multiprocess.directory_remove(made_up)
    assert not made_up.exists()
