"""What was sold and what went back, line by line, from the platform's tables by plain SQL; figures are sums of these.

Written without a look at the ledger: an entry per product of an order for its sale, one per product for a refund.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.analytics.plain_sql import PAID, rows, shares


@dataclass
class Entry:
    kind: str  # sale, return, cancellation
    order: int
    moment: datetime
    currency: str
    seller: int
    country: str
    product: int
    category: int
    gross: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    units: int = 0
    back: Decimal = Decimal(0)


def entries(refunds=()):
    """refunds: (order, moment on Seoul's clock, amount or None for all of it, {product: quantity} or None)."""
    orders = {
        row[0]: row[1:]
        for row in rows(
            f"""SELECT o.id, o.created_at, o.currency, o.seller_id, u.country_code, o.total, o.status
            FROM orders o JOIN users u ON u.id = o.buyer_id WHERE {PAID}"""
        )
    }
    lines = defaultdict(dict)
    for order, product, units, worth in rows(
        "SELECT order_id, product_id, SUM(quantity), SUM(quantity * unit_price) FROM order_items GROUP BY 1, 2"
    ):
        lines[order][product] = (int(units), worth)
    category = dict(rows("SELECT id, category_id FROM products"))
    found, sold = [], {}
    for order, (moment, currency, seller, country, total, _) in orders.items():
        sold[order] = shares(total, currency, {product: worth for product, (_, worth) in lines[order].items()})
        for product, gross in sold[order].items():
            units, worth = lines[order][product]
            found.append(
                Entry("sale", order, moment, currency, seller, country, product, category[product], gross,
                      worth - gross, units)
            )  # fmt: skip
    for order, moment, amount, named in refunds:
        if order not in orders:
            continue
        _, currency, seller, country, total, status = orders[order]
        weights = sold[order]
        if named:
            weights = {p: Fraction(sold[order][p]) * n / lines[order][p][0] for p, n in named.items()}
        kind = "cancellation" if status == "CANCELLED" else "return"
        for product, back in shares(total if amount is None else amount, currency, weights).items():
            found.append(
                Entry(kind, order, moment, currency, seller, country, product, category[product], back=back)
            )  # fmt: skip
    return found


def undone(known=()):
    """Refunds that only the tables tell: all of it, when the order was last touched. known: orders told otherwise."""
    return [
        (order, moment, None, None)
        for order, moment in rows(
            """SELECT o.id, o.updated_at FROM orders o
            WHERE EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status IN ('REFUNDED', 'CANCELLED')
                          AND p.paid_at IS NOT NULL)
              AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'COMPLETED')"""
        )
        if order not in known
    ]


def measures(some, *, per_product=False):
    """The measures of entries of one currency."""
    sales = [entry for entry in some if entry.kind == "sale"]
    gross = sum((entry.gross for entry in sales), Decimal(0))
    cancelled = sum((entry.back for entry in some if entry.kind == "cancellation"), Decimal(0))
    returned = sum((entry.back for entry in some if entry.kind == "return"), Decimal(0))
    orders = len({(entry.order, entry.product) if per_product else entry.order for entry in sales})
    average = None if per_product or not orders else (gross / orders).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {
        "gross": gross,
        "discounts": sum((entry.discount for entry in sales), Decimal(0)),
        "cancellations": cancelled,
        "returns": returned,
        "refunds": cancelled + returned,
        "net_revenue": gross - cancelled - returned,
        "orders": orders,
        "units": sum(entry.units for entry in sales),
        "average_order_value": average,
    }


def within(some, first, last, **wanted):
    """Those of a run of Seoul days, and of a currency, seller and so on."""
    return [
        entry
        for entry in some
        if first <= entry.moment.date() <= last and all(getattr(entry, name) == want for name, want in wanted.items())
    ]


def rate(now, before):
    """The change as a fraction; None where that says nothing."""
    if now is None or before is None or before == 0:
        return None
    return round(float((Decimal(now) - Decimal(before)) / Decimal(before)), 4)


def steps_by_hand(first, last, granularity):
    """(first, last) of each step, found by walking the days and asking the calendar."""

    def name(day):
        if granularity == "week":
            return day.isocalendar()[:2]
        if granularity == "quarter":
            return day.year, (day.month + 2) // 3
        return {"day": day.toordinal(), "month": (day.year, day.month), "year": day.year}[granularity]

    steps, day = [], first
    while day <= last:
        if steps and name(steps[-1][1]) == name(day):
            steps[-1][1] = day
        else:
            steps.append([day, day])
        day += timedelta(days=1)
    return [tuple(step) for step in steps]


def tops():
    """category -> the highest one above it."""
    parents = dict(rows("SELECT id, parent_id FROM categories"))

    def top(category):
        return category if parents.get(category) not in parents else top(parents[category])

    return {category: top(category) for category in parents}


def below(category):
    """The category and all under it."""
    parents = rows("SELECT id, parent_id FROM categories")
    found = {category}
    while more := {id_ for id_, parent in parents if parent in found} - found:
        found |= more
    return found
