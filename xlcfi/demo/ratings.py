"""Reviews: which lines get one, how many stars, and when."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import DAY, HOUR, NEVER, Floats, Ints, Micros
from xlcfi.demo.fates import Fates
from xlcfi.demo.people import Buyers
from xlcfi.demo.sales import Sales
from xlcfi.demo.span import Span

_SHARE = 0.4
MOST_REVIEWS = 110_000
_STARS = np.array([1.7, 2.5, 3.3, 4.15])  # satisfaction above which there is one star more
QUALITY_FALL = 1.3  # stars that the broken seller's products lose on the break's day


@dataclass(frozen=True)
class Ratings:
    """Reviews by time (review id = index + 1), shape (reviews,). satisfaction: what the stars were cut from.

    quality: shape (products,), mean satisfaction with a product before the break.
    """

    product: Ints
    buyer: Ints
    stars: Ints
    satisfaction: Floats
    moment_us: Micros
    quality: Floats


def ratings_build(
    *, sales: Sales, fates: Fates, buyers: Buyers, product_seller: Ints, broken_seller: int, span: Span,
    rng: np.random.Generator,
) -> Ratings:  # fmt: skip
    """One review at most for each buyer and product, some days after the parcel."""
    products = len(product_seller)
    quality = np.clip(rng.normal(4.25, 0.45, products), 2.2, 5.2)
    arrived = fates.delivered_us[sales.line_order]
    moment = (
        arrived + (rng.exponential(4.0, len(arrived)) * DAY).astype(np.int64) + rng.integers(0, 9 * HOUR, len(arrived))
    )
    can = np.flatnonzero((arrived != NEVER) & (moment <= span.until_us))
    pair = sales.buyer[sales.line_order[can]] * products + sales.product[can]
    _, once = np.unique(pair, return_index=True)
    can = can[once]
    wanted = min(round(_SHARE * int(fates.paid[sales.line_order].sum())), MOST_REVIEWS, len(can))
    line = np.sort(rng.choice(can, wanted, replace=False))
    line = line[np.argsort(moment[line], kind="stable")]
    order, product = sales.line_order[line], sales.product[line]
    buyer = sales.buyer[order]
    broken = (product_seller[product] == broken_seller) & (sales.day[order] >= span.break_day)
    satisfaction = (
        quality[product]
        + buyers.leniency[buyer]
        + 0.12 * buyers.contentment[buyer]
        - 1.1 * sales.bad_delivery[order]
        - QUALITY_FALL * broken
        + rng.normal(0, 0.75, wanted)
        # What went wrong for this one buyer.
        - rng.exponential(1.9, wanted) * (rng.random(wanted) < 0.09)
    )
    stars = 1 + np.searchsorted(_STARS, satisfaction)
    return Ratings(product, buyer, stars, satisfaction, moment[line], quality)
