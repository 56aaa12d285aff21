"""What the tests of pruning share: rows to remove, and a run that removes them."""

import io
import threading
from datetime import timedelta

from django.core.management import call_command
from django.db import connection

from xlcfi.clock import day_start, today
from xlcfi.events.pruning import prune


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
