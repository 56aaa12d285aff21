"""Stock from day to day: it runs out, hides demand, and comes back when the supplier delivers."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class Suppliers:
    """shape (products,): usual lead time in days, the least that is ordered at once, and the cover aimed at in days."""

    lead_days: Floats
    least_order: Ints
    cover_days: Floats


@dataclass(frozen=True)
class Stock:
    """shape (products, days): units for sale that day, units received that morning, and what was left at night."""

    offered: Ints
    received: Ints
    left: Ints


def suppliers_build(*, seller: Ints, mean_daily: Floats, shelf_life_days: Ints, rng: np.random.Generator) -> Suppliers:
    """Suppliers differ by seller and product. mean_daily: usual units a day, shape (products,)."""
    count = len(seller)
    of_seller = rng.uniform(3, 12, int(seller.max()) + 1)
    lead = np.clip(of_seller[seller] * rng.lognormal(0, 0.3, count), 2, 30)
    least = rng.choice([24, 30, 40, 48, 60, 80, 100], count)
    cover = np.minimum(rng.uniform(25, 80, count), np.maximum(shelf_life_days * 0.6, 5))
    # Who sells three a month does not order a hundred.
    return Suppliers(lead, np.minimum(least, np.maximum(12, (mean_daily * 300).astype(np.int64))), cover)


def stock_run(
    *, wanted: Ints, launched: Ints, gone: Ints, suppliers: Suppliers, usual: Floats, rng: np.random.Generator
) -> Stock:
    """Sell, count, order, receive, day after day.

    wanted: units wanted, shape (products, days). Sellers see only what they sold, and plan by it.
    """
    products, days = wanted.shape
    offered, received, left = (np.zeros((products, days), dtype=np.int32) for _ in range(3))
    have = np.zeros(products, dtype=np.int64)
    daily = np.maximum(usual, 0.01)
    horizon = 64
    coming = np.zeros((products, days + horizon), dtype=np.int32)
    # How far ahead sellers look: the careless order when the shelf is all but empty.
    foresight = rng.choice([0.0, 0.6, 1.2, 2.0], products, p=[0.08, 0.27, 0.35, 0.3])
    first_fill = np.ceil(usual * suppliers.cover_days + suppliers.least_order).astype(np.int64)
    coming[np.arange(products), np.clip(launched, 0, days - 1)] += first_fill.astype(np.int32)
    on_order = first_fill.copy()
    for day in range(days):
        arriving = coming[:, day].astype(np.int64)
        have += arriving
        on_order -= arriving
        offered[:, day], received[:, day] = have, arriving
        sold = np.minimum(have, wanted[:, day])
        have = have - sold
        left[:, day] = have
        daily = daily * (27 / 28) + np.where((have > 0) | (sold > 0), sold, daily) / 28
        need = foresight * (daily * suppliers.lead_days + np.sqrt(daily * suppliers.lead_days + 0.5))
        sells = (day >= launched) & (day < gone - 30)
        # Orders go out on working days, one at a time.
        short = sells & (have + on_order <= need) & (on_order == 0) & (rng.random(products) < 5 / 7)
        asked = np.maximum(suppliers.least_order, np.ceil(daily * suppliers.cover_days)).astype(np.int64)
        delay = np.clip(np.round(suppliers.lead_days * rng.lognormal(0, 0.25, products)), 1, horizon - 1)
        who = np.flatnonzero(short)
        coming[who, day + delay[who].astype(np.int64)] += asked[who].astype(np.int32)
        on_order[who] += asked[who]
    return Stock(offered, received, left)


def served_lines(*, product: Ints, day: Ints, moment: Ints, quantity: Ints, offered: Ints) -> Bools:
    """Which lines could be served: first come, first served within a day. All line arrays shape (lines,)."""
    order = np.lexsort((moment, day, product))
    key = product[order].astype(np.int64) * offered.shape[1] + day[order]
    units = quantity[order]
    total = np.cumsum(units)
    first = np.concatenate([[True], key[1:] != key[:-1]])
    before = np.maximum.accumulate(np.where(first, total - units, 0))
    served = np.empty(len(order), dtype=bool)
    served[order] = total - before <= offered[product[order], day[order]]
    return served
