"""Back-testing on a rolling origin: what would have been said on past mornings, by us and by the simple methods."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ml.demand.baselines import BASELINES, MEDIAN
from ml.demand.intervals import PERCENTS, bands_of
from ml.demand.learning import LEAST_HISTORY, Setup, fit, morning, totals
from ml.demand.series import Floats, Ints, Series

OURS = "ours"
STEP = 14
ORIGINS_AT_MOST = 6
DRAWS = 500
Tell = Callable[[str, int, int], None]


class TooShort(ValueError):
    """The sales span too few days for what was asked."""


@dataclass
class _Told:
    """What each method said of every item and origin, one after the other; shape (n,) each."""

    actual: list[Floats] = field(default_factory=list)
    item: list[Ints] = field(default_factory=list)
    band: list[Ints] = field(default_factory=list)
    said: dict[str, list[Floats]] = field(default_factory=dict)
    mean: list[Floats] = field(default_factory=list)
    inside: dict[int, list[Floats]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    naive: int = 0


def origins_of(days: int, horizon: int) -> list[int]:
    """The mornings that are tested: the last whose horizon is known, and every 14 days before it, six at most, within
    the last third of all days. Raises TooShort.
    """
    last = days - horizon
    if last < LEAST_HISTORY:
        raise TooShort(f"{days} days of sales are too few: {LEAST_HISTORY} and the horizon of {horizon} are needed")
    count = min(ORIGINS_AT_MOST, max(1, (days // 3 - horizon) // STEP + 1))
    return [origin for origin in range(last - STEP * (count - 1), last + 1, STEP) if origin >= LEAST_HISTORY]


def evaluate(series: Series, *, horizon: int, setup: Setup, tell: Tell) -> dict[str, Any]:
    """The report. Horizons are 7 days and `horizon`; every item that had sold before a morning counts on it.

    On each morning all methods see the days before it only; ours is fitted anew and looks at still earlier mornings for
    its choices. Raises TooShort.
    """
    began = time.monotonic()
    origins = origins_of(series.days, horizon)
    horizons = sorted({min(7, horizon), horizon})
    found = {days: _Told() for days in horizons}
    for number, origin in enumerate(origins):
        tell("mornings", number, len(origins))
        seen = series.until(origin)
        known = morning(seen, setup=setup, ahead=horizon)
        for days in horizons:
            _morning(series, seen, known, origin, days, setup, found[days])
    tell("mornings", len(origins), len(origins))
    return {
        "data": {
            "items": len(series.items), "days": series.days, "first": str(series.first),
            "units": float(series.units.sum(dtype=np.float64)), "groups": series.groups,
            "stock_known": series.hidden is not None, "prices_known": series.price is not None,
        },
        "horizon": horizon,
        "origins": [str(series.day(origin)) for origin in origins],
        "horizons": {str(days): _figures(found[days], series, setup.seed) for days in horizons},
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def _morning(series: Series, seen: Series, known: Any, origin: int, days: int, setup: Setup, found: _Told) -> None:
    items = np.flatnonzero(series.start < origin)
    found.actual.append(series.total(origin, origin + days)[items])
    found.item.append(items)
    for name, method in BASELINES.items():
        began = time.process_time()
        found.said.setdefault(name, []).append(method(seen, origin, days)[items])
        found.seconds[name] = found.seconds.get(name, 0.0) + time.process_time() - began
    began = time.process_time()
    ours = totals(seen, fit(seen, horizon=days, setup=setup, known=known), known)
    found.seconds[OURS] = found.seconds.get(OURS, 0.0) + time.process_time() - began
    found.said.setdefault(OURS, []).append(ours.median[items])
    found.mean.append(ours.mean[items])
    found.band.append(bands_of(ours.mean[items], days))
    found.naive += int(ours.naive[items].sum())
    actual = found.actual[-1]
    for percent, (low, high) in ours.intervals.items():
        inside = (actual >= low[items] - 1e-9) & (actual <= high[items] + 1e-9)
        found.inside.setdefault(percent, []).append(inside.astype(np.float64))


def _figures(found: _Told, series: Series, seed: int) -> dict[str, Any]:
    actual, item = np.concatenate(found.actual), np.concatenate(found.item)
    said = {name: np.concatenate(parts) for name, parts in found.said.items()}
    errors = {name: np.abs(values - actual) for name, values in said.items()}
    sold = float(actual.sum()) or 1.0
    mean = np.concatenate(found.mean)
    inside = {percent: np.concatenate(parts) for percent, parts in found.inside.items()}
    wape = {name: float(values.sum()) / sold for name, values in errors.items()}
    best = min((name for name in errors if name != OURS), key=lambda name: wape[name])
    return {
        "forecasts": len(actual),
        "methods": {
            name: {
                "wape": wape[name],
                "bias": float((said[name] - actual).sum()) / sold,
                "seconds": round(found.seconds[name], 2),
            }
            for name in errors
        },
        "mean": {"bias": float((mean - actual).sum()) / sold},
        "best_baseline": best,
        "ratio": wape[OURS] / wape[best] if wape[best] else None,
        "ratio_interval": _paired(errors[OURS], errors[best], item, len(series.items), seed),
        "coverage": {str(percent): float(inside[percent].mean()) for percent in PERCENTS},
        "by_volume": _by(np.concatenate(found.band), errors, actual, inside),
        "by_group": _by(series.group[item], errors, actual, inside) if series.groups > 1 else [],
        "naive_share": found.naive / max(len(actual), 1),
    }


def _paired(ours: Floats, other: Floats, item: Ints, items: int, seed: int) -> list[float] | None:
    """95 % interval of the ratio of both errors; items are drawn again, each with all of its forecasts."""
    sums = np.stack([np.bincount(item, values, minlength=items) for values in (ours, other)])
    drawn = np.random.default_rng(seed).multinomial(items, np.full(items, 1 / items), size=DRAWS) @ sums.T
    if (drawn[:, 1] <= 0).any():
        return None
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], (0.025, 0.975))
    return [float(low), float(high)]


def _by(part: Ints, errors: dict[str, Floats], actual: Floats, covered: dict[int, Floats]) -> list[dict[str, Any]]:
    """Of each group of items: our error, that of the median of eight weeks, their ratio, and what intervals held."""
    rows = []
    for number in np.unique(part):
        inside = part == number
        ours, median = float(errors[OURS][inside].sum()), float(errors[MEDIAN][inside].sum())
        sold = float(actual[inside].sum())
        rows.append(
            {
                "group": int(number), "forecasts": int(inside.sum()), "units": sold,
                "ours": ours / max(sold, 1.0), "median": median / max(sold, 1.0),
                "ratio": ours / median if median else None,
                "coverage": {str(percent): float(values[inside].mean()) for percent, values in covered.items()},
            }
        )  # fmt: skip
    return rows
