"""From totals to days: so that the days add up to the totals, and each has an interval of its own."""

from dataclasses import dataclass

import numpy as np

from ml.demand.features import Told
from ml.demand.intervals import PERCENTS, Spread, bands_of
from ml.demand.series import Floats, Ints

_LEAST_REST = 0.3  # of what three weeks' share of four would be
_GRID = np.concatenate([[0.0], np.geomspace(0.002, 20_000, 700)])
_TAILS = sorted({0.5} | {0.5 + sign * percent / 200 for percent in PERCENTS for sign in (-1, 1)})


@dataclass(frozen=True)
class Days:
    """mean, median: shape (items, days). intervals: by percent (low, high), of the same shape."""

    mean: Floats
    median: Floats
    intervals: dict[int, tuple[Floats, Floats]]


def day_means(week: Floats, four_weeks: Floats, exposure: Floats) -> Floats:
    """The mean of each day, shape of `exposure` (items, 28 or more days).

    week, four_weeks: mean totals of 7 and 28 days, shape (items,). The first week adds up to the one, four weeks to the
    other (but for the rest of them, which is never less than a third of its share); later days go on at the rate of
    four weeks.
    """
    busy = np.where(exposure.sum(axis=1, keepdims=True) > 0, exposure, 1.0).astype(np.float64)
    first, all_four = busy[:, :7].sum(axis=1), busy[:, :28].sum(axis=1)
    first_safe, rest = np.maximum(first, 1e-9), np.maximum(all_four - first, 1e-9)
    left = np.maximum(four_weeks - week, _LEAST_REST * four_weeks * rest / np.maximum(all_four, 1e-9))
    mean = np.empty(busy.shape)
    mean[:, :7] = busy[:, :7] * (week / first_safe)[:, None]
    mean[:, 7:28] = busy[:, 7:28] * (left / rest)[:, None]
    mean[:, 28:] = busy[:, 28:] * ((week + left) / np.maximum(all_four, 1e-9))[:, None]
    return mean


def dispersion_of(known: Told) -> Floats:
    """By band of volume, how much more than chance of counts the days of eight weeks differ: variance = mean + d ·
    mean².
    """
    days = known.series.days
    since = max(days - 56, 0)
    exposure = np.diff(known.could[:, since : days + 1], axis=1)
    units = np.where(exposure > 0, known.series.units[:, since:days], 0.0)
    rate = units.sum(axis=1) / np.maximum(exposure.sum(axis=1), 1.0)
    expected = rate[:, None] * exposure
    band = bands_of(rate * 28, 28)
    found = np.full(Spread.BANDS, 1.0)
    for number in range(Spread.BANDS):
        inside = band == number
        square = float((expected[inside] ** 2).sum())
        if square > 1.0:
            excess = float(((units[inside] - expected[inside]) ** 2 - expected[inside]).sum())
            found[number] = np.clip(excess / square, 0.02, 20.0)
    return found


def days_of(mean: Floats, band: Ints, dispersion: Floats) -> Days:
    """Intervals of each day, as of a negative binomial with `mean` (items, days) and the dispersion of its band.

    Whole numbers, as what is sold on a day is.
    """
    from scipy.stats import nbinom

    tables = {}
    for tail in _TAILS:
        rows = [nbinom.ppf(tail, 1 / spread, 1 / (1 + spread * np.maximum(_GRID, 1e-9))) for spread in dispersion]
        tables[tail] = np.nan_to_num(np.array(rows))
    at = np.clip(np.searchsorted(_GRID, mean), 0, len(_GRID) - 1)
    found = {tail: table[band[:, None], at] for tail, table in tables.items()}
    intervals = {percent: (found[0.5 - percent / 200], found[0.5 + percent / 200]) for percent in PERCENTS}
    return Days(mean, found[0.5], intervals)
