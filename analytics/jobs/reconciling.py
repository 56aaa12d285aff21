"""Reconciling beside the consumers, so that it happens where nobody has set up a schedule."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from analytics.jobs.expiring import dashboards_expire
from analytics.services.reconcile import LOCK, USERS_A_RUN, buyers_refresh, window_reconcile
from xlcfi.events import Batch, Event, job, periodic
from xlcfi.events.followups import followups_add

# A periodic job is one transaction: what it can't settle in a moment waits for the next time, or for the command.
ORDERS_AT_ONCE = 5_000


@job(merge="user_ids")
def reconciled_buyers_refresh(*, user_ids: list[int]) -> None:
    """Bring the profiles of buyers up to date whose orders were settled: their locks come before those of orders."""
    buyers_refresh(user_ids)


def lost_news_find() -> None:
    """Look at what is new and what changed since the last look, unless a run of the command is under way."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return
        report = window_reconcile(
            apply=True,
            lag=timedelta(minutes=settings.RECONCILE_LAG_MINUTES),
            progress=lambda done, of: None,
            most=ORDERS_AT_ONCE,
            refresh=_later,
        )
    if report.changed:
        dashboards_expire()


def _later(user_ids: Sequence[int]) -> int:
    asked: Batch[Event] = Batch([])
    for start in range(0, len(user_ids), USERS_A_RUN):
        asked.queue(reconciled_buyers_refresh, user_ids=list(user_ids[start : start + USERS_A_RUN]))
    followups_add(jobs=asked.queued)
    return 0


if settings.RECONCILE_EVERY_MINUTES:
    periodic(seconds=60.0 * settings.RECONCILE_EVERY_MINUTES)(lost_news_find)
