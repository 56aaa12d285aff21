"""Parcels: on the way, arrived, late, lost and sent again."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import HOUR, NEVER, Ints, Micros, Texts
from xlcfi.demo.fates import Fates
from xlcfi.demo.sales import Sales
from xlcfi.demo.span import Span


@dataclass(frozen=True)
class Deliveries:
    """Rows by time of request (delivery id = index + 1), shape (deliveries,).

    shipped_us: when it started, NEVER if not yet. delivered_us: NEVER unless it arrived.
    """

    order: Ints
    status: Texts
    requested_us: Micros
    shipped_us: Micros
    delivered_us: Micros


def deliveries_build(*, sales: Sales, fates: Fates, span: Span, rng: np.random.Generator) -> Deliveries:
    """One row for each order that was packed, a second one where the first parcel was lost."""
    packed = np.flatnonzero(fates.prepared_us != NEVER)
    shipped, delivered = fates.shipped_us[packed], fates.delivered_us[packed]
    status = np.where(delivered != NEVER, "DELIVERED", np.where(shipped != NEVER, "IN_TRANSIT", "REQUESTED"))
    lost = np.flatnonzero(sales.bad_delivery[packed] & (shipped != NEVER) & (rng.random(len(packed)) < 0.3))
    end = np.where(delivered[lost] != NEVER, delivered[lost], span.until_us)
    again = shipped[lost] + ((end - shipped[lost]) * rng.uniform(0.3, 0.6, len(lost))).astype(np.int64)
    some = again - shipped[lost] > 6 * HOUR
    lost, again = lost[some], again[some]
    order = np.concatenate([packed, packed[lost]])
    requested = np.concatenate([fates.prepared_us[packed], again])
    # The first parcel of a pair never arrives; the second one brings what the order says.
    first = np.array(status, dtype=object)
    first[lost] = "FAILED"
    arrives = delivered.copy()
    arrives[lost] = NEVER
    second_started = np.minimum(again + 3 * HOUR, span.until_us)
    second_started = np.where(delivered[lost] != NEVER, np.minimum(second_started, delivered[lost]), second_started)
    states = np.concatenate([first, status[lost].astype(object)])
    started = np.concatenate([shipped, second_started])
    arrived = np.concatenate([arrives, delivered[lost]])
    by_time = np.lexsort((order, requested))
    return Deliveries(order[by_time], states[by_time], requested[by_time], started[by_time], arrived[by_time])
