"""How far our ledger agrees with the platform's tables, as it was last compared, to the won and day by day."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

from django.db import connection

from analytics.models import ReconcileRun
from xlcfi.clock import SEOUL, Period

_DAYS = """
SELECT day, currency, ours_orders, platform_orders, ours_gross, platform_gross, ours_refunds, platform_refunds, agrees,
       checked_at
FROM ledger_checks WHERE day >= %(first)s AND day <= %(last)s ORDER BY day DESC, currency
"""


class Figures(TypedDict):
    """Paid orders, gross and refunds of a day."""

    orders: int
    gross: Decimal
    refunds: Decimal


class AgreementDay(TypedDict):
    """A compared day in one currency. difference: ours less the platform's; checked_at: ISO 8601 in Seoul."""

    date: str
    currency: str
    ours: Figures
    platform: Figures
    difference: Figures
    agrees: bool
    checked_at: str


class Run(TypedDict):
    """A reconciling run. Moments are ISO 8601 in Seoul; month is 2025-11; by_kind: {subject: {checked, changed}}."""

    kind: str
    started_at: str
    finished_at: str | None
    since: str | None
    until: str | None
    month: str | None
    checked: int
    changed: int
    by_kind: dict[str, Any]
    error: str


def agreement_days(*, period: Period) -> list[AgreementDay]:
    """The compared days of `period`, the latest first. A day without any money on either side is not among them."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"first": period.first, "last": period.last})
        return [_as_day(*row) for row in cursor.fetchall()]


def reconcile_runs(*, limit: int = 10, kinds: Sequence[str] = ()) -> list[Run]:
    """The latest runs, the newest first; of these kinds only where some are named."""
    runs = ReconcileRun.objects.order_by("-started_at")
    return [_as_run(run) for run in (runs.filter(kind__in=kinds) if kinds else runs)[:limit]]


def _as_day(
    day: date,
    currency: str,
    ours_orders: int,
    orders: int,
    ours_gross: Decimal,
    gross: Decimal,
    ours_refunds: Decimal,
    refunds: Decimal,
    agrees: bool,
    checked_at: datetime,
) -> AgreementDay:
    return AgreementDay(
        date=day.isoformat(),
        currency=currency,
        ours=Figures(orders=ours_orders, gross=ours_gross, refunds=ours_refunds),
        platform=Figures(orders=orders, gross=gross, refunds=refunds),
        difference=Figures(orders=ours_orders - orders, gross=ours_gross - gross, refunds=ours_refunds - refunds),
        agrees=agrees,
        checked_at=checked_at.astimezone(SEOUL).isoformat(),
    )


def _as_run(run: ReconcileRun) -> Run:
    return Run(
        kind=run.kind,
        started_at=run.started_at.astimezone(SEOUL).isoformat(),
        finished_at=_told(run.finished_at),
        since=_told(run.since),
        until=_told(run.until),
        month=None if run.month is None else f"{run.month:%Y-%m}",
        checked=run.checked,
        changed=run.changed,
        by_kind=run.by_kind,
        error=run.error,
    )


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(SEOUL).isoformat()
