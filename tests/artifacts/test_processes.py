"""Several processes and one database: all swap, and none forgets what it has while the database is away."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connection

from tests.api.real_server import Line
from tests.artifacts.toys import stored
from tests.flow.processes import ROOT, database_url, environment, wait_for
from xlcfi.artifacts.jobs import trainings_start
from xlcfi.artifacts.models import ModelTraining, ModelVersion
from xlcfi.artifacts.queue import _started
from xlcfi.artifacts.trainings import single_training, training_ask, trainings_mend
from xlcfi.artifacts.versions import version_serve

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def asking(**changed):
    """Gives a function that asks a process of its own which version serves there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.artifacts.asking"],
        env=os.environ | environment(DJANGO_SETTINGS_MODULE="xlcfi.settings") | changed,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask():
        process.stdin.write("\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    try:
        yield ask
    finally:
        process.kill()
        process.wait()


def test_two_processes_swap_without_restart_and_go_on_while_the_database_is_away(cache):
    first = stored(numbers=(1.0, 2.0), serves=True)
    database = connection.settings_dict
    line = Line((database["HOST"] or "127.0.0.1", int(database["PORT"] or 5432)))
    with ExitStack() as stack:
        changed = {"MODEL_CACHE_DIR": str(cache), "DATABASE_URL": database_url(line.port)}
        asked = [stack.enter_context(asking(**changed)) for _ in range(2)]
        assert [ask() for ask in asked] == ["1 3.0", "1 3.0"]
        stored(numbers=(4.0, 4.0), serves=True)
        wait_for(lambda: [ask() for ask in asked] == ["2 8.0", "2 8.0"])
        line.cut()
        until = time.monotonic() + 1.0  # both have looked meanwhile
        while time.monotonic() < until:
            assert [ask() for ask in asked] == ["2 8.0", "2 8.0"]
            time.sleep(0.1)
        version_serve(version_id=first.pk, who="kim", why="the second is odd")
        line.mend()
        wait_for(lambda: [ask() for ask in asked] == ["1 3.0", "1 3.0"])


def test_a_training_whose_process_is_gone_is_noted_as_failed_and_one_that_runs_is_not():
    ModelTraining.objects.create(name="toy", state="running", asked_by="kim")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=os.environ | environment(DJANGO_SETTINGS_MODULE="xlcfi.settings"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    assert trainings_mend() == 0
    holder.kill()
    holder.wait()
    wait_for(lambda: trainings_mend() == 1)
    row = ModelTraining.objects.get()
    assert (row.state, row.outcome) == ("failed", "Its process ended before it was done.")
    with single_training("toy"):
        pass
    assert not ModelVersion.objects.exists()


def test_what_is_asked_for_in_the_admin_is_done_by_a_process_that_a_consumer_starts(monkeypatch):
    for name, value in environment(DJANGO_SETTINGS_MODULE="xlcfi.settings").items():
        monkeypatch.setenv(name, value)
    trainings_start()
    assert _started == []
    asked = training_ask(name="unheard-of", who="kim")
    trainings_start()
    [process] = _started
    trainings_start()
    assert _started == [process]
    assert process.wait(60) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.outcome) == ("failed", "No app of this release can train it.")


HOLD = """
import django, time
django.setup()
from xlcfi.artifacts.trainings import single_training
with single_training("toy"):
    print("held", flush=True)
    time.sleep(60)
"""
