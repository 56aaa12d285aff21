"""Reorder points, safety stock and order quantities for a share of demand that is to be met from stock."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

REVIEW_DAYS = 1  # stock is looked at every day
CYCLE_DAYS = 7  # what an order is to last for beyond the lead time, where the least order allows
_STEPS = 60


@dataclass(frozen=True)
class Supply:
    """shape (products,): days from order to arrival, the share of units to be met, the least order, days goods keep
    (inf: they keep).
    """

    lead_days: Floats
    level: Floats
    least_order: Floats
    shelf_days: Floats


@dataclass(frozen=True)
class Plan:
    """shape (products,), whole units: order when stock is at `reorder_point` or below, up to `order_to`."""

    reorder_point: Floats
    safety_stock: Floats
    order_to: Floats


def spread_over(days: Floats, week: Floats, four_weeks: Floats) -> Floats:
    """Standard deviation of the total of `days` days from those of 7 and 28 days; all shape (products,).

    Between the two by a power of the number of days, never slower than by its root (days independent of each other) and
    never faster than by itself (days wholly together).
    """
    power = np.log(np.maximum(four_weeks, 1e-9) / np.maximum(week, 1e-9)) / np.log(4)
    return np.asarray(np.maximum(week, 1e-9) * (days / 7) ** np.clip(power, 0.5, 1.0))


def expected_shortage(stock: Floats, mean: Floats, deviation: Floats) -> Floats:
    """Units that are expected to be wanted beyond `stock` while demand is gamma distributed; shape (products,).

    Source: Silver, Pyke and Thomas (2017), Inventory and Production Management in Supply Chains, chapter 6.
    """
    from scipy.special import gammaincc

    mean, deviation = np.maximum(mean, 1e-9), np.maximum(deviation, 1e-9)
    shape, scale = (mean / deviation) ** 2, deviation**2 / mean
    stock = np.maximum(stock, 0.0)
    return np.asarray(mean * gammaincc(shape + 1, stock / scale) - stock * gammaincc(shape, stock / scale))


def plan_of(*, mean: Floats, deviation: Floats, daily: Floats, supply: Supply) -> Plan:
    """For demand of lead time and review together with `mean` and `deviation`, and `daily` a day; all shape
    (products,).

    The reorder point is the least for which what an order cycle is expected to miss is (1 - level) of what it sells.
    Nobody orders more than is sold while goods keep.
    """
    cycle = np.maximum(daily * CYCLE_DAYS, supply.least_order)
    allowed = (1 - supply.level) * np.maximum(cycle, 1e-9)
    low, high = np.zeros(len(mean)), mean + 12 * deviation + 1
    for _ in range(_STEPS):
        middle = (low + high) / 2
        enough = expected_shortage(middle, mean, deviation) <= allowed
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    expires = np.isfinite(supply.shelf_days)
    keeps = np.where(expires, np.maximum(daily * np.where(expires, supply.shelf_days, 0.0), 1.0), np.inf)
    point = np.minimum(np.ceil(high - 1e-6), np.ceil(np.maximum(keeps, 1.0)))
    point = np.where(mean > 1e-6, point, 0.0)
    order_to = np.minimum(np.ceil(point + daily * CYCLE_DAYS), np.maximum(np.ceil(keeps), point))
    return Plan(point, np.maximum(point - np.floor(mean), 0.0), np.maximum(order_to, point))


def order_of(stock: Floats, plan: Plan, supply: Supply) -> Floats:
    """What to order now, shape (products,): nothing above the reorder point, else up to `order_to`, the least order at
    least.
    """
    asked = np.maximum(plan.order_to - stock, supply.least_order)
    return np.where((stock <= plan.reorder_point) & (plan.order_to > 0), asked, 0.0)
