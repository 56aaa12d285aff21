"""Products that are new: what those like them sell, until their own sales say more."""

import numpy as np

from ml.demand.features import Told
from ml.demand.series import Bools, Floats, Ints

NEW_DAYS = 28
_KNOWN_DAYS = 56
_LEAST = 3  # products that are alike
_BELIEF = 14.0  # days of the others' sales that count as much as the product's own


def new_items(known: Told) -> Bools:
    """Who has been on sale for less than four weeks, shape (items,)."""
    return np.asarray(known.series.days - known.series.start < NEW_DAYS)


def price_bands(price: Floats, group: Ints) -> Ints:
    """0, 1, 2: the cheap, the usual and the dear third of each category; -1 where no price is known. shape (items,)."""
    band = np.full(len(price), -1, dtype=np.int64)
    for number in np.unique(group):
        inside = np.flatnonzero((group == number) & ~np.isnan(price))
        if len(inside):
            edges = np.quantile(price[inside], (1 / 3, 2 / 3))
            band[inside] = np.searchsorted(edges, price[inside], side="right")
    return band


def rates_by_analogy(known: Told, price: Floats | None) -> Floats:
    """Units on an ordinary day that each item may be expected to sell, shape (items,).

    What known products of the same category and price band sell on average (of the category, of all, where fewer than
    three are alike), and the item's own sales the more the longer there were any.
    """
    series = known.series
    days = series.days
    since = max(days - 182, 0)
    units, could = (sums[:, days] - sums[:, since] for sums in (known.units, known.could))
    rate = units / np.maximum(could, 1.0)
    old = (days - series.start >= _KNOWN_DAYS) & (could > 0)
    band = price_bands(price, series.group) if price is not None else np.zeros(len(rate), dtype=np.int64)
    alike = np.full(len(rate), float(rate[old].mean()) if old.any() else 0.0)
    for part in (series.group, series.group * 4 + band + 1):
        count = np.bincount(part[old], minlength=int(part.max()) + 1)
        total = np.bincount(part[old], rate[old], minlength=len(count))
        enough = count[part] >= _LEAST
        alike = np.where(enough, total[part] / np.maximum(count[part], 1), alike)
    return np.asarray((units + _BELIEF * alike) / (could + _BELIEF))
