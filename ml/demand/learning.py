"""Learning how far the coming days' totals are from what a plain rate leads to expect, and how sure that is.

Trees are grown on mornings of the past, blended with the median of eight weeks by what earlier mornings show, and the
errors of those mornings make the intervals.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ml.demand.baselines import median_8_weeks, seasonal_naive
from ml.demand.features import Rows, Told, rows_at, told
from ml.demand.intervals import Spread, bands_of, spread_of
from ml.demand.seasons import Seasons, seasons_of
from ml.demand.series import Bools, Floats, Ints, Series
from ml.demand.trees import Growing, Trees, trees_grow

HORIZONS = (7, 28)
# Added to what is expected, so that a product that hardly sells is no ratio of almost nothing.
FLOOR = 0.5
LEAST_HISTORY = 56  # days
# How much a row counts: as much as its units would by absolute error were this 1.
_WEIGHT = 0.85
_STEP, _BACK = 7, 730
_EARLIEST = 28
_CHECKS, _CHECK_STEP = 5, 14
_TREES_AT_FIRST = 0.7  # the trees' part of a blend before any check says otherwise
_SHARES = (0.75, 1.0, 0.5, 0.25, 0.0)  # of equals the first
FINE, COARSE = Growing(200, 0.05, 15, 100), Growing(60, 0.05, 8, 200)
# Naive where our error on the checks was so much larger than its own.
_LOSES = 1.5


@dataclass(frozen=True)
class Setup:
    """What a fit may cost. rows: of training, at most, for each horizon."""

    rows: int = 60_000
    seed: int = 0
    country: str = "KR"


@dataclass(frozen=True)
class Fit:
    """A model of totals of one horizon. share: the trees' part by band of volume; lift: mean over what is expected, by
    band; growing: how the trees were grown; checked: over how many past mornings."""

    horizon: int
    trees: Trees
    share: Floats
    lift: Floats
    spread: Spread
    naive: Bools
    fine: bool
    whole: bool
    checked: int


@dataclass(frozen=True)
class Totals:
    """Of each item the total of `horizon` days. median, mean: shape (items,). intervals: by percent, (low, high).

    naive: where the last week again is more right than we are, and is what is told.
    """

    horizon: int
    median: Floats
    mean: Floats
    intervals: dict[int, tuple[Floats, Floats]]
    naive: Bools


def morning(series: Series, *, setup: Setup, ahead: int) -> Told:
    """What is known after the last day of `series`."""
    return told(series, seasons_of(series, ahead=ahead, country=setup.country))


def fit(series: Series, *, horizon: int, setup: Setup, known: Told) -> Fit:
    """A model of totals of `horizon` days from all days of `series`; `known` is its morning.

    Raises ValueError for less than 56 days.
    """
    if series.days < LEAST_HISTORY:
        raise ValueError(f"{series.days} days are too few, {LEAST_HISTORY} are needed")
    checks = _checks(series, horizon)
    past: list[_Check] = []
    if checks:
        before = series.until(checks[0])
        then = morning(before, setup=setup, ahead=max(checks) - checks[0] + horizon)
        grown = {fine: _grow(then, before.days, horizon, setup, fine) for fine in (True, False)}
        # The seasons and running sums of today tell the features of the later mornings; the trees are older.
        past = [_check(series, known, grown, origin, horizon) for origin in checks]
    fine = _better(past, series.days)
    share = _shares(past, fine)
    for check in past:
        check.blend(fine, share)
    whole = bool(past) and _errors(past, lambda check: np.round(check.median)) < _errors(
        past, lambda check: check.median
    )
    lift = _lifts(past)
    spread = spread_of(
        np.concatenate([check.actual for check in past]) if past else np.zeros(0),
        np.concatenate([check.median for check in past]) if past else np.zeros(0),
        np.concatenate([check.scale for check in past]) if past else np.zeros(0),
        horizon,
    )
    trees = _grow(known, series.days, horizon, setup, fine)
    return Fit(horizon, trees, share, lift, spread, _naive(series, past), fine, whole, len(past))


def totals(series: Series, fitted: Fit, known: Told) -> Totals:
    """What `fitted` says of the days after the last one of `series`, for every item."""
    items = np.arange(len(series.items))
    rows = rows_at(known, series.days, fitted.horizon, items)
    band = bands_of(rows.scale, fitted.horizon)
    share = fitted.share[band]
    simple = median_8_weeks(series, series.days, fitted.horizon)
    median = share * _told_by(fitted.trees, rows) + (1 - share) * simple
    told_median = np.round(median) if fitted.whole else median
    told_median = np.where(fitted.naive, seasonal_naive(series, series.days, fitted.horizon), told_median)
    mean = fitted.lift[band] * (0.5 * median + 0.5 * rows.scale)
    intervals = fitted.spread.intervals(median, rows.scale, fitted.horizon)
    return Totals(fitted.horizon, told_median, mean, intervals, fitted.naive)


def _told_by(trees: Trees, rows: Rows) -> Floats:
    return np.maximum(trees.predict(rows.features) * (rows.scale + FLOOR), 0.0)


def _grow(known: Told, now: int, horizon: int, setup: Setup, fine: bool) -> Trees:
    """On mornings whose totals are known by `now`, the youngest first, at most two years back."""
    series = known.series
    origins = list(range(now - horizon, max(_EARLIEST, now - _BACK) - 1, -_STEP)) or [max(now - horizon, 1)]
    most = max(setup.rows // len(origins), 1)
    rng = np.random.default_rng(setup.seed)
    features, target, weight = [], [], []
    for origin in origins:
        items = np.flatnonzero(series.start < origin)
        if len(items) > most:
            items = np.sort(rng.choice(items, most, replace=False))
        rows = rows_at(known, origin, horizon, items)
        ahead = known.exposure[items, origin + horizon] - known.exposure[items, origin]
        wanted = _wanted(known, items, origin, horizon)
        usable = (ahead > 0) & ~np.isnan(wanted)
        expected = rows.scale[usable] + FLOOR
        features.append(rows.features[usable])
        target.append(wanted[usable] / expected)
        weight.append(expected**_WEIGHT)
    return trees_grow(
        np.concatenate(features), np.concatenate(target), np.concatenate(weight),
        loss="regression_l1", growing=FINE if fine else COARSE, seed=setup.seed,
    )  # fmt: skip


def _wanted(known: Told, items: Ints, origin: int, horizon: int) -> Floats:
    """What would have been sold had stock lasted; nan where it was out for most of the time."""
    series = known.series
    sold = series.total(origin, origin + horizon)[items]
    if series.hidden is None:
        return sold
    out = series.hidden[items, origin : origin + horizon]
    days_out = out.sum(axis=1)
    kept = np.where(out, 0, series.units[items, origin : origin + horizon]).sum(axis=1, dtype=np.float64)
    # On the day on which stock ran out something was sold: the day counts as half.
    wanted = np.maximum(kept * horizon / np.maximum(horizon - days_out, 1), sold)
    return np.where(days_out > horizon / 2, np.nan, wanted)


@dataclass
class _Check:
    """A morning of the past: what candidates would have said, and what came."""

    origin: int
    items: Ints
    told: dict[bool, Floats]
    simple: Floats
    naive: Floats
    scale: Floats
    actual: Floats
    band: Ints
    median: Floats

    def blend(self, fine: bool, share: Floats) -> None:
        part = share[self.band]
        self.median = part * self.told[fine] + (1 - part) * self.simple


def _checks(series: Series, horizon: int) -> list[int]:
    last = series.days - horizon
    first = max(last - (_CHECKS - 1) * _CHECK_STEP, _EARLIEST + horizon + 14)
    return list(range(last, first - 1, -_CHECK_STEP))[::-1]


def _check(series: Series, known: Told, grown: dict[bool, Trees], origin: int, horizon: int) -> _Check:
    items = np.flatnonzero(series.start < origin)
    rows = rows_at(known, origin, horizon, items)
    simple = median_8_weeks(series, origin, horizon)[items]
    return _Check(
        origin, items, {fine: _told_by(trees, rows) for fine, trees in grown.items()}, simple,
        seasonal_naive(series, origin, horizon)[items], rows.scale,
        series.total(origin, origin + horizon)[items], bands_of(rows.scale, horizon), simple,
    )  # fmt: skip


def _errors(past: list[_Check], said: Callable[[_Check], Floats]) -> float:
    return float(sum(np.abs(said(check) - check.actual).sum() for check in past))


def _better(past: list[_Check], days: int) -> bool:
    """Whether fine trees were nearer than coarse ones; by the length of history before anything was checked."""
    if not past:
        return days > 400
    return _errors(past, lambda check: check.told[True]) < _errors(past, lambda check: check.told[False])


def _shares(past: list[_Check], fine: bool) -> Floats:
    """By band, the trees' part with the least error, as if one more check had said 0.7."""
    found = np.full(Spread.BANDS, _TREES_AT_FIRST)
    for band in range(Spread.BANDS):
        inside = [check for check in past if (check.band == band).sum() >= 20]
        if not inside:
            continue
        errors = [
            sum(np.abs(part * c.told[fine] + (1 - part) * c.simple - c.actual)[c.band == band].sum() for c in inside)
            for part in _SHARES
        ]
        found[band] = (len(inside) * _SHARES[int(np.argmin(errors))] + _TREES_AT_FIRST) / (len(inside) + 1)
    return found


def _lifts(past: list[_Check]) -> Floats:
    """By band, what came over what median and rate together expect: the mean of skewed demand lies above its median."""
    found = np.ones(Spread.BANDS)
    for band in range(Spread.BANDS):
        came = sum(check.actual[check.band == band].sum() for check in past)
        expected = sum((0.5 * check.median + 0.5 * check.scale)[check.band == band].sum() for check in past)
        found[band] = np.clip((came + 20.0) / (expected + 20.0), 0.5, 2.0)
    return found


def _naive(series: Series, past: list[_Check]) -> Bools:
    """Where the last week again was clearly nearer on all checks together."""
    ours, naive, times = (np.zeros(len(series.items)) for _ in range(3))
    for check in past:
        ours[check.items] += np.abs(check.median - check.actual)
        naive[check.items] += np.abs(check.naive - check.actual)
        times[check.items] += np.abs(check.median - check.actual) >= np.abs(check.naive - check.actual)
    # Five checks are few: by luck alone the naive forecast wins most of them for one product in ten.
    return np.asarray((times == len(past)) & (ours > _LOSES * naive) & (len(past) >= _CHECKS))


def without_details(series: Series) -> Series:
    """The same, as somebody sees it who knows units and days only."""
    return replace(series, group=np.zeros(len(series.items), dtype=np.int64), hidden=None, price=None)


__all__ = ["HORIZONS", "Fit", "Seasons", "Setup", "Totals", "fit", "morning", "totals", "without_details"]
