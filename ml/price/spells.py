"""A product's sales as spells: parts of weeks in which the price stood still."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
WEEK = 7


@dataclass(frozen=True)
class Spells:
    """Shape (spells,) each. units: sold; expected: what the category's days alone let expect, above zero, in any unit.

    week: number of the week, ascending. log_price: against `usual`, the price that stood on most days.
    """

    units: Floats
    expected: Floats
    week: Ints
    log_price: Floats
    usual: float

    @property
    def prices(self) -> int:
        """How many different prices were tried."""
        return len(np.unique(np.round(self.log_price, 6)))


def spells_of(units: Floats, price: Floats, index: Floats, on_sale: Any) -> Spells:
    """units, price, index: shape (days,); on_sale: the days that count (in stock, offered). index: the category's daily
    demand, above zero. Raises ValueError where no day counts.
    """
    days = np.flatnonzero(on_sale)
    if not len(days):
        raise ValueError("the product was never on sale")
    week, cost = days // WEEK, price[days]
    new = np.ones(len(days), dtype=bool)
    new[1:] = (week[1:] != week[:-1]) | (cost[1:] != cost[:-1])
    spell = np.cumsum(new) - 1
    values, counts = np.unique(cost, return_counts=True)
    usual = float(values[np.argmax(counts)])
    return Spells(
        np.asarray(np.bincount(spell, weights=units[days]), dtype=np.float64),
        np.asarray(np.bincount(spell, weights=index[days]), dtype=np.float64), week[new],
        np.log(cost[new] / usual), usual,
    )  # fmt: skip


def category_index(units: Floats, category: Ints, *, smooth: int = 14) -> Floats:
    """Daily demand of each category, smoothed: shape (categories, days). units: shape (products, days).

    Season, feasts, promotions of the house and growth are in it; one product's own price hardly is.
    """
    found = np.zeros((int(category.max()) + 1, units.shape[1]))
    np.add.at(found, category, units)
    kernel = np.hanning(2 * smooth + 1)
    whole = np.convolve(np.ones(found.shape[1]), kernel, mode="same")
    found = np.apply_along_axis(lambda row: np.convolve(row, kernel, mode="same"), 1, found) / whole
    return np.asarray(np.maximum(found, 1e-3 * found.mean(axis=1, keepdims=True) + 1e-9))


def index_without(index: Floats, own: Floats) -> Floats:
    """The category's index without one product's own demand (both smoothed alike), shape (days,).

    Otherwise a large product would answer to its price in what it is compared with too.
    """
    return np.asarray(np.maximum(index - own, 0.02 * index))
