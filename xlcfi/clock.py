"""What time it is, and which business day that is.

One rule for the whole project: a day is a day in Seoul, from 00:00 inclusive to 00:00 exclusive.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> datetime:
        """The present moment, aware, in Seoul."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC).astimezone(SEOUL)


@dataclass
class FixedClock:
    """A clock for tests: it stands still until it is moved."""

    moment: datetime

    def __post_init__(self) -> None:
        if self.moment.tzinfo is None:
            raise ValueError("FixedClock needs an aware datetime")

    def now(self) -> datetime:
        return self.moment.astimezone(SEOUL)

    def advance(self, step: timedelta) -> None:
        """Move the clock by `step`."""
        self.moment += step


_clock: ContextVar[Clock | None] = ContextVar("clock", default=None)
_system = SystemClock()


def now() -> datetime:
    """The present moment in Seoul, by the clock in use."""
    return (_clock.get() or _system).now()


def today() -> date:
    """The business day that is running in Seoul."""
    return now().date()


@contextmanager
def use_clock(clock: Clock) -> Iterator[Clock]:
    """Use `clock` inside the block, in this thread or task only."""
    token = _clock.set(clock)
    try:
        yield clock
    finally:
        _clock.reset(token)


def business_day(moment: datetime) -> date:
    """The Seoul day of `moment`. Raises ValueError for a naive one: guessing its zone moves sales across midnight."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone has no business day")
    return moment.astimezone(SEOUL).date()


def day_start(day: date) -> datetime:
    """The first moment of `day` in Seoul."""
    return datetime.combine(day, time.min, tzinfo=SEOUL)


@dataclass(frozen=True)
class Period:
    """A run of business days, both ends included."""

    name: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period can't end ({self.last}) before it begins ({self.first})")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """The same number of days just before this one."""
        return Period(f"before {self.name}", self.first - timedelta(days=self.days), self.first - timedelta(days=1))


PERIOD_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}


def named_period(name: str, *, last: date | None = None) -> Period:
    """The period `name` (a key of PERIOD_DAYS) that ends on `last` (default: today in Seoul) and includes it."""
    end = last or today()
    return Period(name, end - timedelta(days=PERIOD_DAYS[name] - 1), end)
