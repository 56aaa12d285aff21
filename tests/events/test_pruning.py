"""Old rows go in small batches, nobody else's work waits for it, and nothing goes that is still needed."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.factories import seoul
from xlcfi.clock import day_start, today
from xlcfi.events import jobs, prune_steps
from xlcfi.events.models import DeadLetter, FilePosition, FollowUp, Inbox, Outbox, PruneRun
from xlcfi.events.prune_steps import PruneStep, prune_step
from xlcfi.events.prune_walks import walk
from xlcfi.events.pruning import PruneRunning, prunable, prune, pruned_before
from xlcfi.events.registry import discover

ROOT = Path(__file__).resolve().parents[2]
STEPS = (jobs.INBOX, jobs.OUTBOX, jobs.QUEUE, jobs.DEAD_LETTERS, jobs.FILE_POSITIONS)


def sql(text, values=None):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def pruned(step, *, batch=5_000, days=None):
    """How many rows a run of the step removes."""
    cutoff = step.cutoff() if days is None else day_start(today() - timedelta(days=days))
    return prune(step, cutoff, stop=threading.Event(), progress=lambda done, of: None, batch=batch)


def inbox_fill(*, old, new, group="g"):
    # Anew, from the first page: another test's rows that were rolled back still take up pages.
    sql("TRUNCATE events_inbox")
    for count, days, prefix in ((old, 40, "old"), (new, 1, "new")):
        sql(
            "INSERT INTO events_inbox (consumer_group, event_id, received_at)"
            " SELECT %s, %s || n, now() - make_interval(days => %s) FROM generate_series(1, %s) n",
            [group, prefix, days, count],
        )


def run(*args):
    out = io.StringIO()
    call_command("prune", *args, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture
def command(monkeypatch):
    """The command without what only a process of its own should do."""
    monkeypatch.setattr("xlcfi.events.management.commands.prune.long_statements", lambda milliseconds: None)
    monkeypatch.setattr("xlcfi.events.management.commands.prune.stop_on_signals", threading.Event)


# --- What goes, and what stays


@pytest.mark.django_db
def test_the_inbox_forgets_what_is_older_than_its_days_to_the_day(clock, settings):
    settings.INBOX_RETENTION_DAYS = 30
    clock.moment = seoul("2025-11-20 10:15")
    for name, at in (("before", "2025-10-20 23:59:59.999999"), ("midnight", "2025-10-21 00:00"), ("now", "2025-11-20")):
        Inbox.objects.create(group="g", event_id=name, received_at=seoul(at))
    assert pruned(jobs.INBOX) == 1
    assert set(Inbox.objects.values_list("event_id", flat=True)) == {"midnight", "now"}
    assert pruned_before("inbox") == seoul("2025-10-21 00:00")


@pytest.mark.django_db
def test_a_message_that_was_never_sent_is_never_removed(clock):
    old = seoul("2020-01-01 00:00")
    Outbox.objects.create(event_id="waits", topic="t", value=b"x", created_at=old, attempts=99_999, next_try_at=old)
    Outbox.objects.create(event_id="sent", topic="t", value=b"x", created_at=old, sent_at=old)
    Outbox.objects.create(event_id="just sent", topic="t", value=b"x", created_at=old, sent_at=clock.now())
    assert pruned(jobs.OUTBOX) == 1
    assert set(Outbox.objects.values_list("event_id", flat=True)) == {"waits", "just sent"}


@pytest.mark.django_db
def test_work_that_merely_waits_is_never_removed_however_old_it_is(clock):
    old, new = seoul("2020-01-01 00:00"), clock.now()
    for name, at, attempts, error in (
        ("waits", old, 0, ""),
        ("fails", old, 999, "KeyError: 'x'"),
        ("put off", old, 99_999, "RetryLater: Redis is away"),
        ("hopeless", old, 1_000, "LookupError: no app of this release has a job hopeless"),
        ("fresh", new, 5_000, "KeyError: 'x'"),
    ):
        FollowUp.objects.create(
            job=name, args={}, dedupe_key=name, attempts=attempts, last_error=error, created_at=at, run_after=at
        )
    assert pruned(jobs.QUEUE) == 1
    assert set(FollowUp.objects.values_list("job", flat=True)) == {"waits", "fails", "put off", "fresh"}


@pytest.mark.django_db
def test_a_dead_letter_goes_so_many_days_after_it_was_settled_and_never_before_it_is(clock):
    old, new = seoul("2020-01-01 00:00"), clock.now()

    def letter(name, state, *moments):
        history = [{"at": at.isoformat(), "who": "kim", "what": "x", "note": ""} for at in moments]
        DeadLetter.objects.create(
            group="g", record_id=name, topic="t", partition=0, offset=0, cause="input", reason="x", message="x",
            state=state, history=history, created_at=old,
        )  # fmt: skip

    letter("waits", "new")
    letter("failed again", "new", old)
    letter("retried long ago", "retried", old)
    letter("discarded long ago", "discarded", old)
    letter("settled today", "discarded", old, new)
    assert pruned(jobs.DEAD_LETTERS) == 2
    assert set(DeadLetter.objects.values_list("record_id", flat=True)) == {"waits", "failed again", "settled today"}


@pytest.mark.django_db
def test_the_position_of_a_file_that_is_still_read_stays(clock):
    for name, at in (("read", clock.now()), ("forgotten", seoul("2020-01-01 00:00"))):
        FilePosition.objects.create(group="g", path=name, first_line="x", line=1, byte=1, updated_at=at)
    assert pruned(jobs.FILE_POSITIONS) == 1
    assert FilePosition.objects.get().path == "read"


@pytest.mark.django_db
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_zero_days_keep_everything_for_ever(step, settings, command, monkeypatch):
    setattr(settings, step.retention, 0)
    assert step.cutoff() is None
    discover()
    monkeypatch.setattr(prune_steps, "_steps", {step.name: step})
    assert "kept for ever" in run()
    assert run("--apply") == ""
    assert not PruneRun.objects.exists()


# --- In small batches, with a remembered position


@pytest.mark.django_db
@pytest.mark.parametrize("indexed", [False, True])
def test_a_walk_removes_everything_old_in_batches_of_the_size_that_was_asked_for(indexed):
    inbox_fill(old=900, new=300)
    if indexed:
        sql("CREATE INDEX inbox_for_a_test ON events_inbox (received_at)")
    sql("ANALYZE events_inbox")
    step = PruneStep(
        name="x",
        table="events_inbox",
        age="received_at",
        retention="INBOX_RETENTION_DAYS",
        kept=lambda: settings.INBOX_RETENTION_DAYS,
        indexed=indexed,
    )
    cutoff = day_start(today() - timedelta(days=30))
    batches = list(walk(step, cutoff, expected=900, batch=100))
    assert sum(each.removed for each in batches) == 900
    assert max(each.removed for each in batches) <= 250  # a page's worth
    assert len(batches) > 5
    assert [each.done for each in batches] == sorted(each.done for each in batches)
    assert all(each.done <= each.of for each in batches)
    assert Inbox.objects.count() == 300


@pytest.mark.django_db
def test_a_batch_reads_its_own_pages_and_no_others():
    """Each batch is a scan of a range of pages; all of them together read the table once, however large it is."""
    sql(
        "TRUNCATE events_inbox;"
        "INSERT INTO events_inbox (consumer_group, event_id, received_at)"
        " SELECT 'g', 'event-' || n, now() - make_interval(secs => n * 40) FROM generate_series(1, 100000) n"
    )
    sql("ANALYZE events_inbox")
    ((pages,),) = sql("SELECT pg_relation_size('events_inbox') / 8192")
    cutoff = day_start(today() - timedelta(days=30))
    plans = []

    def explain(execute, text, params, many, context):
        if "DELETE" in text:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}", params)
                answer = cursor.fetchone()[0]
                plans.append((answer if isinstance(answer, list) else json.loads(answer))[0]["Plan"])
            return None
        return execute(text, params, many, context)

    batches = walk(jobs.INBOX, cutoff, expected=1)
    with connection.execute_wrapper(explain):
        for _ in range(4):
            next(batches)
    for plan in plans:
        kinds = {node["Node Type"] for node in nodes(plan)}
        assert "Tid Range Scan" in kinds
        assert "Seq Scan" not in kinds
        [scan] = [node for node in nodes(plan) if node["Node Type"] == "Tid Range Scan"]
        assert scan["Shared Hit Blocks"] + scan["Shared Read Blocks"] < pages / 8
        assert scan["Actual Rows"] <= 10_000


def nodes(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


@pytest.mark.django_db
def test_steps_with_an_index_find_their_old_rows_by_it():
    sql(
        "INSERT INTO events_outbox (event_id, topic, value, sent_at)"
        " SELECT n::text, 't', 'x', now() - make_interval(mins => n) FROM generate_series(1, 50000) n"
    )
    sql("ANALYZE events_outbox")
    plan = sql(
        f"EXPLAIN SELECT 1 FROM events_outbox WHERE {jobs.OUTBOX.condition} AND sent_at >= '-infinity'"
        " ORDER BY sent_at LIMIT 5000",
        [day_start(today() - timedelta(days=30))],
    )
    assert any("events_outbox_sent" in line for (line,) in plan), plan


# --- Beside others


@pytest.fixture
def other(transactional_db):
    """A second connection, as a consumer has one; it waits for nobody longer than two seconds."""
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "host", "port", "password") if name in parameters}
    found = psycopg2.connect(**wanted, options="-c lock_timeout=2000")
    yield found
    found.close()


def test_consumers_write_and_read_the_inbox_while_a_batch_is_not_committed(other):
    inbox_fill(old=200, new=50)
    batches = walk(jobs.INBOX, jobs.INBOX.cutoff(), expected=200)
    with transaction.atomic():
        assert next(batches).removed == 200
        with other, other.cursor() as cursor:
            insert = "INSERT INTO events_inbox (consumer_group, event_id) VALUES ('g', %s) ON CONFLICT DO NOTHING"
            cursor.execute(insert, ["arrives meanwhile"])
            cursor.execute(insert, ["new1"])
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM events_inbox WHERE event_id = 'new2'")
            cursor.execute("SELECT count(*) FROM events_inbox")
            assert cursor.fetchone()[0] == 250
    assert Inbox.objects.count() == 50


def test_a_row_that_somebody_holds_is_passed_over_and_goes_the_next_time(other):
    inbox_fill(old=20, new=0)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM events_inbox WHERE event_id IN ('old3', 'old4') FOR UPDATE")
    assert pruned(jobs.INBOX) == 18
    other.rollback()
    assert pruned(jobs.INBOX) == 2


def test_two_of_a_kind_do_not_work_side_by_side(other):
    inbox_fill(old=5, new=0)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext('inbox'))", [0x9121])
    with pytest.raises(PruneRunning):
        pruned(jobs.INBOX)
    assert pruned(jobs.QUEUE) == 0
    other.rollback()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert pruned(jobs.INBOX) == 5


@pytest.mark.django_db
def test_how_far_it_went_is_known_before_the_first_row_is_gone_and_never_moves_back():
    inbox_fill(old=10, new=0)
    cutoff = jobs.INBOX.cutoff()
    stop = threading.Event()
    stop.set()
    assert prune(jobs.INBOX, cutoff, stop=stop, progress=lambda done, of: None) == 0
    assert pruned_before("inbox") == cutoff
    assert Inbox.objects.count() == 10
    assert pruned(jobs.INBOX, days=35) == 10
    run = PruneRun.objects.get()
    assert (run.before, run.removed) == (cutoff, 10)


@pytest.mark.django_db
def test_being_asked_to_stop_ends_it_after_the_batch():
    inbox_fill(old=2_000, new=0)
    sql("ANALYZE events_inbox")
    stop = threading.Event()
    removed = prune(jobs.INBOX, jobs.INBOX.cutoff(), stop=stop, progress=lambda done, of: stop.set(), batch=200)
    assert 0 < removed < 500
    assert Inbox.objects.count() == 2_000 - removed


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
