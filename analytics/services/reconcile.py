"""Converging on the truth: finding what no event told, cheaply and again and again.

A look at a window takes what is new by its id and orders by `updated_at`, with an overlap, because transactions commit
out of order. What has no `updated_at`, or was changed by hand without touching it, is found by comparing whole months
in turn, day by day, and looking at the orders of the days that differ only.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from analytics.models import ReconcileRun
from analytics.services.activity import buyers_learn
from analytics.services.agreement import agreement_check, days_compare, statuses_differ
from analytics.services.catalog import categories_mend
from analytics.services.lost_orders import (
    Seen,
    latest_ids,
    orders_changed,
    orders_of_days,
    orders_settle,
    phantoms_withdraw,
)
from analytics.services.payments import told_lag
from analytics.services.profiles import preferences_mend, profiles_lock, profiles_refresh
from analytics.services.reconcile_runs import Report, last_window, month_days, month_next, run_noted, seen_before
from ml.services.reconcile import reviews_reconcile
from recommendations.services.reconcile import baskets_reconcile
from xlcfi import clock
from xlcfi.clock import SEOUL
from xlcfi.events import Progress
from xlcfi.events.erasure import known_as

LOCK = 7_204_110_007
ORDERS_A_RUN = 5_000
USERS_A_RUN = 2_000
OVERLAP_IDS = 2_000
# The first look of all goes back so far; what is older is for `rebuild` and for the months in turn.
FIRST_WINDOW = timedelta(days=1)

# Brings profiles and preferences of these buyers up to date, now or later. Returns rows changed.
Refresh = Callable[[Sequence[int]], int]

_BUYERS = f"SELECT DISTINCT {known_as('buyer_id')} FROM orders WHERE id = ANY(%s) ORDER BY 1"


class ReconcileRunning(Exception):
    """Another process reconciles at this moment."""


@contextmanager
def single_reconcile() -> Iterator[None]:
    """Holds the right to reconcile; it ends with the connection. Raises ReconcileRunning where another has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise ReconcileRunning
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def buyers_refresh(user_ids: Sequence[int]) -> int:
    """Bring profiles and preferences of `user_ids` up to date, in transactions of their own. Returns rows changed."""
    changed = 0
    for some in _portions(user_ids, USERS_A_RUN):
        with transaction.atomic():
            profiles_lock(user_ids=some)
            changed += profiles_refresh(user_ids=some) + preferences_mend(user_ids=some)
    return changed


def window_reconcile(
    *,
    apply: bool,
    lag: timedelta,
    progress: Progress,
    since: datetime | None = None,
    most: int | None = None,
    refresh: Refresh = buyers_refresh,
) -> Report:
    """Look at what is new and at what changed since the last look, less `lag` (or since `since`), and mend it.

    most: settle at most so many orders; the rest differs still and is found by the next look. refresh: how the buyers
    of changed orders get new profiles. The right to reconcile must be held. Without `apply` all is rolled back, and
    profiles are left out.
    """
    last, moment = last_window(), clock.now()
    begin = since or (last.until - lag if last is not None and last.until is not None else moment - FIRST_WINDOW)
    report = Report(ReconcileRun.WINDOW, since=begin.astimezone(SEOUL), until=moment)
    seen, latest = seen_before(last), latest_ids()
    after = Seen(
        max(0, seen.get("orders", latest.orders) - OVERLAP_IDS),
        max(0, seen.get("payments", latest.payments) - OVERLAP_IDS),
    )
    with run_noted(report, apply=apply):
        report.seen = {"orders": latest.orders, "payments": latest.payments}
        _catalog(report, apply=apply)
        _orders(report, orders_changed(since=begin, after=after), apply, progress, most, refresh)
        _reviews(report, seen, apply=apply)
        report.days |= {clock.today(), clock.today() - timedelta(days=1)}
        _compare(report, apply=apply)
    return report


def month_reconcile(
    *, apply: bool, progress: Progress, month: date | None = None, refresh: Refresh = buyers_refresh
) -> Report:
    """Compare a month with the platform's tables, day by day, and mend the orders of the days that differ.

    month: its first day; by default the one whose turn it is. The right to reconcile must be held.
    """
    report = Report(ReconcileRun.MONTH, month=month or month_next())
    with run_noted(report, apply=apply):
        days = month_days(report.month) if report.month else []
        differing = {each.day for each in days_compare(days=days) if not each.agrees} | statuses_differ(days=days)
        report.count("days", len(days), len(differing))
        _orders(report, orders_of_days(days=sorted(differing)), apply, progress, None, refresh)
        report.days.update(days)
        _compare(report, apply=apply)
    return report


def agreement_look(*, days: Iterable[date]) -> Report:
    """Compare the money of `days` and note it; nothing is mended."""
    report = Report(ReconcileRun.CHECK, days=set(days))
    with run_noted(report, apply=True):
        _compare(report, apply=True)
    return report


def _catalog(report: Report, *, apply: bool) -> None:
    with _run(apply):
        report.count("products", *categories_mend())
        report.count("accounts", 0, buyers_learn(overlap=OVERLAP_IDS))


def _orders(
    report: Report, order_ids: Sequence[int], apply: bool, progress: Progress, most: int | None, refresh: Refresh
) -> None:
    """Settle orders, then their baskets, and last the buyers, whose locks come before those of orders."""
    buyers: set[int] = set()
    done = 0
    for some in _portions(order_ids, ORDERS_A_RUN):
        left = None if most is None else max(0, most - report.by_kind.get("orders", [0, 0])[1])
        with _run(apply):
            settled = orders_settle(order_ids=some, most=left)
            report.count("orders", len(some), len(settled.order_ids))
            report.count("baskets", len(some), baskets_reconcile(order_ids=some) if left != 0 else 0)
            report.left += settled.left
            report.days |= settled.days
            buyers.update(_buyers_of(some))
        done += len(some)
        progress(done, len(order_ids))
    with _run(apply):
        withdrawn = phantoms_withdraw()
        if withdrawn:
            report.count("phantoms", 0, withdrawn)
    if apply and buyers:
        report.count("buyers", len(buyers), refresh(sorted(buyers)))


def _reviews(report: Report, seen: dict[str, int], *, apply: bool) -> None:
    with _run(apply):
        known = seen.get("reviews")
        after = _latest_review() if known is None else known
        before = clock.now() - timedelta(seconds=told_lag())
        found, reached = reviews_reconcile(after_id=max(0, after - OVERLAP_IDS), before=before)
        report.count("reviews", 0, found)
        report.seen["reviews"] = max(after, reached)


def _latest_review() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM reviews")
        return int(cursor.fetchone()[0])


def _compare(report: Report, *, apply: bool) -> None:
    if apply:
        with transaction.atomic():
            report.differing = agreement_check(days=report.days)
    else:
        report.differing = [each for each in days_compare(days=report.days) if not each.agrees]
    report.compared = len(report.days)
    report.count("money", report.compared, 0)


def _buyers_of(order_ids: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_BUYERS, [list(order_ids)])
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def _run(apply: bool) -> Iterator[None]:
    """One run is one transaction; a dry one is rolled back."""
    with transaction.atomic():
        yield
        if not apply:
            transaction.set_rollback(True)


def _portions(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
