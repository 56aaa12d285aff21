"""Money given back. The tables tell only of full refunds; how much a partial one was, only its event tells."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import DAY, HOUR, NEVER, Bools, Ints, Micros
from xlcfi.demo.bills import USD, Bills
from xlcfi.demo.fates import CANCELLED, PARTIAL, REFUNDED, Fates
from xlcfi.demo.payments import Payments
from xlcfi.demo.sales import Sales
from xlcfi.demo.span import Span


@dataclass(frozen=True)
class Refunds:
    """One row for each refund, by time; shape (refunds,). line: the line that went back, -1 if none is named.

    amount: hundredths of the order's currency. whole: the order's total. told: whether payment.refunded says so (a
    cancelled payment's return is told by order.cancelled alone).
    """

    order: Ints
    moment_us: Micros
    amount: Ints
    line: Ints
    whole: Bools
    told: Bools


def refunds_build(
    *, sales: Sales, bills: Bills, fates: Fates, payments: Payments, span: Span, rng: np.random.Generator
) -> Refunds:
    """Full refunds and cancellations as the tables have them, and one or two partial refunds of an order."""
    back = np.flatnonzero((fates.returned_us != NEVER) & (payments.paying >= 0))
    full = back[np.isin(fates.kind[back], [REFUNDED, CANCELLED])]
    partial = back[fates.kind[back] == PARTIAL]
    told = payments.status[payments.paying[full]] == "REFUNDED"
    first_line = np.searchsorted(sales.line_order, np.arange(len(bills.total)))
    lines = np.bincount(sales.line_order, minlength=len(bills.total))
    line = first_line[partial] + (rng.random(len(partial)) * lines[partial]).astype(np.int64)
    worth = bills.unit_price[line] * sales.quantity[line]
    total = bills.total[partial]
    step = np.where(bills.currency[partial] == USD, 1, 100)
    # A line's own price, less its part of the coupon; or, as a gesture, some part of the total.
    gesture = rng.random(len(partial)) < 0.35
    part = np.where(gesture, total * rng.uniform(0.05, 0.5, len(partial)), np.minimum(worth, total * 0.8))
    amount = np.maximum(np.floor(part / step).astype(np.int64) * step, step)
    named = ~gesture & (worth <= total * 0.8)
    twice = np.flatnonzero(rng.random(len(partial)) < 0.12)
    rest = total[twice] - amount[twice]
    second = np.floor(rest * rng.uniform(0.1, 0.6, len(twice)) / step[twice]).astype(np.int64) * step[twice]
    later = fates.returned_us[partial[twice]] + rng.integers(HOUR, 20 * DAY, len(twice))
    fits = (later <= span.until_us) & (second > 0)
    order = np.concatenate([full, partial, partial[twice][fits]])
    moment = np.concatenate([fates.returned_us[full], fates.returned_us[partial], later[fits]])
    amounts = np.concatenate([bills.total[full], amount, second[fits]])
    line_named = np.concatenate(
        [np.full(len(full), -1), np.where(named, line, -1), np.full(int(fits.sum()), -1)]
    ).astype(np.int64)
    whole = np.arange(len(order)) < len(full)
    tells = np.concatenate([told, np.ones(len(order) - len(full), dtype=bool)])
    by_time = np.lexsort((order, moment))
    return Refunds(
        order[by_time], moment[by_time], amounts[by_time], line_named[by_time], whole[by_time], tells[by_time]
    )
