"""Markets by the demo's own rhythm (week, year, feasts, growth, luck of the day, hours), as counts.

Every series is made anew from its seed: no table, no clock.
"""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from xlcfi.demo.rhythm import _HOURS, market_pace
from xlcfi.demo.span import Span

UNTIL = datetime.fromisoformat("2025-11-20")
JUDGED_FROM = 91
"""Days 0..90 are there to learn from."""


@dataclass
class Made:
    """orders: shape (days, 24); net revenue in won, shape (days,); `first` is day 0."""

    orders: np.ndarray
    revenue: np.ndarray
    mean: np.ndarray
    first: date
    rng: np.random.Generator

    def day(self, number: int) -> date:
        return date.fromordinal(self.first.toordinal() + number)


def made(*, seed: int, a_day: float, days: int) -> Made:
    """`days` whole days before UNTIL of a market with `a_day` orders a day, growing by half in that time."""
    rng = np.random.default_rng(seed)
    span = Span(UNTIL)
    busy = market_pace(span=span, rng=rng).busy[span.days - 1 - days : span.days - 1]
    mean = a_day * busy * np.linspace(0.8, 1.2, days)
    orders = rng.poisson(mean[:, None] * _HOURS[None, :] / _HOURS.sum())
    revenue = np.array([money(count, rng) for count in orders.sum(axis=1)])
    first = date.fromordinal(UNTIL.date().toordinal() - days)
    return Made(orders, revenue, mean, first, rng)


def money(orders: int, rng: np.random.Generator) -> float:
    """What so many orders are worth: baskets of 40,000 won, log-normal, and now and then one goes back."""
    baskets = rng.lognormal(np.log(34_000), 0.6, int(orders))
    return float(round((baskets * (rng.random(int(orders)) > 0.04)).sum()))
