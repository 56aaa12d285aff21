"""ABC classes and ranks: which few products bring most of the money.

A: the products, best first, that together bring the first 80 % of net revenue; B: those up to 95 %; C: the rest. The
one in which a cut lies is above it. Equal revenues are in one class and have one rank. Products that brought nothing,
or lost money, are C and do not lower the whole.

Source: Dickie (1951), ABC inventory analysis shoots for dollars, not pennies, Factory Management and Maintenance 109.
"""

from bisect import bisect_left
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from analytics.selectors.products.own import own_products
from analytics.selectors.products.stamp import seconds_of_today
from analytics.selectors.sales.sources import PRODUCTS, Reading, SalesFilter
from xlcfi import clock
from xlcfi.cache.json_cache import cached_json
from xlcfi.clock import SEOUL, Period, named_period

CUT_A, CUT_B = Decimal("0.80"), Decimal("0.95")
CLASSES = ("A", "B", "C")
STANDING_SECONDS = 900

_RANKED = """
WITH sold AS MATERIALIZED (
    SELECT told AS product_id, SUM(gross - refunds) AS net, SUM(units) AS units, SUM(orders) AS orders
    FROM ({rows}) AS r WHERE told <> 0 {own} GROUP BY told HAVING SUM(orders) <> 0 OR SUM(gross - refunds) <> 0
), summed AS (
    SELECT *, RANK() OVER best AS rank, SUM(GREATEST(net, 0)) OVER () AS whole,
           SUM(GREATEST(net, 0)) OVER (best RANGE UNBOUNDED PRECEDING) AS until
    FROM sold WINDOW best AS (ORDER BY net DESC)
), ranked AS MATERIALIZED (
    SELECT *, CASE WHEN net <= 0 THEN 'C' WHEN above < {a} * whole THEN 'A' WHEN above < {b} * whole THEN 'B'
                   ELSE 'C' END AS class
    FROM (SELECT *, until - COUNT(*) OVER (PARTITION BY net) * GREATEST(net, 0) AS above FROM summed) AS placed
)
"""
_PAGE = """
SELECT class, NULL::bigint, NULL::bigint, SUM(net), SUM(units), COUNT(*), NULL::text, NULL::numeric, NULL::numeric
FROM ranked GROUP BY class
UNION ALL
(SELECT class, product_id, rank, net, units, orders, (SELECT name FROM products p WHERE p.id = product_id), until, whole
 FROM ranked WHERE true {only} {after} ORDER BY net DESC, product_id LIMIT {limit})
"""
_LIST = "SELECT product_id, net, class FROM ranked ORDER BY net DESC, product_id"


class Ranked(NamedTuple):
    """A product in its place. share: of all net revenue above 0; cumulative: with all that are at least as good."""

    product_id: int
    name: str | None
    rank: int
    class_: str
    net: Decimal
    units: int
    orders: int
    share: float
    cumulative: float


class ClassSums(NamedTuple):
    """The products of a class together."""

    products: int
    net: Decimal
    units: int


def abc_page(
    *,
    period: Period,
    currency: str,
    seller: int | None = None,
    category: int | None = None,
    only: str | None = None,
    after: tuple[Decimal, int] | None = None,
    limit: int = 20,
) -> tuple[dict[str, ClassSums], list[Ranked]]:
    """The classes, and up to limit + 1 products behind `after` (net revenue, id), best first. One query.

    seller, category: classes are then among those products alone. only: a class to list.
    """
    reading, text = _ranked(period=period, currency=currency, seller=seller, category=category)
    text += _PAGE.format(
        only="" if only is None else f"AND class = {reading.put(only)}",
        after=""
        if after is None
        else "AND (net < {0} OR (net = {0} AND product_id > {1}))".format(*map(reading.put, after)),
        limit=reading.put(limit + 1),
    )
    with connection.cursor() as cursor:
        cursor.execute(text, reading.values)
        rows = cursor.fetchall()
    sums = {row[0]: ClassSums(int(row[5]), row[3], int(row[4])) for row in rows if row[1] is None}
    ranked = [
        Ranked(
            product_id=product_id,
            name=name,
            rank=rank,
            class_=class_,
            net=net,
            units=int(units),
            orders=int(orders),
            share=round(float(max(net, Decimal()) / whole), 4) if whole else 0.0,
            cumulative=round(float(until / whole), 4) if whole else 0.0,
        )
        for class_, product_id, rank, net, units, orders, name, until, whole in rows
        if product_id is not None
    ]
    ranked.sort(key=lambda one: (-one.net, one.product_id))
    return {name: sums.get(name, ClassSums(0, Decimal(), 0)) for name in CLASSES}, ranked


def standing_of(*, product_id: int, net: Decimal, currency: str, seller: int | None = None) -> dict[str, Any]:
    """The place of a product that brought `net` in the last 365 days: rank, of how many, and ABC class.

    Among all products, or those of `seller`. The others' revenues are up to STANDING_SECONDS old (`as_of`); rank and
    class are None for a product that nobody bought.
    """
    kept = cached_json(
        key=f"products:places:{currency}:{seller or 'all'}",
        ttl=seconds_of_today(most=STANDING_SECONDS),
        compute=lambda: _standing(currency=currency, seller=seller),
    )
    told = {"period": "year", "as_of": kept["as_of"]}
    cents = int(net.scaleb(2))
    # All revenues without this product's own of then: those above its net of now are as many as before the place where
    # it would stand.
    known = product_id in kept["ids"]
    others = len(kept["ids"]) - known
    if not known and net == 0:
        return {**told, "products": others, "rank": None, "class": None}
    least = kept["least"]
    class_ = next((name for name in "AB" if least[name] is not None and cents >= least[name]), "C")
    better = bisect_left(kept["cents"], -cents, key=lambda value: -value)
    if known and kept["cents"][kept["ids"].index(product_id)] > cents:
        better -= 1
    return {**told, "products": others + 1, "rank": better + 1, "class": class_}


def _standing(*, currency: str, seller: int | None) -> dict[str, Any]:
    """ids: best first. cents: their revenues, as whole numbers, which are read several times quicker than fractions."""
    reading, text = _ranked(period=named_period("year"), currency=currency, seller=seller, category=None)
    with connection.cursor() as cursor:
        cursor.execute(text + _LIST, reading.values)
        rows = cursor.fetchall()
    cents = [int(net.scaleb(2)) for _, net, _ in rows]
    return {
        "ids": [row[0] for row in rows],
        "cents": cents,
        "least": {
            name: min((value for value, row in zip(cents, rows, strict=True) if row[2] == name), default=None)
            for name in "AB"
        },
        "as_of": clock.now().astimezone(SEOUL).isoformat(),
    }


def _ranked(*, period: Period, currency: str, seller: int | None, category: int | None) -> tuple[Reading, str]:
    reading = Reading()
    rows = reading.rows(
        PRODUCTS,
        SalesFilter(category=category),
        [period],
        currency=currency,
        select="product_id AS told",
        monthly=True,
    )
    return reading, _RANKED.format(
        rows=rows, own=own_products(reading, seller), a=reading.put(CUT_A), b=reading.put(CUT_B)
    )
