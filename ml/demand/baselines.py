"""The simple methods that a forecast has to beat, each for all items at once.

Each gives the total that it expects of the `horizon` days from `origin` on, shape (items,), from what was sold before.
Smoothing constants are chosen for each item by its own squared errors one step ahead, as the packages of these methods
do.
"""

from collections.abc import Callable

import numpy as np

from ml.demand.series import Floats, Ints, Series

WEEK = 7
_WEEKS_AT_MOST = 104
_ALPHAS = (0.05, 0.1, 0.2, 0.3, 0.5)


def seasonal_naive(series: Series, origin: int, horizon: int) -> Floats:
    """The last week again."""
    return series.total(max(origin - WEEK, 0), origin) * (horizon / min(WEEK, max(origin, 1)))


def yearly_naive(series: Series, origin: int, horizon: int) -> Floats:
    """The same days 52 weeks ago; the last week again where there is no such history."""
    first = origin - 364
    if first < 0:
        return seasonal_naive(series, origin, horizon)
    known = series.start <= first
    return np.where(known, series.total(first, first + horizon), seasonal_naive(series, origin, horizon))


def median_8_weeks(series: Series, origin: int, horizon: int) -> Floats:
    """The median of the last eight weeks' totals, of those since the item started."""
    weeks = _weeks(series, origin, 8)
    alive = np.ceil((origin - series.start) / WEEK).clip(1, 8)
    weeks = np.where(np.arange(weeks.shape[1])[None, ::-1] < alive[:, None], weeks, np.nan)
    return np.asarray(np.nan_to_num(np.nanmedian(weeks, axis=1))) * (horizon / WEEK)


def simple_smoothing(series: Series, origin: int, horizon: int) -> Floats:
    """Simple exponential smoothing of weeks."""
    weeks = _weeks(series, origin, _WEEKS_AT_MOST)
    first = _first_week(series, origin, weeks.shape[1])
    return _best([_smoothed(weeks, first, alpha) for alpha in _ALPHAS]) * (horizon / WEEK)


def croston(series: Series, origin: int, horizon: int) -> Floats:
    """Croston's method with the correction of Syntetos and Boylan (2005), on days."""
    return _best([_intermittent(series, origin, alpha, tsb=False) for alpha in (0.05, 0.1, 0.2)]) * horizon


def tsb(series: Series, origin: int, horizon: int) -> Floats:
    """Teunter, Syntetos and Babai (2011), on days: the chance of a sale falls on every day without one."""
    return _best([_intermittent(series, origin, alpha, tsb=True) for alpha in (0.02, 0.05, 0.1)]) * horizon


def ets(series: Series, origin: int, horizon: int) -> Floats:
    """Exponential smoothing with a damped trend and a weekly season, on days: ETS(A,Ad,A)."""
    days = min(origin, _WEEKS_AT_MOST * WEEK) // WEEK * WEEK
    units = np.asarray(series.units[:, origin - days : origin], dtype=np.float64)
    first = np.clip(series.start - (origin - days), 0, None)
    return _best(
        [
            _holt_winters(units, first, alpha, beta, gamma, horizon)
            for alpha in (0.02, 0.05, 0.15)
            for beta, gamma in ((0.0, 0.0), (0.0, 0.05), (0.01, 0.05))
        ]
    )


Baseline = Callable[[Series, int, int], Floats]
BASELINES: dict[str, Baseline] = {
    "seasonal naive": seasonal_naive,
    "8-week median": median_8_weeks,
    "Croston": croston,
    "TSB": tsb,
    "simple smoothing": simple_smoothing,
    "ETS": ets,
}
NAIVE, MEDIAN = "seasonal naive", "8-week median"


def _weeks(series: Series, origin: int, most: int) -> Floats:
    """Totals of the whole weeks that end with the day before `origin`, shape (items, weeks), oldest first."""
    weeks = min(origin // WEEK, most)
    if not weeks:
        return series.total(0, origin)[:, None] * (WEEK / max(origin, 1))
    return np.diff(series.running[:, origin - weeks * WEEK : origin + 1 : WEEK], axis=1)


def _first_week(series: Series, origin: int, weeks: int) -> Ints:
    return np.asarray(np.clip((series.start - (origin - weeks * WEEK)) // WEEK, 0, weeks - 1))


def _best(found: list[tuple[Floats, Floats]]) -> Floats:
    """Of (forecast, squared error) by constants, each item's forecast with the least error, not negative."""
    chosen = np.argmin([error for _, error in found], axis=0)
    return np.asarray(np.maximum(np.array([forecast for forecast, _ in found])[chosen, np.arange(len(chosen))], 0.0))


def _smoothed(weeks: Floats, first: Ints, alpha: float) -> tuple[Floats, Floats]:
    items, count = weeks.shape
    begin = np.minimum(first[:, None] + np.arange(4)[None, :], count - 1).astype(np.int64)
    level = weeks[np.arange(items)[:, None], begin].mean(axis=1)
    error = np.zeros(items)
    for week in range(count):
        gap = np.where(first <= week, weeks[:, week] - level, 0.0)
        error += gap * gap
        level += alpha * gap
    return level, error


def _intermittent(series: Series, origin: int, alpha: float, *, tsb: bool) -> tuple[Floats, Floats]:
    days = min(origin, _WEEKS_AT_MOST * WEEK)
    units = np.asarray(series.units[:, origin - days : origin], dtype=np.float64)
    first = np.clip(series.start - (origin - days), 0, None)
    sold = units > 0
    known = np.maximum(days - first, 1)
    size = units.sum(axis=1) / np.maximum(sold.sum(axis=1), 1)
    chance = np.clip(sold.sum(axis=1) / known, 1e-4, 1.0)
    gap, since = 1 / chance, np.ones(len(units))
    error = np.zeros(len(units))
    for day in range(days):
        on, hit = first <= day, sold[:, day]
        rate = chance * size if tsb else (1 - alpha / 2) * size / gap
        error += np.where(on, (units[:, day] - rate) ** 2, 0.0)
        size = np.where(hit, size + alpha * (units[:, day] - size), size)
        if tsb:
            chance = np.where(on, chance + alpha * (hit - chance), chance)
        else:
            gap = np.where(hit, gap + alpha * (since - gap), gap)
            since = np.where(hit, 1.0, since + on)
    return (chance * size if tsb else (1 - alpha / 2) * size / gap), error


def _holt_winters(
    units: Floats, first: Ints, alpha: float, beta: float, gamma: float, horizon: int, damping: float = 0.98
) -> tuple[Floats, Floats]:
    items, days = units.shape
    if days < 2 * WEEK:
        mean = units.mean(axis=1) if days else np.zeros(items)
        return mean * horizon, np.zeros(items)
    begin = np.minimum(first[:, None] + np.arange(4 * WEEK)[None, :], days - 1).astype(np.int64)
    level, trend = units[np.arange(items)[:, None], begin].mean(axis=1), np.zeros(items)
    week = np.stack([units[:, day::WEEK].mean(axis=1) for day in range(WEEK)], axis=1)
    season = week - week.mean(axis=1, keepdims=True)
    error = np.zeros(items)
    for day in range(days):
        known = first <= day
        gap = np.where(known, units[:, day] - (level + damping * trend + season[:, day % WEEK]), 0.0)
        error += gap * gap
        level = level + np.where(known, damping * trend, 0.0) + alpha * gap
        trend = np.where(known, damping * trend, trend) + beta * gap
        season[:, day % WEEK] += gamma * gap
    steps = np.arange(1, horizon + 1)
    damped = np.cumsum(damping**steps).sum()
    repeats = np.bincount((days + steps - 1) % WEEK, minlength=WEEK)
    return horizon * level + damped * trend + season @ repeats, error
