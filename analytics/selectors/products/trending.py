"""Products that sell significantly more than in the window before, and those that were not there then."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from analytics.selectors.products.own import own_products
from analytics.selectors.products.popular import last_days
from analytics.selectors.products.stamp import stamped
from analytics.selectors.sales.answer import period_told
from analytics.selectors.sales.sources import KNOWN_CURRENCIES, PRODUCTS, Reading, SalesFilter, category_products
from analytics.selectors.sales.sums import change_rate
from analytics.trending import FALSE_DISCOVERY_RATE, LEAST_ORDERS, Counts, trends
from xlcfi.clock import Period
from xlcfi.platform.selectors import product_cards

LEAST_UNITS = 10
"""Fewer units in the window are not worth telling, whatever they grew from."""

# The market is all that the caller sees; a category narrows down what is tested, not what it is compared with.
_WINDOWS = """
WITH RECURSIVE {known}, sold AS MATERIALIZED (
    SELECT told AS product_id,
           COALESCE(SUM(orders) FILTER (WHERE span = 0), 0) AS orders,
           COALESCE(SUM(orders) FILTER (WHERE span = 1), 0) AS orders_before,
           COALESCE(SUM(units) FILTER (WHERE span = 0), 0) AS units,
           COALESCE(SUM(units) FILTER (WHERE span = 1), 0) AS units_before
    FROM ({rows}) AS r WHERE told <> 0 {own} GROUP BY told
)
SELECT 0, SUM(orders), SUM(orders_before), SUM(units), SUM(units_before) FROM sold
UNION ALL
SELECT product_id, orders, orders_before, units, units_before FROM sold
WHERE (orders + orders_before >= {least} OR units >= {least_units}) {category}
"""
_NEW = "SELECT id FROM products WHERE id = ANY(%s) AND created_at >= %s"


class Windows(NamedTuple):
    """A product in the window and in the one before it. orders: paid orders that hold it."""

    product_id: int
    orders: int
    orders_before: int
    units: int
    units_before: int


def trending_answer(*, days: int, limit: int, category: int | None = None, seller: int | None = None) -> dict[str, Any]:
    """What trends in the last `days` Seoul days against as many before, as the API tells it; see analytics/trending.py.

    seller: their products only, compared with the sales of these. New products (made after the window before began) are
    not compared with anything: they stand by themselves, by units. At most four queries.
    """
    period = last_days(days)
    market, sold = _windows(period=period, category=category, seller=seller)
    new = _new({one.product_id for one in sold.values() if one.orders > one.orders_before}, since=period.before().first)
    found = trends(
        counts=[
            Counts(one.product_id, one.orders, one.orders_before) for one in sold.values() if one.product_id not in new
        ],
        market_now=market.orders,
        market_before=market.orders_before,
    )
    risen = [trend for trend in found if sold[trend.product_id].units >= LEAST_UNITS][:limit]
    fresh = sorted(
        (sold[product_id] for product_id in new if sold[product_id].units >= LEAST_UNITS),
        key=lambda one: (-one.units, one.product_id),
    )[:limit]
    cards = product_cards([*(trend.product_id for trend in risen), *(one.product_id for one in fresh)])
    items = [
        {
            **_told(sold[trend.product_id]),
            "new": False,
            "growth": change_rate(sold[trend.product_id].units, sold[trend.product_id].units_before),
            "trend": round(trend.growth, 4),
            "p_value": float(f"{trend.p_value:.3g}"),
            "direction": "up",
            "product": cards.get(trend.product_id),
        }
        for trend in risen
    ]
    return stamped(
        {
            "period": period_told(period),
            "compared_with": period_told(period.before()),
            "market": {
                "orders": market.orders,
                "previous_orders": market.orders_before,
                "growth": change_rate(market.orders, market.orders_before),
            },
            "rule": {
                "false_discovery_rate": FALSE_DISCOVERY_RATE,
                "least_orders": LEAST_ORDERS,
                "least_units": LEAST_UNITS,
            },
            "items": items,
            "new_items": [
                {
                    **_told(one),
                    "new": True,
                    "growth": None,
                    "trend": None,
                    "p_value": None,
                    "direction": "up",
                    "product": cards.get(one.product_id),
                }
                for one in fresh
            ],
        }
    )


def _told(sold: Windows) -> dict[str, Any]:
    return {
        "product_id": sold.product_id,
        "units": sold.units,
        "previous_units": sold.units_before,
        "orders": sold.orders,
        "previous_orders": sold.orders_before,
    }


def _windows(*, period: Period, category: int | None, seller: int | None) -> tuple[Windows, dict[int, Windows]]:
    """(the market, product id -> its windows): of products with enough orders or units to be looked at."""
    reading = Reading()
    rows = reading.rows(
        PRODUCTS,
        SalesFilter(),
        [period, period.before()],
        currency=None,
        select="product_id AS told",
        monthly=False,
    )
    text = _WINDOWS.format(
        known=KNOWN_CURRENCIES,
        rows=rows,
        own=own_products(reading, seller),
        least=reading.put(LEAST_ORDERS),
        least_units=reading.put(LEAST_UNITS),
        category="" if category is None else f"AND product_id IN ({category_products(reading.put(category))})",
    )
    with connection.cursor() as cursor:
        cursor.execute(text, reading.values)
        found = [Windows(*(int(value or 0) for value in row)) for row in cursor.fetchall()]
    return (
        next(one for one in found if one.product_id == 0),
        {one.product_id: one for one in found if one.product_id != 0},
    )


def _new(product_ids: Collection[int], *, since: date) -> set[int]:
    """Those of `product_ids` that were made on the Seoul day `since` or later: the platform's clock is Seoul's."""
    if not product_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_NEW, [sorted(product_ids), since])
        return {row[0] for row in cursor.fetchall()}
