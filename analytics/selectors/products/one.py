"""All that is known of one product, for the API and for the admin."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from analytics.selectors.products.interest import product_conversion
from analytics.selectors.products.margins import Sold, margin_of, products_sold
from analytics.selectors.products.reviews import product_reviews
from analytics.selectors.products.stamp import stamped
from analytics.selectors.products.standing import standing_of
from analytics.selectors.sales.answer import SalesQuestion, sales_found
from analytics.selectors.sales.sources import SalesFilter
from analytics.selectors.sales.sums import CENT
from ml.selectors.planning import unit_costs
from ml.selectors.prices import price_history
from recommendations.selectors.baskets import basket_size
from xlcfi.clock import Period, named_period
from xlcfi.errors import Forbidden
from xlcfi.platform.selectors import ProductCard, product_cards

HOME_CURRENCY = "KRW"


@dataclass(frozen=True, slots=True)
class ProductQuestion:
    """Which product, over which days in which steps, compared with what; currency None: the product's own.

    seller: who asks, where they see their own only.
    """

    product_id: int
    period: Period
    granularity: str = "day"
    compared: Mapping[str, Period] = field(default_factory=dict)
    currency: str | None = None
    seller: int | None = None


def product_answer(question: ProductQuestion) -> dict[str, Any]:
    """The product's sales, interest, baskets, price, reviews, standing and margin. A dozen queries, each by an index.

    A product that nobody knows is an answer, too: null, and figures of nothing. Raises Forbidden for another seller's.
    """
    product_id, period = question.product_id, question.period
    card = product_cards([product_id]).get(product_id)
    if question.seller is not None and card is not None and card["seller_id"] != question.seller:
        raise Forbidden("This is another seller's product.")
    currency = question.currency or (card["currency"] if card else HOME_CURRENCY)
    # Whose a product was that is gone, only its orders tell.
    where = SalesFilter(product=product_id, seller=question.seller if card is None else None)
    sales = sales_found(
        SalesQuestion(
            period=period,
            granularity=question.granularity,
            currency=currency,
            compared=question.compared,
            where=where,
        )
    ).figures
    foreign = card is None and question.seller is not None
    return stamped(
        {
            "product_id": product_id,
            "product": card,
            **sales,
            "conversion": None if foreign else product_conversion(product_id=product_id, period=period),
            "baskets": None if foreign else _baskets(product_id, sales["totals"]),
            "price_history": [] if foreign else _prices(product_id, period),
            "reviews": None if foreign else product_reviews(product_id=product_id),
            "standing": _standing(question, where, currency),
            "margin": _margin(product_id, currency, sales["totals"], card),
        }
    )


def _baskets(product_id: int, totals: Mapping[str, Any]) -> dict[str, Any]:
    size = basket_size(product_id=product_id)
    orders = totals["orders"]
    mean = (Decimal(totals["units"]) / orders).quantize(CENT, ROUND_HALF_UP) if orders else None
    return {"mean_units": mean, "mean_lines": size.mean_lines, "orders_ever": size.orders}


def _prices(product_id: int, period: Period) -> list[dict[str, Any]]:
    steps = price_history(product_id=product_id, first=period.first, last=period.last)
    return [{**asdict(step), "day": step.day.isoformat()} for step in steps]


def _standing(question: ProductQuestion, where: SalesFilter, currency: str) -> dict[str, Any]:
    year = products_sold(period=named_period("year"), currency=currency, where=where)
    net = sum((sold.net for sold in year), Decimal())
    return standing_of(product_id=question.product_id, net=net, currency=currency, seller=question.seller)


def _margin(product_id: int, currency: str, totals: Mapping[str, Any], card: ProductCard | None) -> dict[str, Any]:
    cost = unit_costs(currency=currency, product_ids=[product_id]).get(product_id)
    # Without a card nobody knows what it is that the cost was told of.
    if cost is None or card is None:
        return {"unit_cost": None, "cost": None, "gross_margin": None, "margin_rate": None}
    sold = Sold(product_id, totals["gross"], totals["refunds"], totals["units"])
    margin = margin_of(sold=sold, unit_cost=cost)
    return {
        "unit_cost": margin.unit_cost,
        "cost": margin.cost,
        "gross_margin": margin.margin,
        "margin_rate": margin.rate,
    }
