"""What a model is told of every item on the morning of a day: rates of what was sold, comparable across items."""

from dataclasses import dataclass

import numpy as np

from ml.demand.seasons import Seasons
from ml.demand.series import Floats, Ints, Series, running

WINDOWS = (7, 14, 28, 56, 112, 182, 364)
YEAR = 364
FEATURES = (
    "rate",
    "rate_group",
    *(f"recent_{days}" for days in WINDOWS if days != 56),
    "median_8_weeks",
    "share_of_days_28",
    "share_of_days_91",
    "days_since_sale",
    "sale_size",
    "largest_of_56",
    "spread_of_weeks",
    "age",
    "group_7",
    "group_28",
    "group_182",
    "all_7",
    "all_28",
    "all_182",
    "year_ago",
    "year_ago_group",
    "year_ago_all",
    "feast",
    "busy_ahead",
    "busy_past",
    "price_28",
    "price_182",
)


@dataclass(frozen=True)
class Told:
    """Running sums that features of any day are read from. exposure: shape (items, days + ahead)."""

    series: Series
    seasons: Seasons
    exposure: Floats  # running
    could: Floats  # running sum of exposure where something could have been sold and is known
    units: Floats
    sales: Floats  # running count of days with a sale
    group_units: Floats
    group_exposure: Floats
    last_sale: Ints  # shape (items, days + 1): column of the last sale before each column, -1 none
    price: Floats | None


@dataclass(frozen=True)
class Rows:
    """Items on the morning of one or more days. features: shape (rows, FEATURES). scale: shape (rows,), the total that
    the reference rate leads to expect; a model learns how far the truth is from it. expected_median: the total that the
    median of eight weeks leads to expect.
    """

    features: Floats
    scale: Floats
    expected_median: Floats
    item: Ints


def told(series: Series, seasons: Seasons) -> Told:
    """Sums over all days of `series`."""
    exposure = seasons.exposure(series)
    known = exposure[:, : series.days]
    # Where nothing could be sold nothing counts: what is sold on a day that counts as closed, or after stock ran out in
    # the morning, says nothing of a rate.
    units = np.where(known > 0, series.units, 0)
    last = np.where(series.units > 0, np.arange(series.days)[None, :], -1).astype(np.int32)
    last_sale = np.full((len(series.items), series.days + 1), -1, dtype=np.int32)
    np.maximum.accumulate(last, axis=1, out=last_sale[:, 1:])
    by_group = np.zeros((series.groups, series.days))
    np.add.at(by_group, series.group, units)
    group_could = np.zeros((series.groups, series.days))
    # A group's exposure is weighted by its items' usual rate, so that a new item is not taken for growth.
    usual = units.sum(axis=1) / np.maximum(known.sum(axis=1), 1.0)
    np.add.at(group_could, series.group, known * usual[:, None])
    return Told(
        series, seasons, running(exposure), running(known), running(units), running(series.units > 0),
        running(by_group), running(group_could), last_sale, series.price,
    )  # fmt: skip


def _between(sums: Floats, first: int, last: int) -> Floats:
    return np.asarray(sums[:, max(last, 0)] - sums[:, max(first, 0)])


def rows_at(known: Told, origin: int, horizon: int, items: Ints) -> Rows:
    """Of `items` on the morning of column `origin`, for the total of the `horizon` days from then on."""
    series = known.series
    units = {days: _between(known.units, origin - days, origin)[items] for days in WINDOWS}
    could = {days: _between(known.could, origin - days, origin)[items] for days in WINDOWS}
    group_of = series.group[items]
    group_rate = {days: _ratio_of_sums(known, origin, days) for days in (7, 28, 56, 182)}
    usual = units[182] / np.maximum(could[182], 1.0)
    # A rate is shrunk to the item's own of half a year, and that a little to what half a unit in two weeks would be.
    long = (units[182] + 0.3) / (could[182] + 14.0)
    rate = (units[56] + 21.0 * long) / (could[56] + 21.0)
    ahead = _between(known.exposure, origin, origin + horizon)[items]
    behind = _between(known.exposure, origin - 28, origin)[items] / 28
    weeks = _weeks(known, origin)[items]
    mean_week = weeks.mean(axis=1)
    sales_28, sales_91 = (_between(known.sales, origin - days, origin)[items] for days in (28, 91))
    age = np.clip(origin - series.start[items], 0, 730)
    recent = known.series.units[:, max(origin - 56, 0) : origin]
    largest = recent.max(axis=1)[items] if recent.shape[1] else np.zeros(len(items))
    last_sale = known.last_sale[items, origin]
    ratios = {days: np.log((units[days] + 1.0 * rate * 7) / (could[days] * rate + 1.0 * rate * 7)) for days in WINDOWS}
    of_all = {days: _ratio_of_all(known, origin, days) for days in (7, 28, 56, 182)}
    columns = [
        np.log(rate),
        np.log((usual + 0.01) / (_mean_of_group(usual, group_of) + 0.01)),
        *(ratios[days] for days in WINDOWS if days != 56),
        np.log((np.median(weeks, axis=1) + rate * 2) / (rate * 9)),
        sales_28 / 28,
        sales_91 / np.clip(age, 28, 91),
        np.where(last_sale < 0, 400.0, np.minimum(origin - last_sale, 400)) * np.clip(rate, 0.002, 1.0),
        np.log((units[182] + 1.0) / (_between(known.sales, origin - 182, origin)[items] + 1.0)),
        largest / np.maximum(units[56], 1.0),
        weeks.std(axis=1) / np.maximum(mean_week, 0.25),
        np.log1p(age),
        *(group_rate[days][group_of] - group_rate[56][group_of] for days in (7, 28, 182)),
        *(np.full(len(items), of_all[days] - of_all[56]) for days in (7, 28, 182)),
        *_year_ago(known, origin, horizon, items, rate),
        known.seasons.feast[items],
        np.log((ahead + 0.05 * horizon) / (1.05 * horizon)),
        np.log((behind + 0.05) / 1.05),
        *_prices(known, origin, items),
    ]
    scale = rate * ahead
    median = np.median(weeks, axis=1) / 7 * ahead
    return Rows(np.stack(columns, axis=1).astype(np.float32), scale, median, items)


def _weeks(known: Told, origin: int) -> Floats:
    """Units of the last eight weeks had their days been ordinary ones, shape (items, 8)."""
    edges = np.maximum(origin - 7 * np.arange(8, -1, -1), 0)
    units, could = np.diff(known.units[:, edges], axis=1), np.diff(known.could[:, edges], axis=1)
    return np.where(could > 1.0, units * 7 / np.maximum(could, 1.0), 0.0)


def _ratio_of_sums(known: Told, origin: int, days: int) -> Floats:
    """Log of what each group sold over what was usual."""
    sold = _between(known.group_units, origin - days, origin)
    usual = _between(known.group_exposure, origin - days, origin)
    return np.asarray(np.log((sold + 20.0) / (usual + 20.0)))


def _ratio_of_all(known: Told, origin: int, days: int) -> float:
    sold = _between(known.group_units, origin - days, origin).sum()
    usual = _between(known.group_exposure, origin - days, origin).sum()
    return float(np.log((sold + 20.0) / (usual + 20.0)))


def _mean_of_group(values: Floats, group: Ints) -> Floats:
    means = np.bincount(group, values) / np.maximum(np.bincount(group), 1)
    return np.asarray(means[group])


def _year_ago(known: Told, origin: int, horizon: int, items: Ints, rate: Floats) -> list[Floats]:
    """Log of how much the coming days differed, a year ago, from the eight weeks before: of items, groups and all."""
    then = origin - YEAR
    if then < 56:
        return [np.full(len(items), np.nan) for _ in range(3)]
    low, high = then - 7, then + horizon + 7
    units, could = (_between(sums, low, high)[items] for sums in (known.units, known.could))
    units_before, could_before = (_between(sums, then - 56, then)[items] for sums in (known.units, known.could))
    prior = 28 * rate
    own = np.log((units + prior) / (could * rate + prior)) - np.log(
        (units_before + prior) / (could_before * rate + prior)
    )
    own[known.series.start[items] > then - 56] = np.nan
    sold, usual = _between(known.group_units, low, high), _between(known.group_exposure, low, high)
    before, usual_before = (
        _between(known.group_units, then - 56, then),
        _between(known.group_exposure, then - 56, then),
    )
    groups = np.log((sold + 20) / (usual + 20)) - np.log((before + 20) / (usual_before + 20))
    everything = np.log(sold.sum() / max(usual.sum(), 1.0) + 0.01) - np.log(
        before.sum() / max(usual_before.sum(), 1.0) + 0.01
    )
    return [own, groups[known.series.group[items]], np.full(len(items), everything)]


def _prices(known: Told, origin: int, items: Ints) -> list[Floats]:
    """Log of the price that morning over its mean of four weeks and of half a year."""
    if known.price is None or not origin:
        return [np.full(len(items), np.nan) for _ in range(2)]
    now = known.price[items, min(origin, known.price.shape[1] - 1)]
    return [
        np.log(now / np.maximum(known.price[items, max(origin - days, 0) : origin].mean(axis=1), 1e-9))
        for days in (28, 182)
    ]
