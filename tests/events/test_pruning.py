"""Old rows go in small batches, nobody else's work waits for it, and nothing goes that is still needed."""

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.events.pruning import inbox_fill, pruned, run, sql
from tests.factories import seoul
from xlcfi.clock import day_start, today
from xlcfi.events import jobs, prune_steps
from xlcfi.events.models import DeadLetter, FilePosition, FollowUp, Inbox, Outbox, PruneRun
from xlcfi.events.prune_steps import PruneStep
from xlcfi.events.prune_walks import walk
from xlcfi.events.pruning import pruned_before
from xlcfi.events.registry import discover

ROOT = Path(__file__).resolve().parents[2]
STEPS = (jobs.INBOX, jobs.OUTBOX, jobs.QUEUE, jobs.DEAD_LETTERS, jobs.FILE_POSITIONS)


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
