"""Elasticities of all products of a shop, or none where there is not enough to tell."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ml.price.elasticity import Wander, elasticity_fit, wander_fit
from ml.price.pooling import Pooled, pooled
from ml.price.spells import Bools, Floats, Ints, Spells, category_index, index_without, spells_of

LEAST_UNITS = 30.0
LEAST_PRICES = 2
LEAST_PRODUCTS = 5
_WANDERERS = 40
# Before anything is known. Source of the mean: Tellis (1988), The price elasticity of selective demand, JMR 25: -1.76.
_WIDE, _USUAL = 3.0, -1.76


@dataclass(frozen=True)
class Estimates:
    """shape (products,) each. enough: whether anything can be said; elasticity, error: after pooling, nan where not.

    own, own_error: from the product alone. prices, units: what there was to learn from.
    """

    enough: Bools
    elasticity: Floats
    error: Floats
    own: Floats
    own_error: Floats
    prices: Ints
    units: Floats
    pooling: Pooled | None
    wander: Wander | None


def elasticities(
    units: Floats, price: Floats, on_sale: Bools, category: Ints, *, told: Callable[[int], None] = lambda done: None
) -> Estimates:
    """units, price, on_sale: shape (products, days); on_sale: in stock and offered. category: (products,), from 0.

    A product of which fewer than LEAST_UNITS were sold, or that stood at one price always, is not answered: what others
    of its category do says how people take prices there, not how they take this one.
    """
    count = len(units)
    own, own_error = np.full(count, np.nan), np.full(count, np.nan)
    prices, sold = np.zeros(count, dtype=np.int64), np.zeros(count)
    index = category_index(units, category)
    learnt: dict[int, Spells] = {}
    for product in np.flatnonzero(on_sale.any(axis=1)).tolist():
        alone = category_index(units[product : product + 1], np.zeros(1, dtype=np.int64))[0]
        beside = index_without(index[category[product]], alone)
        spells = spells_of(units[product], price[product], beside, on_sale[product])
        prices[product], sold[product] = spells.prices, spells.units.sum()
        if spells.prices >= LEAST_PRICES and sold[product] > 0:
            learnt[product] = spells
    wander = None
    if learnt:
        # Evenly over the products by number: which ones must not follow from how well they sell.
        some = list(learnt.values())[:: max(1, len(learnt) // _WANDERERS)][:_WANDERERS]
        wander = wander_fit(some, prior=_USUAL, prior_spread=_WIDE)
        for done, (product, spells) in enumerate(learnt.items()):
            found = elasticity_fit(spells, prior=_USUAL, prior_spread=_WIDE, wander=wander)
            own[product], own_error[product] = found.mean, found.error
            told(done + 1)
    known = np.isfinite(own)
    enough = known & (sold >= LEAST_UNITS)
    elasticity, error, pooling = np.full(count, np.nan), np.full(count, np.nan), None
    if known.sum() >= LEAST_PRODUCTS:
        pooling = pooled(own[known], own_error[known], category[known])
        elasticity[known], error[known] = pooling.mean, pooling.error
    else:
        enough[:] = False
    elasticity[~enough], error[~enough] = np.nan, np.nan
    return Estimates(enough, elasticity, error, own, own_error, prices, sold, pooling, wander)
