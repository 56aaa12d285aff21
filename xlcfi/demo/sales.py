"""From what people wanted to what was sold: stock hides some of it, and the market is trimmed to its size."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import Bools, Floats, Ints, Micros
from xlcfi.demo.baskets import Baskets, lines_within
from xlcfi.demo.occasions import Occasions
from xlcfi.demo.people import Buyers
from xlcfi.demo.rhythm import at_midnight, moments_of_day
from xlcfi.demo.span import Size, Span
from xlcfi.demo.stock import Stock, served_lines


@dataclass(frozen=True)
class Sales:
    """Orders by time (order id = index + 1) and their lines by order (line id = index + 1).

    buyer (index), moment_us, day, bad_delivery, occasion: shape (orders,). line_order (index), product (index),
    quantity: shape (lines,). wanted, sold, spoiled: units by (products, days); spoiled ones left the stock unsold.
    wanted - sold is what stock hid. kept_share: the part of the expected demand that is left after trimming.
    """

    buyer: Ints
    moment_us: Micros
    day: Ints
    bad_delivery: Bools
    occasion: Ints
    line_order: Ints
    product: Ints
    quantity: Ints
    wanted: Ints
    sold: Ints
    spoiled: Ints
    kept_share: float


def order_moments(*, occasions: Occasions, buyers: Buyers, span: Span, rng: np.random.Generator) -> Micros:
    """When each occasion's order is placed, a few of them at the very edges of a day."""
    moments = moments_of_day(span=span, days=occasions.day, countries=buyers.country[occasions.buyer], rng=rng)
    # Nobody orders before they have joined.
    joined = buyers.joined_us[occasions.buyer]
    early = moments <= joined
    day_end = span.start_us + (occasions.day + 1) * 86_400_000_000
    room = np.maximum(np.minimum(day_end, span.until_us) - joined, 2)
    moments[early] = joined[early] + (rng.random(int(early.sum())) * (room[early] - 1)).astype(np.int64)
    return at_midnight(span=span, moments=moments, rng=rng)


def units_by_day(*, product: Ints, day: Ints, quantity: Ints, products: int, days: int) -> Ints:
    """Units by product and day, shape (products, days)."""
    flat = product.astype(np.int64) * days + day
    found = np.bincount(flat, weights=quantity, minlength=products * days).astype(np.int32)
    return found.reshape(products, days)


def sales_settle(
    *,
    occasions: Occasions,
    moments: Micros,
    baskets: Baskets,
    stock: Stock,
    size: Size,
    rng: np.random.Generator,
) -> Sales:
    """Drop what stock could not serve, then orders and lines in excess of `size`; the truth keeps what was wanted."""
    products, days = stock.offered.shape
    line_day = occasions.day[baskets.order]
    served = served_lines(
        product=baskets.product,
        day=line_day,
        moment=moments[baskets.order],
        quantity=baskets.quantity,
        offered=stock.offered,
    )
    wanted = units_by_day(
        product=baskets.product, day=line_day, quantity=baskets.quantity, products=products, days=days
    )
    count = len(occasions.buyer)
    filled = np.flatnonzero(np.bincount(baskets.order[served], minlength=count) > 0)
    kept = np.zeros(count, dtype=bool)
    kept[filled if len(filled) <= size.orders else rng.choice(filled, size.orders, replace=False)] = True
    stays = served & kept[baskets.order]
    stays &= lines_within(lines=stays, order=baskets.order, most=size.lines, rng=rng)
    line = np.flatnonzero(stays)
    sold = units_by_day(
        product=baskets.product[line], day=line_day[line], quantity=baskets.quantity[line], products=products, days=days
    )
    served_units = units_by_day(
        product=baskets.product[served], day=line_day[served], quantity=baskets.quantity[served], products=products,
        days=days,
    )  # fmt: skip
    trimmed = served_units - sold
    by_time = np.flatnonzero(kept)
    by_time = by_time[np.argsort(moments[by_time], kind="stable")]
    rank = np.full(count, -1, dtype=np.int64)
    rank[by_time] = np.arange(len(by_time))
    line = line[np.argsort(rank[baskets.order[line]], kind="stable")]
    return Sales(
        buyer=occasions.buyer[by_time],
        moment_us=moments[by_time],
        day=occasions.day[by_time],
        bad_delivery=occasions.bad_delivery[by_time],
        occasion=by_time,
        line_order=rank[baskets.order[line]],
        product=baskets.product[line],
        quantity=baskets.quantity[line],
        # Who never came wanted nothing; what was set aside for them spoils.
        wanted=wanted - trimmed,
        sold=sold,
        spoiled=np.minimum(stock.offered, wanted) - sold,
        kept_share=1 - float(trimmed.sum() / max(served_units.sum(), 1)),
    )


def share_hidden(*, sales: Sales) -> float:
    """The part of all wanted units that was not in stock."""
    return float(1 - sales.sold.sum() / max(sales.wanted.sum(), 1))


def mean_daily(mean: Floats) -> Floats:
    """Usual units a day of every product while it is on sale, shape (products,)."""
    on_sale = np.maximum((mean > 0).sum(axis=1), 1)
    return np.asarray(mean.sum(axis=1) / on_sale)
