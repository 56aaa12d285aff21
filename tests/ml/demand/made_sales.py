"""Sales that are known to the unit."""

from datetime import date

import numpy as np

from ml.demand.series import Series

FIRST = date(2024, 1, 1)  # a Monday


def series_of(units, *, first=FIRST, start=None, group=None, hidden=None, price=None):
    """A Series of rows of daily units."""
    array = np.array(units, dtype=np.float32)
    return Series(
        [str(number + 1) for number in range(len(array))],
        first,
        array,
        np.zeros(len(array), dtype=np.int64) if start is None else np.array(start),
        np.zeros(len(array), dtype=np.int64) if group is None else np.array(group),
        hidden,
        price,
    )


def shop(*, items=60, days=200, seed=1, first=FIRST):
    """Poisson sales, more on Mondays, none on Sundays."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.7, 1.5, items) + 0.05
    week = np.array([2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0])[(first.weekday() + np.arange(days)) % 7]
    return series_of(rng.poisson(rate[:, None] * week), first=first)
