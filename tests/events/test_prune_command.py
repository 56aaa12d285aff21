"""`manage.py prune`: tells until it is told to apply, ends well, and has every step documented."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from tests.events.pruning import inbox_fill, run
from xlcfi.clock import day_start, today
from xlcfi.events import jobs, prune_steps
from xlcfi.events.models import Inbox, PruneRun
from xlcfi.events.prune_steps import PruneStep, prune_step
from xlcfi.events.pruning import prunable, prune
from xlcfi.events.registry import discover

ROOT = Path(__file__).resolve().parents[2]


STEPS = (jobs.INBOX, jobs.OUTBOX, jobs.QUEUE, jobs.DEAD_LETTERS, jobs.FILE_POSITIONS)


@pytest.fixture
def command(monkeypatch):
    """The command without what only a process of its own should do."""
    monkeypatch.setattr("xlcfi.events.management.commands.prune.long_statements", lambda milliseconds: None)
    monkeypatch.setattr("xlcfi.events.management.commands.prune.stop_on_signals", threading.Event)


# --- The command


@pytest.mark.django_db
def test_the_command_tells_until_it_is_told_to_apply(command):
    inbox_fill(old=7, new=3)
    told = run()
    assert "inbox: 7 to remove, kept for 30 days" in told
    assert "Nothing was removed" in told
    assert Inbox.objects.count() == 10
    assert not PruneRun.objects.exists()
    assert "inbox: 7 removed" in run("inbox", "--apply")
    assert Inbox.objects.count() == 3
    assert prunable(jobs.INBOX, jobs.INBOX.cutoff()) == 0


@pytest.mark.django_db
def test_the_command_lists_its_steps_and_refuses_others(command):
    told = run("--list")
    for name in ("inbox", "outbox", "queue", "dead-letters", "file-positions", "behaviors"):
        assert f"{name}: " in told
    assert "kept for 30 days (INBOX_RETENTION_DAYS)" in told
    for args, words in (
        (("nothing",), "There is no prune step 'nothing'. Steps: behaviors,"),
        (("--every", "1"), "--every goes with --apply"),
    ):
        with pytest.raises(CommandError, match=words):
            run(*args)


def test_two_steps_of_one_name_are_refused(monkeypatch):
    monkeypatch.setattr(prune_steps, "_steps", {})
    prune_step(jobs.INBOX)
    prune_step(jobs.INBOX)
    with pytest.raises(TypeError, match="two prune steps are called inbox"):
        prune_step(
            PruneStep(
                name="inbox",
                table="other",
                age="at",
                retention="INBOX_RETENTION_DAYS",
                kept=lambda: settings.INBOX_RETENTION_DAYS,
            )
        )


@pytest.mark.django_db
def test_every_step_is_sql_that_postgresql_understands(command):
    discover()
    for step in prune_steps.prune_steps():
        cutoff = day_start(today() - timedelta(days=10_000))
        assert prunable(step, cutoff) == 0
        assert prune(step, cutoff, stop=threading.Event(), progress=lambda done, of: None) == 0


@pytest.mark.django_db(transaction=True)
def test_a_process_that_prunes_again_and_again_ends_well_at_sigterm():
    inbox_fill(old=50, new=5)
    database = connection.settings_dict
    url = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    process = subprocess.Popen(
        [sys.executable, "manage.py", "prune", "inbox", "--apply", "--every", "1"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DEPLOYMENT": "test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 60
        while PruneRun.objects.filter(removed=50).count() == 0:
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < until, "it removed nothing"
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert "inbox: 50 removed" in out
    assert Inbox.objects.count() == 5


def test_every_step_is_documented_with_its_setting():
    discover()
    documented = (ROOT / "docs" / "operations.md").read_text()
    for step in prune_steps.prune_steps():
        [row] = [line for line in documented.splitlines() if line.startswith(f"| `{step.name}` |")]
        assert f"`{step.retention}`" in row
