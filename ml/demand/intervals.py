"""Intervals of totals from the errors of past forecasts, by how much is expected to be sold (split conformal)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ml.demand.series import Floats, Ints

PERCENTS = (50, 80, 95)
_EDGES = (0.5, 1.5, 4.0, 10.0, 30.0)  # units expected in 28 days
_LEAST = 60  # errors in a band before it stands for itself
# A product that mostly sells nothing has an interval that holds nothing else and is right more often than asked; the
# others' may be narrower by so many points, so that all together hold what they say.
_NARROWER = 8


@dataclass(frozen=True)
class Spread:
    """low, high: shape (bands, percents), errors in units of their usual size."""

    low: Floats
    high: Floats

    BANDS: ClassVar[int] = len(_EDGES) + 1

    def intervals(self, median: Floats, scale: Floats, horizon: int) -> dict[int, tuple[Floats, Floats]]:
        """By percent (low, high) around `median`, not negative and holding it, the wider holding the narrower."""
        band, size = bands_of(scale, horizon), usual_error(median, scale)
        found: dict[int, tuple[Floats, Floats]] = {}
        for place, percent in enumerate(PERCENTS):
            low = np.maximum(median + self.low[band, place] * size, 0.0)
            high = np.maximum(median + self.high[band, place] * size, 0.0)
            if place:
                inner = found[PERCENTS[place - 1]]
                low, high = np.minimum(low, inner[0]), np.maximum(high, inner[1])
            found[percent] = low, high
        return found


def bands_of(scale: Floats, horizon: int) -> Ints:
    """The band of volume of each item, 0 the slowest. scale: units expected in `horizon` days."""
    return np.asarray(np.searchsorted(_EDGES, scale * 28 / horizon))


def usual_error(median: Floats, scale: Floats) -> Floats:
    """How large an error is usual, up to a factor: by chance of counts, and by what is not known of a rate."""
    size = 0.5 * median + 0.5 * scale
    return np.asarray(np.sqrt(0.25 + size) + 0.25 * size)


def spread_of(actual: Floats, median: Floats, scale: Floats, horizon: int) -> Spread:
    """From past totals, what had been said of them, and what a rate had led to expect; all shape (n,).

    Source: Lei et al. (2018), distribution-free predictive inference for regression, JASA 113; signed errors, so that
    both ends are right by themselves.
    """
    errors = (actual - median) / usual_error(median, scale)
    band = bands_of(scale, horizon)
    own = [errors[band == number] for number in range(Spread.BANDS)]
    if len(errors) < _LEAST:
        errors = np.random.default_rng(0).normal(size=1_000)
    own = [part if len(part) >= _LEAST else errors for part in own]
    low, high = np.empty((Spread.BANDS, len(PERCENTS))), np.empty((Spread.BANDS, len(PERCENTS)))
    for place, percent in enumerate(PERCENTS):
        found = [_ends(own, percent - less) for less in range(_NARROWER + 1)]
        misses = [abs(_inside(actual, median, scale, band, ends) - percent / 100) for ends in found]
        low[:, place], high[:, place] = found[int(np.argmin(misses))]
    return Spread(low, high)


def _ends(errors: list[Floats], percent: float) -> tuple[Floats, Floats]:
    ends = np.array([np.quantile(part, (0.5 - percent / 200, 0.5 + percent / 200)) for part in errors])
    return np.minimum(ends[:, 0], 0), np.maximum(ends[:, 1], 0)


def _inside(actual: Floats, median: Floats, scale: Floats, band: Ints, ends: tuple[Floats, Floats]) -> float:
    if not len(actual):
        return 0.0
    size = usual_error(median, scale)
    low, high = (np.maximum(median + end[band] * size, 0.0) for end in ends)
    return float(((actual >= low) & (actual <= high)).mean())
