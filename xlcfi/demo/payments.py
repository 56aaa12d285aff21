"""Payment rows: tries that failed, money that arrived, what was cancelled or given back."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import HOUR, MINUTE, NEVER, SECOND, Ints, Micros, Texts
from xlcfi.demo.fates import CANCELLED, METHODS, Fates
from xlcfi.demo.span import Span


@dataclass(frozen=True)
class Payments:
    """Rows by time (payment id = index + 1), shape (payments,). paid_us: NEVER unless money arrived."""

    order: Ints
    method: Texts
    status: Texts
    paid_us: Micros
    created_us: Micros
    paying: Ints  # shape (orders,): index of the payment that paid the order, -1 for none


def payments_build(*, fates: Fates, span: Span, rng: np.random.Generator) -> Payments:
    """All tries of all orders."""
    orders = len(fates.kind)
    failed = np.repeat(np.arange(orders), fates.failures)
    nth = np.arange(len(failed)) - np.repeat(np.cumsum(fates.failures) - fates.failures, fates.failures)
    failed_us = fates.created_us[failed] + 10 * SECOND + nth * 80 * SECOND + rng.integers(0, 30 * SECOND, len(failed))
    failed = failed[failed_us <= span.until_us]
    failed_us = failed_us[failed_us <= span.until_us]

    paid = np.flatnonzero(fates.paid)
    paid_us = fates.paid_us[paid]
    # Quick methods are asked for seconds before the money is there, bank transfers hours before.
    asked_us = np.maximum(paid_us - rng.integers(1 * SECOND, 12 * SECOND, len(paid)), fates.created_us[paid] + SECOND)
    asked_us = np.where(paid_us - fates.created_us[paid] > HOUR, fates.created_us[paid] + MINUTE, asked_us)
    whole = (fates.returned_us[paid] != NEVER) & np.isin(fates.status[paid], ["CANCELLED", "REFUNDED"])
    by_cancelling = whole & (fates.kind[paid] == CANCELLED) & (rng.random(len(paid)) < 0.6)
    status = np.where(by_cancelling, "CANCELLED", np.where(whole, "REFUNDED", "COMPLETED"))

    open_orders = np.flatnonzero((fates.paid_us == NEVER) & fates.tries & (fates.failures == 0))
    waiting = fates.status[open_orders] == "PENDING"
    open_us = np.minimum(fates.created_us[open_orders] + 5 * SECOND, span.until_us)

    # Rarely the same order is paid twice: two rows, one sale.
    twice = np.flatnonzero((status == "COMPLETED") & (rng.random(len(paid)) < 0.001))
    twice = twice[paid_us[twice] + 9 * SECOND <= span.until_us]
    again_us = paid_us[twice] + rng.integers(2 * SECOND, 8 * SECOND, len(twice))

    order = np.concatenate([failed, paid, open_orders, paid[twice]])
    states = np.concatenate(
        [
            np.full(len(failed), "FAILED"),
            status,
            np.where(waiting, "PENDING", "CANCELLED"),
            np.full(len(twice), "COMPLETED"),
        ]
    ).astype(object)
    never = np.full(max(len(failed), len(open_orders)), NEVER)
    paid_at = np.concatenate([never[: len(failed)], paid_us, never[: len(open_orders)], again_us])
    created = np.concatenate([failed_us, asked_us, open_us, again_us - SECOND])
    by_time = np.lexsort((order, created))
    paying = np.full(orders, -1, dtype=np.int64)
    place = np.empty(len(order), dtype=np.int64)
    place[by_time] = np.arange(len(order))
    paying[paid] = place[len(failed) : len(failed) + len(paid)]
    methods = METHODS[fates.method[order]]
    # After a failure people often try another way.
    changed = (states == "FAILED") & (rng.random(len(order)) < 0.3)
    methods[changed] = "CARD"
    return Payments(order[by_time], methods[by_time], states[by_time], paid_at[by_time], created[by_time], paying)
