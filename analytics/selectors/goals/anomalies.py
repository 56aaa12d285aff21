"""Anomalies as lists and charts show them. Withdrawn ones are left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from analytics.models import Anomaly, SeriesCheck

MARKET = 0
"""The seller number of the whole market's series."""


@dataclass(frozen=True, slots=True)
class AnomalyPoint:
    """A point of a series outside [low, high]. hour None: the whole Seoul day. Money in won."""

    id: int
    series: str
    seller_id: int | None
    at: datetime
    day: date
    hour: int | None
    value: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal
    score: float
    direction: str
    found_at: datetime
    acknowledged_by: str
    acknowledged_at: datetime | None
    note: str


def anomalies_between(series: str, first: date, last: date, *, seller_id: int = MARKET) -> list[AnomalyPoint]:
    """The anomalies of one series (a value of models.Series) on Seoul days first..last, oldest first. One query.

    seller_id: whose, for the sellers' series.
    """
    return points(standing().filter(series=series, seller_id=seller_id, day__range=(first, last)).order_by("at", "id"))


def anomalies_latest(*, limit: int = 10, unacknowledged: bool = True) -> list[AnomalyPoint]:
    """The newest anomalies of all series, newest first: for the admin's home. One query."""
    found = standing().filter(acknowledged_at=None) if unacknowledged else standing()
    return points(found.order_by("-at", "-id")[:limit])


def anomalies_page(
    *, first: date, last: date, series: str | None, after: Sequence[int | datetime] | None, limit: int
) -> list[AnomalyPoint]:
    """Up to `limit` anomalies of Seoul days first..last, newest first, that come after (at, id) `after`. One query."""
    found = standing().filter(day__range=(first, last))
    if series:
        found = found.filter(series=series)
    if after is not None:
        at, number = after
        # The first part alone lets the index begin at the right place.
        found = found.filter(Q(at__lt=at) | Q(id__lt=number), at__lte=at)
    return points(found.order_by("-at", "-id")[:limit])


def series_checked() -> dict[str, datetime]:
    """Up to which moment each series has been looked through; a series that never was is missing. One query."""
    return dict(SeriesCheck.objects.values_list("series", "checked_until"))


def standing() -> "QuerySet[Anomaly]":
    """Those that were not withdrawn."""
    return Anomaly.objects.filter(withdrawn_at=None)


def points(rows: "QuerySet[Anomaly]") -> list[AnomalyPoint]:
    """`rows` as the rest of the program knows them."""
    return [
        AnomalyPoint(
            id=row.id,
            series=row.series,
            seller_id=row.seller_id or None,
            at=row.at,
            day=row.day,
            hour=row.hour,
            value=row.value,
            expected=row.expected,
            low=row.low,
            high=row.high,
            score=row.score,
            direction=row.direction,
            found_at=row.found_at,
            acknowledged_by=row.acknowledged_by,
            acknowledged_at=row.acknowledged_at,
            note=row.note,
        )
        for row in rows
    ]
