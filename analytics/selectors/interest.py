"""What people did with products, by day: rollup and the changes that wait to be folded into it, in one statement."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from xlcfi.clock import Period

# Which behaviours count as which interest; services spell them differently. Others count by day and type only.
INTEREST_TYPES: dict[str, tuple[str, ...]] = {
    "views": ("view",),
    "carts": ("add_to_cart", "cart_add", "add_cart"),
    "wishes": ("wishlist", "add_to_wishlist", "wish"),
    "clicks": ("click",),
    "shares": ("share",),
}


def interest_sums_sql() -> str:
    """SQL for the columns of product_interest_days, in their order, as sums over rows like those of interest_deltas."""
    sums = [
        f"COALESCE(SUM(count) FILTER (WHERE event_type IN ({_listed(types)})), 0) AS {column}"
        for column, types in INTEREST_TYPES.items()
    ]
    anonymous = f"COALESCE(SUM(anonymous) FILTER (WHERE event_type IN ({_listed(INTEREST_TYPES['views'])})), 0)"
    return ", ".join([sums[0], f"{anonymous} AS anonymous_views", *sums[1:]])


def interest_types_sql() -> str:
    """SQL for the list of all behaviour types that count as interest in a product."""
    return _listed(tuple(name for types in INTEREST_TYPES.values() for name in types))


def _listed(types: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in types)


_COLUMNS = "views, anonymous_views, carts, wishes, clicks, shares"
_SUMS = ", ".join(f"SUM({column})::bigint" for column in _COLUMNS.split(", "))
_WITH_WAITING = f"""
    SELECT product_id, day, {_COLUMNS} FROM product_interest_days
    WHERE day BETWEEN %(first)s AND %(last)s {{products}}
    UNION ALL
    SELECT product_id, day, {interest_sums_sql()} FROM interest_deltas
    WHERE product_id IS NOT NULL AND day BETWEEN %(first)s AND %(last)s {{products}} GROUP BY product_id, day
"""
_OF = "AND product_id = ANY(%(products)s)"
_BY_DAY = f"""
SELECT product_id, day, {_SUMS} FROM ({_WITH_WAITING.format(products=_OF)}) AS i
GROUP BY product_id, day ORDER BY product_id, day
"""
_TOTALS = f"SELECT product_id, {_SUMS} FROM ({_WITH_WAITING.format(products=_OF)}) AS i GROUP BY product_id"
_ALL_TOTALS = f"SELECT product_id, {_SUMS} FROM ({_WITH_WAITING.format(products='')}) AS i GROUP BY product_id"
_TYPES = """
SELECT day, event_type, SUM(count)::bigint, SUM(anonymous)::bigint
FROM (
    SELECT day, event_type, count, anonymous FROM behavior_days WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT day, event_type, count, anonymous FROM interest_deltas WHERE day BETWEEN %(first)s AND %(last)s
) AS b
GROUP BY day, event_type HAVING SUM(count) <> 0 ORDER BY day, event_type
"""


class Interest(NamedTuple):
    """Counts. `views` are all of them, `anonymous_views` those of nobody who was signed in."""

    views: int = 0
    anonymous_views: int = 0
    carts: int = 0
    wishes: int = 0
    clicks: int = 0
    shares: int = 0


class InterestDay(NamedTuple):
    """What people did with a product on a Seoul day."""

    product_id: int
    day: date
    interest: Interest


class TypeDay(NamedTuple):
    """How many behaviours of a type a Seoul day saw; `anonymous`: those of nobody who was signed in."""

    day: date
    event_type: str
    total: int
    anonymous: int


def interest_by_day(*, product_ids: Sequence[int], first: date, last: date) -> list[InterestDay]:
    """By product and Seoul day from `first` to `last`, both included; days on which nothing happened are missing."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, {"first": first, "last": last, "products": list(product_ids)})
        return [InterestDay(row[0], row[1], Interest(*row[2:])) for row in cursor.fetchall()]


def interest_totals(*, first: date, last: date, product_ids: Sequence[int] | None = None) -> dict[int, Interest]:
    """By product over all days from `first` to `last`; None: of every product. Without any interest: missing."""
    statement = _ALL_TOTALS if product_ids is None else _TOTALS
    with connection.cursor() as cursor:
        cursor.execute(statement, {"first": first, "last": last, "products": list(product_ids or ())})
        return {row[0]: Interest(*row[1:]) for row in cursor.fetchall()}


def behaviors_by_day(*, period: Period) -> list[TypeDay]:
    """Behaviours of every type by Seoul day, oldest first; without those of which a day saw none."""
    with connection.cursor() as cursor:
        cursor.execute(_TYPES, {"first": period.first, "last": period.last})
        return [TypeDay(*row) for row in cursor.fetchall()]
