"""When each buyer orders, and when they stop coming back, and why."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import DAY, Bools, Floats, Ints, Streams
from xlcfi.demo.feasts import feast_lift
from xlcfi.demo.people import BAD_DELIVERY, BAD_DELIVERY_ELSEWHERE, Buyers
from xlcfi.demo.rhythm import Pace
from xlcfi.demo.span import Span

_MOST_ORDERS = 600
# Log odds of lapsing after an order.
HAZARD = {
    "base": -3.45,
    "discontent": 0.55,  # per standard deviation below the usual contentment
    "price": 7.0,  # price sensitivity times how far prices have risen
    "bad_delivery": 1.5,  # this parcel
    "bad_before": 0.5,  # each one before
    "first": 1.1,  # over the number of the order
    "abroad": 0.35,
    "after_break": 0.25,
}
_PRICE_DRIFT = 0.03  # yearly, what buyers feel


@dataclass(frozen=True)
class Occasions:
    """Orders that people came to place, sorted by buyer and time; shape (occasions,) but for what is said.

    number: how many orders of that buyer came before. gap: busy days since the order before.
    lapsed, lapse_day, hazard_last: shape (buyers,): whether the buyer has stopped coming, since which day, and the
    chance of stopping at their last order. pace_scale multiplies everyone's mean gap so that the market has its size.
    """

    buyer: Ints
    day: Ints
    number: Ints
    bad_delivery: Bools
    hazard: Floats
    lapsed: Bools
    lapse_day: Floats
    pace_scale: float


def occasions_build(*, buyers: Buyers, pace: Pace, span: Span, wanted: int, streams: Streams) -> Occasions:
    """Slightly more than `wanted` occasions: what is left over when stock has run out is trimmed to size later.

    Raises ValueError if these buyers could not make so many orders.
    """
    scale = 1.0
    for _ in range(25):
        found = _simulate(buyers=buyers, pace=pace, span=span, scale=scale, rng=streams.of("occasions"))
        if 1.045 * wanted <= len(found.buyer) <= 1.08 * wanted:
            return found
        scale *= float(np.clip((len(found.buyer) / (1.06 * wanted)) ** 1.3, 0.3, 3.0))
    if len(found.buyer) < wanted:
        raise ValueError(f"{len(buyers.user_id)} buyers make only {len(found.buyer)} orders")
    return found


def _simulate(*, buyers: Buyers, pace: Pace, span: Span, scale: float, rng: np.random.Generator) -> Occasions:
    count = len(buyers.user_id)
    bad_share = np.array([BAD_DELIVERY.get(code, BAD_DELIVERY_ELSEWHERE) for code in buyers.country])
    feast = np.clip(feast_lift(span=span), 0, None)
    abroad = buyers.country != "KR"
    mean_gap = buyers.mean_gap * scale
    now = pace.warp((buyers.joined_us - span.start_us) / DAY)
    alive = np.flatnonzero(rng.random(count) > 0.1)
    bad_before = np.zeros(count)
    lapsed, lapse_day = np.zeros(count, dtype=bool), np.full(count, np.nan)
    found: list[tuple[Ints, Ints, Ints, Bools, Floats]] = []
    for number in range(_MOST_ORDERS):
        shape = buyers.regularity[alive]
        gap = rng.gamma(shape, mean_gap[alive] / shape)
        now[alive] += np.where(number == 0, 0.25 * gap, gap)
        day = np.floor(pace.unwarp(now[alive])).astype(np.int64)
        inside = day < span.days
        alive, day = alive[inside], day[inside]
        if not len(alive):
            break
        share = bad_share[alive] + 0.06 * feast[np.clip(day, 0, None)] * (day >= 0)
        bad = rng.random(len(alive)) < share
        risen = _PRICE_DRIFT * np.clip(day, 0, None) / 365
        odds = (
            HAZARD["base"]
            - HAZARD["discontent"] * buyers.contentment[alive]
            + HAZARD["price"] * buyers.price_sensitivity[alive] * risen
            + HAZARD["bad_delivery"] * bad
            + HAZARD["bad_before"] * np.minimum(bad_before[alive], 3)
            + HAZARD["first"] / (1 + number)
            + HAZARD["abroad"] * abroad[alive]
            + HAZARD["after_break"] * (day >= span.break_day)
        )
        hazard = 1 / (1 + np.exp(-odds))
        found.append((alive, day, np.full(len(alive), number), bad, hazard))
        bad_before[alive] += bad
        stops = rng.random(len(alive)) < hazard
        lapsed[alive[stops]], lapse_day[alive[stops]] = True, day[stops]
        alive = alive[~stops]
    buyer, day, number_of, bad_delivery, hazards = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((number_of, buyer))
    order = order[day[order] >= 0]
    return Occasions(
        buyer[order], day[order], number_of[order], bad_delivery[order], hazards[order], lapsed, lapse_day, scale
    )
