"""The trained model as plain arrays, and what it says of all products on a morning."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.demand.analogy import new_items, rates_by_analogy
from ml.demand.daily import Days, day_means, days_of, dispersion_of
from ml.demand.intervals import Spread, bands_of
from ml.demand.learning import HORIZONS, Fit, Setup, Totals, fit, morning, totals
from ml.demand.series import Floats, Series
from ml.demand.trees import Trees

FORMAT = 1
DAYS = 90
TREES, NAIVE, ANALOGY = "gradient_boosting", "seasonal_naive", "analogy"


@dataclass(frozen=True)
class Forecasts:
    """Of every product of a series. model: which rule spoke, shape (items,). totals: by horizon."""

    model: list[str]
    days: Days
    totals: dict[int, Totals]


@dataclass(frozen=True)
class DemandModel:
    """A fit for each horizon, and the products for which the last week again is nearer, by horizon."""

    fits: dict[int, Fit]
    naive: dict[int, npt.NDArray[np.int64]]

    @classmethod
    def learnt(cls, series: Series, setup: Setup) -> "DemandModel":
        """From all days of `series`, whose items are numbers of products. Raises ValueError for too few days."""
        known = morning(series, setup=setup, ahead=DAYS)
        fits = {horizon: fit(series, horizon=horizon, setup=setup, known=known) for horizon in HORIZONS}
        numbers = np.array([int(item) for item in series.items], dtype=np.int64)
        return cls(fits, {horizon: numbers[one.naive] for horizon, one in fits.items()})

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """For the model's file."""
        found: dict[str, npt.NDArray[Any]] = {}
        for horizon, one in self.fits.items():
            found |= one.trees.arrays(f"trees_{horizon}")
            found |= {
                f"share_{horizon}": one.share,
                f"lift_{horizon}": one.lift,
                f"low_{horizon}": one.spread.low,
                f"high_{horizon}": one.spread.high,
                f"naive_{horizon}": self.naive[horizon],
                f"about_{horizon}": np.array([one.fine, one.whole, one.checked], dtype=np.int64),
            }
        return found

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Any], parameters: Mapping[str, Any]) -> "DemandModel":
        """The reverse. Raises ValueError or KeyError for what is no model of this form."""
        if parameters.get("format") != FORMAT:
            raise ValueError(f"format {parameters.get('format')!r} is not {FORMAT}")
        fits = {}
        for horizon in HORIZONS:
            fine, whole, checked = (int(value) for value in arrays[f"about_{horizon}"])
            spread = Spread(np.array(arrays[f"low_{horizon}"]), np.array(arrays[f"high_{horizon}"]))
            if spread.low.shape != (Spread.BANDS, 3) or spread.high.shape != (Spread.BANDS, 3):
                raise ValueError("the intervals have another form")
            fits[horizon] = Fit(
                horizon, Trees.of_arrays(arrays, f"trees_{horizon}"), np.array(arrays[f"share_{horizon}"]),
                np.array(arrays[f"lift_{horizon}"]), spread, np.zeros(0, dtype=bool), bool(fine), bool(whole), checked,
            )  # fmt: skip
        return cls(fits, {horizon: np.array(arrays[f"naive_{horizon}"]) for horizon in HORIZONS})

    def forecasts(self, series: Series, *, setup: Setup, price: Floats | None = None) -> Forecasts:
        """Of the DAYS days after the last one of `series`. price: shape (items,), today's, nan where unknown."""
        known = morning(series, setup=setup, ahead=DAYS)
        numbers = np.array([int(item) for item in series.items], dtype=np.int64)
        said = {}
        for horizon, one in self.fits.items():
            own = replace(one, naive=np.isin(numbers, self.naive[horizon]))
            said[horizon] = totals(series, own, known)
        new = new_items(known)
        exposure = np.diff(known.exposure[:, series.days : series.days + DAYS + 1], axis=1)
        if new.any():
            rate = rates_by_analogy(known, price)
            said = {horizon: _new(one, new, rate * exposure[:, :horizon].sum(axis=1)) for horizon, one in said.items()}
        mean = day_means(said[7].mean, said[28].mean, exposure)
        band = bands_of(said[28].mean, 28)
        dispersion = dispersion_of(known)
        model = np.where(new, ANALOGY, np.where(said[28].naive, NAIVE, TREES))
        return Forecasts([str(name) for name in model], days_of(mean, band, dispersion), _added(said, mean))


def _new(said: Totals, new: npt.NDArray[np.bool_], mean: Floats) -> Totals:
    """With what analogy says of new items: much less sure, half of all such products sell less than two thirds of the
    mean.
    """
    from scipy.stats import nbinom

    def at(tail: float) -> Floats:
        found = nbinom.ppf(tail, 1.0, 1 / (1 + np.maximum(mean, 1e-9)))
        return np.asarray(np.nan_to_num(found))

    intervals = {
        percent: (np.where(new, at(0.5 - percent / 200), low), np.where(new, at(0.5 + percent / 200), high))
        for percent, (low, high) in said.intervals.items()
    }
    return Totals(
        said.horizon, np.where(new, at(0.5), said.median), np.where(new, mean, said.mean), intervals, said.naive & ~new
    )


def _added(said: dict[int, Totals], mean: Floats) -> dict[int, Totals]:
    """The totals' means are what the days add up to, and what is told as the median lies within every interval."""
    return {
        horizon: replace(
            one,
            mean=mean[:, :horizon].sum(axis=1),
            intervals={
                percent: (np.minimum(low, one.median), np.maximum(high, one.median))
                for percent, (low, high) in one.intervals.items()
            },
        )
        for horizon, one in said.items()
    }
