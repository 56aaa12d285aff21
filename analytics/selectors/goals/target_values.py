"""What each day brought towards targets: one statement for all targets of a kind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics.models import Target

_WHOLE_ORDERS = "product_id IS NULL AND status IS NULL"
_PRODUCTS = "product_id IS NOT NULL"
_ONE_PRODUCT = "product_id = a.scope_id"
_CATEGORY = """product_id IN (
    SELECT pc.product_id FROM product_categories pc WHERE pc.category_id IN (
        WITH RECURSIVE below(id) AS (
            SELECT a.scope_id UNION SELECT c.id FROM categories c JOIN below b ON c.parent_id = b.id
        ) SELECT id FROM below))"""
# Scope -> the rollup, which waiting changes belong to it, and what makes a row the target's.
_ROLLUPS = {
    Target.Scope.ALL: ("sales_days", _WHOLE_ORDERS, "true"),
    Target.Scope.SELLER: ("seller_sales_days", _WHOLE_ORDERS, "seller_id = a.scope_id"),
    Target.Scope.PRODUCT: ("product_sales_days", _PRODUCTS, _ONE_PRODUCT),
    Target.Scope.CATEGORY: ("product_sales_days", _PRODUCTS, _CATEGORY),
}
_ASKED = """UNNEST(%(run)s::bigint[], %(scope_id)s::bigint[], %(currency)s::varchar[], %(first)s::date[],
    %(last)s::date[]) AS a(run, scope_id, currency, first, last)"""
_SALES = """
SELECT a.run, s.day, SUM(s.gross), SUM(s.gross - s.refunds), SUM(s.orders), SUM(s.units)
FROM {asked} CROSS JOIN LATERAL (
    SELECT day, gross, refunds, orders, units FROM {rollup}
    WHERE day BETWEEN a.first AND a.last AND (a.currency = '' OR currency = a.currency) AND {mine}
    UNION ALL
    SELECT day, gross, refunds, orders, units FROM rollup_deltas
    WHERE day BETWEEN a.first AND a.last AND (a.currency = '' OR currency = a.currency) AND {waiting} AND {mine}
) AS s GROUP BY a.run, s.day
"""
_NEW_BUYERS = f"""
SELECT a.run, b.joined_day, 0, 0, 0, COUNT(*)
FROM {_ASKED} JOIN buyers b ON b.joined_day BETWEEN a.first AND a.last GROUP BY a.run, b.joined_day
"""
_COLUMN = {
    Target.Metric.GROSS: 2,
    Target.Metric.NET_REVENUE: 3,
    Target.Metric.ORDERS: 4,
    Target.Metric.UNITS: 5,
    Target.Metric.NEW_BUYERS: 5,
}


@dataclass(frozen=True, slots=True)
class DaysAsked:
    """A run of Seoul days of one target, both included."""

    target: Target
    first: date
    last: date


def values_by_day(asked: Sequence[DaysAsked]) -> list[dict[date, Decimal]]:
    """For each of `asked` what its days brought, in the target's unit; days without anything are missing.

    At most five statements, however many targets: one for each scope, and one for new buyers.
    """
    kinds: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(asked):
        kinds[_statement(each.target)].append(number)
    found: list[dict[date, Decimal]] = [{} for _ in asked]
    for statement, numbers in kinds.items():
        for run, day, *figures in _read(statement, asked, numbers):
            found[run][day] = Decimal(figures[_COLUMN[Target.Metric(asked[run].target.metric)] - 2])
    return found


def _statement(target: Target) -> str:
    if target.metric == Target.Metric.NEW_BUYERS:
        return _NEW_BUYERS
    rollup, waiting, mine = _ROLLUPS[Target.Scope(target.scope)]
    return _SALES.format(asked=_ASKED, rollup=rollup, waiting=waiting, mine=mine)


def _read(statement: str, asked: Sequence[DaysAsked], numbers: Iterable[int]) -> list[tuple[Any, ...]]:
    runs = [(number, asked[number]) for number in numbers]
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "run": [number for number, _ in runs],
                "scope_id": [each.target.scope_id for _, each in runs],
                "currency": [each.target.currency for _, each in runs],
                "first": [each.first for _, each in runs],
                "last": [each.last for _, each in runs],
            },
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
