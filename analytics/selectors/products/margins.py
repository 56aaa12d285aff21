"""What is left of net revenue after what the goods cost, where somebody told what they cost.

Gross margin = net revenue - units that stayed sold x unit cost. What went back is known in money, not in units: a
product of whose gross 10 % went back counts as having 10 % of its units back. Costs are today's; a cost in another
currency, or none, leaves a product out: what the figures cover is told beside them, and nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db import connection

from analytics.selectors.products.own import own_products
from analytics.selectors.sales.sources import PRODUCTS, Reading, SalesFilter
from analytics.selectors.sales.sums import CENT
from ml.selectors.planning import unit_costs
from xlcfi.clock import Period

_SOLD = """
SELECT told, SUM(gross), SUM(refunds), SUM(units) FROM ({rows}) AS r WHERE true {own}
GROUP BY told HAVING SUM(gross) <> 0 OR SUM(refunds) <> 0 OR SUM(units) <> 0
"""


class Sold(NamedTuple):
    """Money and units of one product in a period; product 0: of orders whose lines nobody told."""

    product_id: int
    gross: Decimal
    refunds: Decimal
    units: int

    @property
    def net(self) -> Decimal:
        """Net revenue."""
        return self.gross - self.refunds


class Margin(NamedTuple):
    """What the goods that stayed sold cost, and what was left. rate: of net revenue; None where that is not above 0."""

    unit_cost: Decimal
    cost: Decimal
    margin: Decimal
    rate: float | None


def margin_of(*, sold: Sold, unit_cost: Decimal) -> Margin:
    """The margin of what was sold at `unit_cost`, to the cent."""
    kept = sold.units * sold.net / sold.gross if sold.gross else Decimal(sold.units)
    cost = (kept * unit_cost).quantize(CENT, ROUND_HALF_UP)
    margin = sold.net - cost
    return Margin(unit_cost, cost, margin, round(float(margin / sold.net), 4) if sold.net > 0 else None)


def margins(
    *, period: Period, currency: str, seller: int | None = None, category: int | None = None
) -> tuple[dict[str, Any], list[tuple[Sold, Margin]]]:
    """(all together with what it covers, each product with a known cost by margin, largest first). Two queries."""
    sold = products_sold(period=period, currency=currency, where=SalesFilter(category=category), seller=seller)
    return _margins(sold, unit_costs(currency=currency))


def _margins(sold: Sequence[Sold], costs: Mapping[int, Decimal]) -> tuple[dict[str, Any], list[tuple[Sold, Margin]]]:
    known = [(one, margin_of(sold=one, unit_cost=costs[one.product_id])) for one in sold if one.product_id in costs]
    known.sort(key=lambda pair: (-pair[1].margin, pair[0].product_id))
    covered = sum((one.net for one, _ in known), Decimal())
    whole = sum((one.net for one in sold), Decimal())
    margin = sum((margin.margin for _, margin in known), Decimal())
    told = {
        "net_revenue": whole,
        "covered_net_revenue": covered,
        "coverage": round(float(covered / whole), 4) if whole > 0 else None,
        "products": len(sold),
        "covered_products": len(known),
        "cost": sum((margin.cost for _, margin in known), Decimal()),
        "gross_margin": margin,
        "margin_rate": round(float(margin / covered), 4) if covered > 0 else None,
    }
    return told, known


def products_sold(*, period: Period, currency: str, where: SalesFilter, seller: int | None = None) -> list[Sold]:
    """What each product sold in `period`; seller: their products only. One query."""
    reading = Reading()
    rows = reading.rows(
        PRODUCTS, where, [period], currency=currency, select="product_id AS told", monthly=where.product is None
    )
    with connection.cursor() as cursor:
        cursor.execute(_SOLD.format(rows=rows, own=own_products(reading, seller)), reading.values)
        return [Sold(product_id, gross, refunds, int(units)) for product_id, gross, refunds, units in cursor.fetchall()]
