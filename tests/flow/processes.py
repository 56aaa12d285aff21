"""The project's own processes on the test database: `manage.py`, consumers, gunicorn."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.api.real_server import gunicorn
from xlcfi.api.tokens import internal_token_mint

ROOT = Path(__file__).resolve().parents[2]


def wait_for(condition, seconds=40, every=0.05):
    """Returns once `condition()` holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(every)


def database_url(port=None):
    """The test database, at its own address or through a line at `port` of the loopback."""
    parts = connection.settings_dict
    password = f":{parts['PASSWORD']}" if parts["PASSWORD"] else ""
    host = f"{parts['HOST'] or '127.0.0.1'}:{parts['PORT'] or 5432}" if port is None else f"127.0.0.1:{port}"
    return f"postgres://{parts['USER']}{password}@{host}/{parts['NAME']}"


def environment(**changed):
    """The environment of a process that shall see what this test sees."""
    return {
        "DATABASE_URL": database_url(),
        "DEPLOYMENT": "test",
        "REDIS_URL": settings.REDIS_URL,
        "KAFKA_BOOTSTRAP_SERVERS": ",".join(settings.KAFKA_BOOTSTRAP_SERVERS),
    } | changed


def manage(*args, **changed):
    """`manage.py` to its end: the finished process, what it wrote in `stdout`."""
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, args)],
        env=os.environ | environment(**changed),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


class Running:
    """A process that goes on until it is told to end: `manage.py`, or `python -m module`."""

    def __init__(self, *args, module=None, **changed):
        # A file, no pipe: nobody empties it meanwhile.
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it lives as long as the process
        self.process = subprocess.Popen(
            [sys.executable, *(["manage.py"] if module is None else ["-m", module]), *map(str, args)],
            env=os.environ | environment(**changed),
            cwd=ROOT,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    @property
    def output(self):
        self._log.seek(0)
        return self._log.read()

    def end(self):
        """SIGTERM, as a container's end; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def kill(self):
        """SIGKILL for it and all its children at once: the machine has lost its power."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)


@contextlib.contextmanager
def consuming(kafka, **changed):
    """`manage.py consume` of both groups that read payments, on the test's own topics."""
    names = ("analytics-payment", "recommendation")
    running = Running(kafka.prefix, *names, module="tests.events.consume_with_prefix", **changed)
    try:
        yield running
    finally:
        running.kill()


@contextlib.contextmanager
def web(**changed) -> Iterator["Web"]:
    """The real server with the production's processes and threads."""
    chosen = {"DJANGO_SETTINGS_MODULE": "tests.settings", "WEB_CONCURRENCY": "2", "WEB_THREADS": ""}
    with gunicorn(**environment(**(chosen | changed))) as port:
        yield Web(port)


@dataclass
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self):
        return json.loads(self.body, parse_float=Decimal)

    @property
    def data(self):
        assert self.status == 200, self.body
        return self.json["data"]


@dataclass
class Web:
    """A client of the server at `port`, with the credential of a Java service."""

    port: int

    def get(self, path):
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("GET", path, headers={"X-Internal-Token": internal_token_mint()})
            response = line.getresponse()
            body = response.read()
        finally:
            line.close()
        return Answer(response.status, dict(response.getheaders()), body, time.monotonic() - began)

    def related(self, product_id, limit=5):
        return self.get(f"/v1/recommendations/products/{product_id}/related?limit={limit}")

    def dashboard(self, period="month"):
        return self.get(f"/v1/analytics/dashboard?period={period}")

    def workers(self):
        """The process ids of the server's workers."""
        mark = f"BIND=127.0.0.1:{self.port}\0".encode()
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (place / "environ").read_bytes():
                    found[int(place.name)] = int((place / "stat").read_text().rpartition(") ")[2].split()[1])
        return [pid for pid, parent in found.items() if parent in found]
