"""A quarter of a shop replayed day by day: what the policy would have met and kept, against a fixed cover."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.demand.daily import day_means
from ml.demand.learning import HORIZONS, Setup, fit, morning, totals
from ml.demand.series import Series
from ml.inventory.policy import REVIEW_DAYS, Floats, Supply, plan_of, spread_over

DAYS = 91
REFIT_DAYS = 7
AHEAD = 90
_NORMAL_80 = 2 * 1.2816
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Outcome:
    """fill: share of wanted units that were met. stock: mean units on the shelf at night."""

    fill: float
    stock: float


Levels = Callable[[int], tuple[Floats, Floats]]
"""(reorder point, order up to) of each product on a day of the simulation."""


def replay(wanted: Floats, supply: Supply, levels: Levels, *, start: Floats) -> Outcome:
    """Sell, look, order, receive. wanted: shape (products, days). What is not met is lost; one sees the stock each
    night.

    start: units on the first morning, shape (products,). What is ordered at night comes after the lead time; the point
    is compared with what is there and on its way.
    """
    products, days = wanted.shape
    lead = supply.lead_days.astype(np.int64)
    coming = np.zeros((products, days + int(lead.max()) + 2))
    have, on_way = start.astype(np.float64).copy(), np.zeros(products)
    met = kept = 0.0
    for day in range(days):
        have += coming[:, day]
        on_way -= coming[:, day]
        sold = np.minimum(have, wanted[:, day])
        have -= sold
        met, kept = met + float(sold.sum()), kept + float(have.sum())
        point, order_to = levels(day)
        position = have + on_way
        asked = np.where((position <= point) & (order_to > 0), np.maximum(order_to - position, supply.least_order), 0.0)
        coming[np.arange(products), day + lead + 1] += asked
        on_way += asked
    return Outcome(met / max(float(wanted.sum()), 1.0), kept / days)


def simulate(series: Series, wanted: Floats, supply: Supply, *, setup: Setup, tell: Tell) -> dict[str, Any]:
    """The last DAYS days of `series` with the policy, and with fixed covers between which its fill rate lies.

    wanted: shape (items, DAYS), what buyers wanted on those days. Each week all that had been sold is learnt from anew
    in how it is read (the trees once, before the first day). The fixed cover orders, whenever less than so many days of
    the last eight weeks' mean are there and on their way, up to a cycle more; least orders and lead times are the same.
    """
    first = series.days - DAYS
    before = series.until(first)
    known = morning(before, setup=setup, ahead=AHEAD)
    fits = {days: fit(before, horizon=days, setup=setup, known=known) for days in HORIZONS}
    plans = []
    covered = np.clip(supply.lead_days.astype(np.int64) + 1 + REVIEW_DAYS, 1, AHEAD)
    for week in range(0, DAYS, REFIT_DAYS):
        tell("weeks", week // REFIT_DAYS, -(-DAYS // REFIT_DAYS))
        seen = series.until(first + week)
        now = morning(seen, setup=setup, ahead=AHEAD)
        said = {days: totals(seen, one, now) for days, one in fits.items()}
        exposure = np.diff(now.exposure[:, seen.days : seen.days + AHEAD + 1], axis=1)
        mean = day_means(said[7].mean, said[28].mean, exposure)
        deviation = {
            days: np.maximum((one.intervals[80][1] - one.intervals[80][0]) / _NORMAL_80, np.sqrt(one.mean + 1e-6))
            for days, one in said.items()
        }
        summed = np.cumsum(mean, axis=1)
        spread = spread_over(covered.astype(np.float64), deviation[7], deviation[28])
        expected = summed[np.arange(len(mean)), covered - 1]
        plan = plan_of(mean=expected, deviation=spread, daily=summed[:, 27] / 28, supply=supply)
        plans.append((plan.reorder_point, plan.order_to))
    start = np.maximum(plans[0][1], supply.least_order * (plans[0][1] > 0))
    ours = replay(wanted, supply, lambda day: plans[day // REFIT_DAYS], start=start)
    rates = []
    for week in range(0, DAYS, REFIT_DAYS):
        column = first + week
        rates.append(series.total(max(column - 56, 0), column) / 56)

    def cover(days: float) -> Outcome:
        def levels(day: int) -> tuple[Floats, Floats]:
            rate = rates[day // REFIT_DAYS]
            return np.ceil(rate * days), np.ceil(rate * (days + 7))

        return replay(wanted, supply, levels, start=start)

    low, high = 0.0, 120.0
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (low, middle) if cover(middle).fill >= ours.fill else (middle, high)
    fixed = cover(high)
    asked = float((supply.level[:, None] * wanted).sum() / max(float(wanted.sum()), 1.0))
    tell("weeks", 1, 1)
    return {
        "products": len(series.items), "days": DAYS, "asked": asked, "fill": ours.fill, "stock": ours.stock,
        "fixed_cover_days": high, "fixed_fill": fixed.fill, "fixed_stock": fixed.stock,
        "stock_ratio": ours.stock / fixed.stock if fixed.stock else None,
    }  # fmt: skip
