"""How a run of Seoul days is cut into steps, and which run it is compared with."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from xlcfi.clock import Period

GRANULARITIES = ["hour", "day", "week", "month", "quarter", "year"]
WEEKS_OF_A_YEAR = timedelta(weeks=52)


class Bucket(NamedTuple):
    """One step of a series: its days, both included, and its hour where steps are hours."""

    first: date
    last: date
    hour: int = 0


def bucket_start(day: date, granularity: str) -> date:
    """The first day of the step that `day` lies in. Weeks are ISO weeks: they begin on Monday."""
    if granularity == "week":
        return day - timedelta(days=day.weekday())
    if granularity == "month":
        return day.replace(day=1)
    if granularity == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if granularity == "year":
        return day.replace(month=1, day=1)
    return day


def buckets(period: Period, granularity: str) -> list[Bucket]:
    """Every step of `period`, oldest first, cut at its ends.

    A week around New Year is one step and is named by its Monday, whichever year that lies in; where `period` begins
    in the middle of it, it begins there.
    """
    if granularity == "hour":
        return [Bucket(day, day, hour) for day in _days(period) for hour in range(24)]
    starts = [day for day in _days(period) if day == period.first or bucket_start(day, granularity) == day]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), period.last]
    return [Bucket(first, last) for first, last in zip(starts, ends, strict=True)]


def year_before(period: Period, *, weekly: bool = False) -> Period:
    """The same dates one year earlier, 28 February for the 29th; `weekly`: 52 weeks earlier, weekday on weekday."""
    if weekly:
        return Period(f"year before {period.name}", period.first - WEEKS_OF_A_YEAR, period.last - WEEKS_OF_A_YEAR)
    return Period(f"year before {period.name}", _a_year_earlier(period.first), _a_year_earlier(period.last))


def month_start(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _a_year_earlier(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def _days(period: Period) -> Iterator[date]:
    return (period.first + timedelta(days=offset) for offset in range(period.days))
