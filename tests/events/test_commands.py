"""The commands, as people and containers run them."""

import gzip
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.events.samples import payment
from xlcfi.events import rebuilds
from xlcfi.events.models import DeadLetter, FilePosition
from xlcfi.events.processes import MetricsRefused, metrics_serve, run_supervised
from xlcfi.events.rebuilds import RebuildReport, rebuild_step, rebuild_steps, single_rebuild

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def consumers(db, group, monkeypatch):
    """The only consumer of the project is `test`, which writes the effects."""
    mine = group()
    monkeypatch.setattr("xlcfi.events.consuming.groups", lambda: {"test": mine})
    for command in ("consume", "replay"):
        monkeypatch.setattr(f"xlcfi.events.management.commands.{command}.stop_on_signals", threading.Event)
    monkeypatch.setattr("xlcfi.events.schedule.periodic_jobs", lambda: ())
    monkeypatch.setattr("xlcfi.events.consuming.long_statements", lambda milliseconds: None)
    return mine


def run(*args):
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def write(path, *values):
    with gzip.open(path, "at") if path.suffix == ".gz" else path.open("a") as file:
        for value in values:
            text = value if isinstance(value, str) else json.dumps(value)
            file.write(json.dumps({"topic": "payment.completed", "value": text}) + "\n")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["events.jsonl", "events.jsonl.gz"])
def test_a_replay_applies_what_is_new_and_counts_the_rest(consumers, effects, tmp_path, name):
    path = tmp_path / name
    write(path, payment(eventId="a", orderId=1), payment(eventId="b", orderId=2), payment(eventId="a", orderId=1), "x")
    assert run("replay", str(path)).splitlines()[1].split()[-5:] == ["4", "2", "1", "0", "1"]
    assert run("replay", str(path)).splitlines()[1].split()[-5:] == ["4", "0", "3", "0", "1"]
    assert effects.orders() == [1, 2]
    assert DeadLetter.objects.count() == 1


@pytest.mark.django_db
def test_a_replay_without_event_ids_doubles_nothing_either(consumers, effects, tmp_path):
    path = tmp_path / "f.jsonl"
    write(path, payment(eventId=None, orderId=1), payment(eventId=None, orderId=2))
    run("replay", str(path))
    run("replay", str(path))
    assert effects.orders() == [1, 2]


@pytest.mark.django_db
def test_consuming_a_file_goes_on_where_it_stopped(consumers, effects, tmp_path):
    path = tmp_path / "f.jsonl"
    write(path, payment(eventId="a", orderId=1))
    run("consume", "--file", str(path))
    write(path, payment(eventId="b", orderId=2))
    run("consume", "test", "--file", str(path))
    assert effects.orders() == [1, 2]
    assert FilePosition.objects.get().line == 2


def test_what_can_not_be_done_is_said_in_a_sentence(consumers, tmp_path, settings):
    settings.KAFKA_BOOTSTRAP_SERVERS = []
    for args, words in [
        (("consume", "nobody"), "There is no consumer 'nobody'. Consumers: test."),
        (("consume",), "KAFKA_BOOTSTRAP_SERVERS"),
        (("consume", "--follow"), "--follow goes with --file"),
        (("consume", "--file", str(tmp_path / "none")), "There is no file"),
        (("replay", str(tmp_path / "none")), "There is no file"),
        (("replay", "x", "--group", "nobody"), "There is no consumer 'nobody'"),
        (("rebuild", "nothing"), "There is no rebuild step 'nothing'"),
    ]:
        with pytest.raises(CommandError, match=words):
            run(*args)


def test_a_port_for_several_consumers_needs_a_place_where_their_counts_meet(monkeypatch):
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    with pytest.raises(MetricsRefused, match="PROMETHEUS_MULTIPROC_DIR"):
        run_supervised(["a", "b"], threading.Event(), metrics_port=1)


def test_a_port_that_is_taken_is_said_before_anything_is_consumed(monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MetricsRefused, match=str(port)):
            run_supervised(["a", "b"], threading.Event(), metrics_port=port)
        with pytest.raises(MetricsRefused, match=str(port)):
            metrics_serve(port)


@pytest.fixture
def steps(monkeypatch):
    monkeypatch.setattr(rebuilds, "_steps", {})
    monkeypatch.setattr("xlcfi.events.management.commands.rebuild.discover", lambda: None)
    monkeypatch.setattr("xlcfi.events.management.commands.rebuild.long_statements", lambda milliseconds: None)
    ran = []

    def add(name, after=()):
        @rebuild_step(name=name, after=after)
        def step(*, apply, progress):
            progress(1, 2)
            ran.append((name, apply))
            return RebuildReport(checked=10, changed=3)

    add("sums", after=["orders"])
    add("orders", after=["catalog"])
    add("catalog")
    return ran


@pytest.mark.django_db
def test_a_rebuild_is_a_dry_run_in_the_order_of_the_steps_unless_told(steps):
    out = run("rebuild")
    assert steps == [("catalog", False), ("orders", False), ("sums", False)]
    assert "orders: 10 checked, 3 differ" in out
    assert "--apply" in out
    steps.clear()
    assert "3 mended" in run("rebuild", "sums", "catalog", "--apply")
    assert steps == [("catalog", True), ("sums", True)]


def test_steps_in_a_circle_are_refused(monkeypatch):
    monkeypatch.setattr(rebuilds, "_steps", {})
    rebuild_step(name="a", after=["b"])(lambda **_: RebuildReport(0, 0))
    rebuild_step(name="b", after=["a"])(lambda **_: RebuildReport(0, 0))
    with pytest.raises(ValueError, match="wait for each other"):
        rebuild_steps()


@pytest.mark.django_db(transaction=True)
def test_only_one_rebuild_runs_at_a_time(steps):
    refused = []

    def other():
        try:
            run("rebuild")
        except CommandError as error:
            refused.append(str(error))
        finally:
            connection.close()

    with single_rebuild():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert refused == ["A rebuild is running already; wait for its end."]
    assert run("rebuild")


def process(*args, **environment):
    """`manage.py` in a process of its own, on the test database."""
    return started([sys.executable, str(ROOT / "manage.py"), *args], **environment)


def started(command, **environment):
    """`command` in a process of its own, on the test database."""
    settings = connection.settings_dict
    host = f"{settings['HOST'] or '127.0.0.1'}:{settings['PORT'] or 5432}"
    password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    url = f"postgres://{settings['USER']}{password}@{host}/{settings['NAME']}"
    return subprocess.Popen(
        command,
        env={**os.environ, "DATABASE_URL": url, "DEPLOYMENT": "test", **environment},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(condition, seconds=40):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_consumer_that_is_told_to_end_finishes_and_exits_with_0(tmp_path, number):
    path = tmp_path / "f.jsonl"
    path.write_text('{"topic": "payment.completed", "value": "not json"}\n')
    consumer = process("consume", "analytics-payment", "--file", str(path), "--follow")
    wait_for(lambda: DeadLetter.objects.exists() and FilePosition.objects.exists())
    consumer.send_signal(number)
    output, _ = consumer.communicate(timeout=10)
    assert consumer.returncode == 0, output
    assert FilePosition.objects.get().line == 1


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_one_line_and_no_traceback(tmp_path):
    refused = process("consume", "nobody")
    output, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert output.startswith("CommandError: There is no consumer 'nobody'")
