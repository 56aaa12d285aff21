"""Pruning beside those who write, hold and prune the same rows."""

import threading

import psycopg2
import pytest
from django.db import connection, transaction

from tests.events.pruning import inbox_fill, pruned, sql
from xlcfi.events import jobs
from xlcfi.events.models import Inbox, PruneRun
from xlcfi.events.prune_walks import walk
from xlcfi.events.pruning import PruneRunning, prune, pruned_before

STEPS = (jobs.INBOX, jobs.OUTBOX, jobs.QUEUE, jobs.DEAD_LETTERS, jobs.FILE_POSITIONS)


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
