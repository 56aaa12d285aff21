"""What every product costs on every day, and why.

Some prices move at random (they allow an elasticity to be measured), some because the product sold badly, some because
a feast came (a naive regression of sales on these prices errs), and some never.
"""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import Bools, Floats, Ints
from xlcfi.demo.feasts import feast_near
from xlcfi.demo.span import Span

REASONS = ("start", "random", "slow", "feast", "end", "cost")
START, RANDOM, SLOW, FEAST, END, COST = range(len(REASONS))


@dataclass(frozen=True)
class Prices:
    """krw: shape (products, days). Changes: one row for each, by product and day; `reason` is an index of REASONS."""

    krw: Floats
    change_product: Ints
    change_day: Ints
    change_reason: Ints
    never_changes: Bools


def demand_shocks(*, products: int, days: int, rng: np.random.Generator) -> Floats:
    """Log demand that has nothing to do with price, by product and day: wanders by weeks. shape (products, days)."""
    weeks = days // 7 + 2
    shock = np.empty((products, weeks))
    keep, spread = 0.93, 0.45
    shock[:, 0] = rng.normal(0, spread, products)
    noise = rng.normal(0, spread * np.sqrt(1 - keep**2), (products, weeks))
    for week in range(1, weeks):
        shock[:, week] = keep * shock[:, week - 1] + noise[:, week]
    return np.repeat(shock, 7, axis=1)[:, :days].astype(np.float32)


def rounded_price(krw: Floats) -> Floats:
    """Prices as shops write them: to the next 10 won."""
    return np.maximum(np.round(krw / 10) * 10, 100.0)


def price_paths(
    *,
    base_krw: Floats,
    elasticity: Floats,
    weekly_units: Floats,
    quiet: Floats,
    feast_strength: Floats,
    unit_cost: Floats,
    span: Span,
    rng: np.random.Generator,
) -> Prices:
    """The price of every product on every day.

    base_krw, elasticity, weekly_units (at base price), feast_strength, unit_cost: shape (products,).
    quiet: log demand without price, shape (products, days).
    """
    count, days = quiet.shape
    never: Bools = np.asarray(rng.random(count) < 0.18)
    weekday: Ints = np.asarray(rng.integers(0, 7, count))
    level = base_krw.astype(np.float64).copy()
    factor, until_week = np.ones(count), np.zeros(count, dtype=np.int64)
    recent, usual = weekly_units.copy(), weekly_units.copy()
    krw = np.empty((count, days), dtype=np.float32)
    krw[:] = rounded_price(level)[:, None]
    rows: list[tuple[Ints, Ints, Ints]] = []
    everything = np.arange(count)
    for week in range(1, (days - 1) // 7 + 1):
        seen_day = min(7 * week - 4, days - 1)
        pull = np.exp(quiet[:, seen_day] + elasticity * np.log(factor))
        sold = rng.poisson(weekly_units * pull)
        recent, usual = 0.6 * recent + 0.4 * sold, 0.96 * usual + 0.04 * sold
        old, reason = factor * level, np.zeros(count, dtype=np.int64)
        over = (until_week <= week) & (factor != 1)
        factor[over], reason[over] = 1.0, END
        free = (factor == 1) & ~never & ~over
        near = feast_near(span=span, day=7 * week, within=17)
        draw, size = rng.random((2, count))
        feast = free & near & (feast_strength > 0.3) & (draw < 0.55)
        slow = free & ~feast & (recent < 0.6 * usual) & (draw < 0.22)
        chance = free & ~feast & ~slow & (draw > 0.955)
        rise = free & ~feast & ~slow & ~chance & (draw > 0.949)
        factor[feast] = 1.06 + 0.12 * size[feast]
        factor[slow] = 0.92 - 0.2 * size[slow]
        factor[chance] = np.where(draw[chance] > 0.975, 0.95 - 0.22 * size[chance], 1.04 + 0.14 * size[chance])
        level[rise] *= 1.02 + 0.05 * size[rise]
        # Nobody sells under cost for weeks.
        factor = np.where(factor < 1, np.maximum(factor, np.minimum(1.0, 1.05 * unit_cost / level)), factor)
        for mask, why, length in ((feast, FEAST, 3), (slow, SLOW, 3), (chance, RANDOM, 4), (rise, COST, 0)):
            reason[mask] = why
            until_week[mask] = week + length + (4 * size[mask]).astype(np.int64) - 1
        old_won, new_won = rounded_price(old), rounded_price(factor * level)
        moved = (new_won != old_won) & (7 * week + weekday < days)
        day = 7 * week + weekday[moved]
        for product, first, won in zip(everything[moved], day, new_won[moved], strict=True):
            krw[product, first:] = won
        rows.append((everything[moved], day, reason[moved]))
    product, day, reason = (np.concatenate(column) for column in zip(*rows, strict=True))
    order = np.lexsort((day, product))
    return Prices(krw, product[order], day[order], reason[order], never)
