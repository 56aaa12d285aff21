"""How busy each day is for each item: the week, feasts and holidays, learnt from all items together.

Dividing what was sold by how busy its days were gives a rate that can be compared across days; multiplying a rate with
how busy the days to come are gives a forecast.
"""

from dataclasses import dataclass

import numpy as np

from ml.demand.calendar import FEAST_STEPS, feast_steps, is_holiday, weekdays
from ml.demand.series import Bools, Floats, Ints, Series, running

STEPS = len(FEAST_STEPS) - 1
RUN_UP = 4  # the first step that lies before a feast and not on it
_SMOOTH = 42  # days to either side for the level
_CLOSED = 0.05  # of what is usual on such a weekday
# Units that all items or one group, and that one item must have sold on feasts before they are believed half.
_BELIEF_ALL, _BELIEF_ITEM = 200.0, 12.0


@dataclass(frozen=True)
class Seasons:
    """busy: shape (days + ahead,), of all items, about 1 on an ordinary day. closed: shape (days,): nobody sold
    anything.

    feast: shape (items,), by how much more (or less) an item is bought before feasts than all items. run_up: shape
    (days + ahead,), the days before feasts.
    """

    busy: Floats
    closed: Bools
    feast: Floats
    run_up: Bools

    def exposure(self, series: Series) -> Floats:
        """How busy each day was for each item, 0 where it could not be bought; shape (items, days + ahead)."""
        factor = np.where(self.run_up[None, :], self.feast[:, None], 1.0).astype(np.float32)
        factor *= self.busy.astype(np.float32)
        days = series.days
        factor[:, :days][:, self.closed] = 0
        factor[np.arange(factor.shape[1])[None, :] < series.start[:, None]] = 0
        if series.hidden is not None:
            factor[:, :days][series.hidden] = 0
        return factor


def seasons_of(series: Series, *, ahead: int, country: str = "KR") -> Seasons:
    """Learnt from all days of `series`; `ahead` more days are told of."""
    days = series.days
    week, steps = weekdays(series.first, days + ahead), feast_steps(series.first, days + ahead)
    holiday = is_holiday(series.first, days + ahead, country) > 0
    total = series.units.sum(axis=0, dtype=np.float64)
    plain = (steps[:days] == 0) & ~holiday[:days]
    usual = np.array([_median(total[plain & (week[:days] == day)][-16:]) for day in range(7)])
    closed = (total < _CLOSED * usual[week[:days]]) & (usual[week[:days]] > 0)
    counted = plain & ~closed
    weekly = _weekly(total, week[:days], counted)
    level = _level(total[None, :], weekly[week[:days]], counted)[0]
    expected = level * weekly[week[:days]]
    busy = weekly[week].copy()
    for step in range(1, STEPS + 1):
        inside = (steps[:days] == step) & ~closed
        busy[steps == step] *= (total[inside].sum() + _BELIEF_ALL) / (expected[inside].sum() + _BELIEF_ALL)
    inside = holiday[:days] & ~closed
    busy[holiday] *= (total[inside].sum() + _BELIEF_ALL) / (expected[inside].sum() + _BELIEF_ALL)
    run_up = steps >= RUN_UP
    return Seasons(busy, closed, _feast(series, busy[:days], counted, run_up[:days] & ~closed), run_up)


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _weekly(total: Floats, week: Ints, counted: Bools) -> Floats:
    recent = np.zeros(len(total), dtype=bool)
    recent[-364:] = True
    sums = np.array([total[counted & recent & (week == day)].sum() for day in range(7)])
    counts = np.array([(counted & recent & (week == day)).sum() for day in range(7)])
    mean = np.divide(sums, counts, out=np.zeros(7), where=counts > 0)
    return mean / mean.mean() if mean.sum() else np.ones(7)


def _level(units: Floats, weekly: Floats, counted: Bools) -> Floats:
    """Units of an ordinary day around each day, shape of `units`, feasts and closed days left out."""
    sold, could = running(units * counted), running((weekly * counted)[None, :])
    days = units.shape[1]
    low, high = np.maximum(np.arange(days) - _SMOOTH, 0), np.minimum(np.arange(days) + _SMOOTH + 1, days)
    return np.asarray((sold[:, high] - sold[:, low]) / np.maximum(could[:, high] - could[:, low], 1e-9))


def _feast(series: Series, busy: Floats, counted: Bools, run_up: Bools) -> Floats:
    """What items sold before feasts over what the feasts of all items made one expect; shrunk to their category."""
    if not run_up.any():
        return np.ones(len(series.items))
    level = _level(series.units, busy, counted)
    expected = (level[:, run_up] * busy[run_up]).sum(axis=1)
    sold = series.units[:, run_up].sum(axis=1, dtype=np.float64)
    of_group = (np.bincount(series.group, sold) + _BELIEF_ALL) / (np.bincount(series.group, expected) + _BELIEF_ALL)
    prior = of_group[series.group]
    return np.asarray(np.clip((sold + _BELIEF_ITEM * prior) / (expected + _BELIEF_ITEM), 0.3, 8.0))
