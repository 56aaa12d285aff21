"""How large the market is and which days it covers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from xlcfi.demo.arrays import DAY, Ints, Micros

YEARS = 3
EVENT_DAYS = 21
BREAK_DAYS_AGO = 120


@dataclass(frozen=True)
class Size:
    """How many rows of what. At scale 1: 50,000 users, 5,000 products, 300,000 orders, 900,000 lines."""

    scale: float
    users: int
    products: int
    orders: int
    lines: int
    sellers: int
    admins: int

    @classmethod
    def at(cls, scale: float) -> "Size":
        """The market at `scale`. Raises ValueError outside [0.001, 10]."""
        if not 0.001 <= scale <= 10:
            raise ValueError(f"scale must lie between 0.001 and 10, not {scale}")
        products = max(12, round(5_000 * scale))
        orders = round(300_000 * scale)
        users = max(50, round(50_000 * scale))
        return cls(scale, users, products, orders, 3 * orders, max(6, products // 20), max(2, round(20 * scale)))

    @property
    def buyers(self) -> int:
        """Users who can buy."""
        return self.users - self.sellers - self.admins


@dataclass(frozen=True)
class Span:
    """The days of the market, Seoul wall time. Day 0 is `first`; the last one is cut off at `until`."""

    until: datetime

    def __post_init__(self) -> None:
        if self.until.tzinfo is not None:
            raise ValueError("the span is Seoul wall time without a zone")
        if not 2023 <= self.until.year <= 2029:
            raise ValueError(f"the feasts are tabulated for markets that end in 2023 to 2029, not in {self.until.year}")

    @property
    def first(self) -> date:
        """The first day with orders."""
        return self.until.date() - timedelta(days=self.days - 1)

    @property
    def days(self) -> int:
        """How many days have orders: three years and the day that is running."""
        return YEARS * 365 + 1

    @property
    def start_us(self) -> int:
        """The first moment, in microseconds since 1970."""
        return int(np.datetime64(self.first, "us").astype(np.int64))

    @property
    def until_us(self) -> int:
        """The last moment, in microseconds since 1970."""
        return int(np.datetime64(self.until, "us").astype(np.int64))

    @property
    def events_from_us(self) -> int:
        """From when on the market is told as events too."""
        return self.until_us - EVENT_DAYS * DAY

    @property
    def break_day(self) -> int:
        """The day on which tastes shift and one seller's quality falls."""
        return self.days - 1 - BREAK_DAYS_AGO

    def day_of(self, moments: Micros) -> Ints:
        """The day number of each moment; negative before the first day."""
        days: Ints = (moments - self.start_us) // DAY
        return days

    def dates(self, *, ahead: int = 0) -> "np.ndarray[tuple[int], np.dtype[np.datetime64]]":
        """Every day as datetime64[D], with `ahead` more after the last."""
        return np.datetime64(self.first, "D") + np.arange(self.days + ahead)
