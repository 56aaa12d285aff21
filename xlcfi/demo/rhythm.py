"""When people order: the week, the year, the growth of the market, and the hours of the day."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import DAY, SECOND, Floats, Ints, Micros, Texts
from xlcfi.demo.feasts import feast_lift
from xlcfi.demo.span import Span

# Monday first. People order food on Sunday evening and Monday for the week, least on Saturday.
_WEEK = np.array([1.18, 1.08, 1.02, 1.0, 0.95, 0.82, 0.95])
_FEAST_WEIGHT = 0.75
# Hours 0..23 of an ordinary shopper's own local day.
_HOURS = np.array(
    [1.6, 0.8, 0.4, 0.25, 0.2, 0.3, 0.7, 1.5, 2.6, 3.8, 5.0, 5.2, 5.0, 4.4, 4.2, 4.2, 4.4, 4.6, 4.9, 5.6, 6.6, 7.4, 6.2,
     3.6]
)  # fmt: skip
# How far the local clock runs behind Seoul's, in hours.
_BEHIND = {"KR": 0, "JP": 0, "CN": 1, "SG": 1, "VN": 2, "GB": 9, "DE": 8, "US": 14, "CA": 14, "AU": -1}


@dataclass(frozen=True)
class Pace:
    """How busy each day is, mean 1. shape (days + ahead,), and its running integral for warping time."""

    busy: Floats
    elapsed: Floats  # shape (days + ahead + 1,): busy days elapsed at the start of each day

    def warp(self, day: Floats) -> Floats:
        """Days to busy days. Before day 0 both run alike."""
        grid = np.arange(len(self.elapsed))
        return np.where(day < 0, day, np.interp(day, grid, self.elapsed))

    def unwarp(self, busy_days: Floats) -> Floats:
        """Busy days to days; beyond the last day both run alike."""
        grid = np.arange(len(self.elapsed), dtype=np.float64)
        inside = np.interp(busy_days, self.elapsed, grid)
        beyond = len(self.elapsed) - 1 + busy_days - self.elapsed[-1]
        return np.where(busy_days < 0, busy_days, np.where(busy_days > self.elapsed[-1], beyond, inside))


def market_pace(*, span: Span, rng: np.random.Generator, ahead: int = 120) -> Pace:
    """The pace of the whole market: week, year, feasts, weather of the day. It has no trend: people bring that."""
    days = span.dates(ahead=ahead)
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    year = 2 * np.pi * (days - days.astype("datetime64[Y]")).astype(np.int64) / 365.25
    season = 1 + 0.07 * np.cos(year) + 0.04 * np.cos(2 * year)
    feast = np.clip(1 + _FEAST_WEIGHT * feast_lift(span=span, ahead=ahead), 0.25, None)
    luck = rng.lognormal(0.0, 0.05, len(days))
    busy = _WEEK[weekday] * season * feast * luck
    busy /= busy[: span.days].mean()
    last_part = (span.until_us - span.start_us) / DAY - (span.days - 1)
    busy[span.days - 1] *= max(last_part, 1e-3)
    return Pace(busy, np.concatenate([[0.0], np.cumsum(busy)]))


def moments_of_day(*, span: Span, days: Ints, countries: Texts, rng: np.random.Generator) -> Micros:
    """A moment on each of `days` (shape (n,)), at an hour when people in `countries` shop; never after `until`."""
    cumulative = np.cumsum(_HOURS / _HOURS.sum())
    hour = np.searchsorted(cumulative, rng.random(len(days)))
    behind = np.array([_BEHIND.get(code, 0) for code in np.unique(countries)])[
        np.unique(countries, return_inverse=True)[1]
    ]
    within = ((hour + behind) % 24) * 3600 * SECOND + rng.integers(0, 3600 * SECOND, len(days))
    # The last day isn't over: what would come later today is squeezed into the hours there were.
    left = span.until_us - (span.start_us + (span.days - 1) * DAY)
    within = np.where(days == span.days - 1, within * (left / DAY), within).astype(np.int64)
    return np.asarray(span.start_us + days * DAY + within, dtype=np.int64)


def at_midnight(*, span: Span, moments: Micros, rng: np.random.Generator) -> Micros:
    """The same moments, a few of them moved to the last microsecond and to the first of their own day."""
    moved = moments.copy()
    count = max(8, len(moments) // 500)
    movable = np.flatnonzero(span.day_of(moments) < span.days - 1)
    chosen = rng.choice(movable, size=min(count, len(movable)), replace=False)
    midnight = moments[chosen] - (moments[chosen] - span.start_us) % DAY
    moved[chosen] = np.where(np.arange(len(chosen)) % 2 == 0, midnight + DAY - 1, midnight)
    return moved
