"""The real server with its real configuration: two workers, one set of figures."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from .servers import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


class Web:
    """A running gunicorn."""

    def __init__(self, log: Path, temporary: Path) -> None:
        self.port = free_port()
        self.log = log
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "xlcfi.wsgi:application"],
                cwd=ROOT,
                env=os.environ
                | {"DEPLOYMENT": "test", "DJANGO_SETTINGS_MODULE": "xlcfi.settings", "LOG_FORMAT": "json"}
                | {"BIND": f"127.0.0.1:{self.port}", "WEB_CONCURRENCY": "2", "TMPDIR": str(temporary)},
                stderr=errors,
            )
        # The first worker may answer before the second is there.
        self.until(lambda: self.answers() and len(self.workers()) == 2)

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.get("/health/live")[0] == 200
        except OSError:
            return False

    def until(self, holds) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return response.status, response.read().decode()

    def counted(self) -> float:
        """Answered requests for /health/live, as Prometheus sees them."""
        for family in text_string_to_metric_families(self.get("/metrics")[1]):
            for sample in family.samples:
                if sample.name == "analytics_request_total" and sample.labels["endpoint"] == "/health/live":
                    return sample.value
        return 0

    def workers(self) -> set[int]:
        pid = self.process.pid
        return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    directory = tmp_path_factory.mktemp("web")
    web = Web(directory / "log", directory)
    yield web
    web.stop()
    # The figures' directory was made up for this run and is gone with it.
    assert [path.name for path in directory.iterdir()] == ["log"]


def test_requests_to_all_workers_are_in_one_sum_also_after_a_worker_has_ended(web):
    before = web.counted()
    for _ in range(20):
        web.get("/health/live")
    assert web.counted() - before == 20

    victim, *_ = workers = web.workers()
    os.kill(victim, signal.SIGTERM)
    web.until(lambda: victim not in web.workers() and len(web.workers()) == len(workers))
    assert web.counted() - before == 20


def test_a_worker_takes_less_than_200_megabytes(web):
    for _ in range(20):
        web.get("/metrics")
    for worker in web.workers():
        status = Path(f"/proc/{worker}/status").read_text()
        kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        assert kilobytes < 200 * 1024


def test_the_servers_own_lines_have_the_same_shape_as_all_others(web):
    lines = [json.loads(line) for line in web.log.read_text().splitlines() if line.startswith("{")]
    own = [line for line in lines if line["logger"] == "gunicorn.error"]
    assert any("Listening at" in line["message"] for line in own)
    assert not any("GET /health" in line["message"] for line in lines)
    assert all({"timestamp", "level", "service", "trace_id", "exception"} <= set(line) for line in own)


def test_headers_spelled_with_underscores_never_arrive(web):
    request = (
        b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"PATH_INFO: /health/live\r\nSCRIPT_NAME: /x\r\nX_B3_TraceId: 1\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", web.port), timeout=10) as connection:
        connection.sendall(request)
        answer = connection.makefile("rb").read()
    assert not answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DEPLOYMENT": "test", "WEB_THREADS": "many"}, "WEB_THREADS should be a whole number"),
        ({"DEPLOYMENT": "production", "DATABASE_URL": ""}, "DATABASE_URL"),
    ],
)
def test_a_wrong_setting_stops_the_start_by_its_name_and_leaves_nothing_behind(tmp_path, environment, said):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "xlcfi.wsgi:application"],
        cwd=ROOT,
        env=os.environ | {"BIND": f"127.0.0.1:{free_port()}", "TMPDIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode != 0
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
