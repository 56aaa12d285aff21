"""The price that earns most within guard rails, given what is believed of the elasticity."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ml.price.spells import Floats

_STEPS = 61
_DRAWS = 199


@dataclass(frozen=True)
class Rails:
    """largest_step: of the price, as a share. margin_floor: least share of the price that is margin, where the cost is
    known. worse_at_most: how probable it may be that the new price earns less."""

    largest_step: float = 0.15
    margin_floor: float = 0.1
    worse_at_most: float = 0.05


@dataclass(frozen=True)
class Choice:
    """price: what to ask (the current one where no other is safe). gain: expected, as a share of what is earned now;
    low, high: 80 % interval. aim: profit or revenue. curve: price, units against now, gain expected; shape (steps, 3).
    """

    price: float
    gain: float
    low: float
    high: float
    aim: str
    curve: Floats


def price_choose(*, price: float, cost: float | None, elasticity: float, error: float, rails: Rails) -> Choice:
    """units follow (p / price) ** elasticity; elasticity is normal (mean, error), at most -0.1. price above zero."""
    quantiles = NormalDist(elasticity, max(error, 1e-6))
    beliefs = np.minimum([quantiles.inv_cdf((n + 0.5) / _DRAWS) for n in range(_DRAWS)], -0.1)
    ratio = np.linspace(1 - rails.largest_step, 1 + rails.largest_step, _STEPS)
    units = ratio[:, None] ** beliefs[None, :]
    profit = cost is not None and cost < price
    unit_cost = cost if profit and cost is not None else 0.0
    earned = (ratio[:, None] * price - unit_cost) * units / (price - unit_cost) - 1
    gain = earned.mean(axis=1)
    allowed = (earned < -1e-9).mean(axis=1) <= rails.worse_at_most
    if profit:
        allowed &= (ratio * price - unit_cost) >= rails.margin_floor * ratio * price - 1e-9
    allowed[_STEPS // 2] = True
    best = int(np.argmax(np.where(allowed, gain, -np.inf)))
    low, high = np.quantile(earned[best], [0.1, 0.9])
    curve = np.column_stack([ratio * price, units.mean(axis=1), gain])
    return Choice(
        float(ratio[best] * price), float(gain[best]), float(low), float(high), "profit" if profit else "revenue", curve
    )
