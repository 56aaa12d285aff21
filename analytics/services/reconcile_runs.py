"""Remembering what reconciling has looked at: where the next look begins, and whose turn it is among the months."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.db import connection

from analytics.models import ReconcileRun
from analytics.services.agreement import DayCompared
from xlcfi import clock

RUNS_KEPT = timedelta(days=90)
ERROR_MAX = 2_000

_FIRST_MONTH = """
SELECT date_trunc('month', LEAST(
    (SELECT MIN(day) FROM sales_days), (SELECT created_at::date FROM orders ORDER BY id LIMIT 1)))::date
"""
# So many seconds after it began, a run that never ended was ended by force.
LOST_AFTER = timedelta(days=1)


class Report(msgspec.Struct):
    """What a look found, and mended where it was asked to.

    by_kind: subject -> [rows looked at, rows changed]. days: whose money may have changed. differing: of the days that
    were compared at the end, those that still differ. left: orders that differ and wait for the next look.
    """

    kind: str
    since: datetime | None = None
    until: datetime | None = None
    month: date | None = None
    by_kind: dict[str, list[int]] = {}
    seen: dict[str, int] = {}
    days: set[date] = set()
    differing: list[DayCompared] = []
    compared: int = 0
    left: int = 0

    def count(self, subject: str, checked: int, changed: int) -> None:
        """Add to what was found of `subject`."""
        sums = self.by_kind.setdefault(subject, [0, 0])
        sums[0] += checked
        sums[1] += changed

    @property
    def checked(self) -> int:
        """Rows looked at, of all subjects."""
        return sum(checked for checked, _ in self.by_kind.values())

    @property
    def changed(self) -> int:
        """Rows that were wrong, of all subjects."""
        return sum(changed for _, changed in self.by_kind.values())

    @property
    def error(self) -> str:
        """Why the look was not complete; empty where it was."""
        return f"{self.left} orders are left for the next look" if self.left else ""


@contextmanager
def run_noted(report: Report, *, apply: bool) -> Iterator[None]:
    """Note a look that mends, from its beginning on; with its error where the block raises one.

    Outside a transaction the beginning can be seen at once, and stays if the process is killed.
    """
    if not apply:
        yield
        return
    run = ReconcileRun.objects.create(
        kind=report.kind, started_at=clock.now(), since=report.since, until=report.until, month=report.month
    )
    try:
        yield
    except Exception as error:
        if not connection.needs_rollback and connection.is_usable():
            _finish(run, report, f"{type(error).__name__}: {error}"[:ERROR_MAX])
        raise
    _finish(run, report, report.error)


def _finish(run: ReconcileRun, report: Report, error: str) -> None:
    run.finished_at = clock.now()
    run.checked, run.changed, run.seen, run.error = report.checked, report.changed, report.seen, error
    run.by_kind = {name: {"checked": found[0], "changed": found[1]} for name, found in report.by_kind.items()}
    run.save()
    ReconcileRun.objects.filter(started_at__lt=clock.now() - RUNS_KEPT).delete()


def last_window() -> ReconcileRun | None:
    """The last look at a window that was complete."""
    done = ReconcileRun.objects.filter(kind=ReconcileRun.WINDOW, finished_at__isnull=False, error="")
    return done.order_by("-finished_at").first()


def month_next() -> date:
    """Whose turn it is: the month before the one that was last compared; after the first, the one that runs now."""
    this = clock.today().replace(day=1)
    last = ReconcileRun.objects.filter(kind=ReconcileRun.MONTH).order_by("-started_at").first()
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_MONTH)
        first: date | None = cursor.fetchone()[0]
    after = last.month if last is not None and last.month is not None else None
    if after is None or first is None:
        return (this - timedelta(days=1)).replace(day=1)
    before = (after - timedelta(days=1)).replace(day=1)
    return before if before >= first else this


def month_days(month: date) -> list[date]:
    """The days of `month` up to today."""
    found = []
    day = month.replace(day=1)
    while day.month == month.month and day.year == month.year and day <= clock.today():
        found.append(day)
        day += timedelta(days=1)
    return found


def seen_before(run: ReconcileRun | None) -> dict[str, Any]:
    """The largest ids that `run` reached, by table; empty for the first run of all."""
    return dict(run.seen) if run is not None else {}
