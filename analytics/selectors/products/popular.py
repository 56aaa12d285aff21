"""What sells most in the last days, of what can be bought."""

from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from analytics.selectors.products.stamp import seconds_of_today, stamped
from analytics.selectors.sales.answer import period_told
from analytics.selectors.sales.sources import KNOWN_CURRENCIES, PRODUCTS, Reading, SalesFilter
from xlcfi import clock
from xlcfi.cache.json_cache import cached_raw
from xlcfi.clock import Period
from xlcfi.platform.models.product import ProductStatus
from xlcfi.platform.selectors import product_cards

DAYS, LIMIT = 3, 5
CACHE_SECONDS = 3_600
KEY = f"products:popular:{DAYS}:{LIMIT}"
HOME_CURRENCY = "KRW"

# In the order of the list each product is looked up by its key, until there are enough: OFFSET 0 keeps the planner from
# joining all of them first.
_POPULAR = """
WITH RECURSIVE {known}, sold AS (
    SELECT told AS product_id, SUM(units) AS units,
           COALESCE(SUM(gross - refunds) FILTER (WHERE money = {home}), 0) AS net
    FROM ({rows}) AS r WHERE told <> 0 GROUP BY told HAVING SUM(units) > 0
)
SELECT product_id, units FROM (SELECT * FROM sold ORDER BY units DESC, net DESC, product_id) AS best
WHERE EXISTS (SELECT 1 FROM products p WHERE p.id = best.product_id AND p.status <> {hidden} OFFSET 0)
ORDER BY units DESC, net DESC, product_id LIMIT {limit}
"""


class Popular(NamedTuple):
    """A product and how many units of it were sold."""

    product_id: int
    units: int


def popular_cached() -> msgspec.Raw:
    """The answer for default parameters as JSON, kept for an hour or until midnight in Seoul; sales make it old."""
    ttl = seconds_of_today(most=CACHE_SECONDS)
    return cached_raw(key=KEY, ttl=ttl, compute=lambda: popular_answer(days=DAYS, limit=LIMIT))


def popular_answer(*, days: int, limit: int, category: int | None = None) -> dict[str, Any]:
    """The best `limit` products of the last `days` Seoul days, today among them, as the API tells them."""
    period = last_days(days)
    best = most_sold(period=period, limit=limit, category=category)
    cards = product_cards([one.product_id for one in best])
    # Between the two statements a product can go.
    items = [
        {"product_id": one.product_id, "units": one.units, "product": cards[one.product_id]}
        for one in best
        if one.product_id in cards
    ]
    return stamped({"period": period_told(period), "items": items})


def last_days(days: int) -> Period:
    """The last `days` Seoul days, today among them."""
    return Period("days", clock.today() - timedelta(days=days - 1), clock.today())


def most_sold(*, period: Period, limit: int, category: int | None = None) -> list[Popular]:
    """By units sold in any currency, then by net revenue in won, then by id; hidden and deleted products are left out.

    category: only products that are in it now, or below it. One query.
    """
    reading = Reading()
    rows = reading.rows(
        PRODUCTS,
        SalesFilter(category=category),
        [period],
        currency=None,
        select="product_id AS told, currency AS money",
        monthly=False,
    )
    text = _POPULAR.format(
        known=KNOWN_CURRENCIES,
        rows=rows,
        home=reading.put(HOME_CURRENCY),
        hidden=reading.put(str(ProductStatus.HIDDEN)),
        limit=reading.put(limit),
    )
    with connection.cursor() as cursor:
        cursor.execute(text, reading.values)
        return [Popular(product_id, int(units)) for product_id, units in cursor.fetchall()]
