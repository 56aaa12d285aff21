"""What is bought now: paid orders by product, those of a week ago counting half."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db import connection

from recommendations.placing.standings import Standings
from recommendations.remembered import Remembered
from xlcfi import clock

HALF_LIFE_DAYS: Final = 7.0
WINDOW_DAYS: Final = 56
"""Eight half-lives: an order from before weighs less than 1/256. Those decide among products that had none since."""
LOOK_SECONDS: Final = 5.0

_POPULAR = """
WITH counted AS (
    SELECT product_id, SUM(orders * power(2, -(%(today)s::date - day) / %(half_life)s::float8)) AS weight
    FROM (
        SELECT product_id, day, orders FROM product_order_days WHERE day > %(today)s::date - %(window)s
        UNION ALL
        SELECT product_id, day, orders FROM co_purchase_deltas
        WHERE other_id = 0 AND day > %(today)s::date - %(window)s
    ) AS days GROUP BY product_id
), ever AS (
    SELECT product_id, SUM(orders) AS orders FROM (
        SELECT product_id, orders FROM co_purchase_products
        UNION ALL SELECT product_id, orders FROM co_purchase_deltas WHERE other_id = 0
    ) AS counts GROUP BY product_id
)
SELECT product_id, round(COALESCE(c.weight, 0)::numeric, 6)::float8, e.orders
FROM ever e LEFT JOIN counted c USING (product_id)
WHERE e.orders > 0
ORDER BY 2 DESC, 3 DESC, 1
"""


@dataclass(slots=True)
class Popularity:
    """order: products, the most popular first: by decayed orders, then by orders ever, then by id. weights: decayed
    orders by product, 0 for those without any of late."""

    order: Sequence[int]
    weights: dict[int, float]
    _within: dict[tuple[int, frozenset[int]], Sequence[int]] = field(default_factory=dict)

    def within(self, categories: frozenset[int], standings: Standings) -> Sequence[int]:
        """`order`, of products in `categories` only."""
        key = (standings.version, categories)
        known = self._within.get(key)
        if known is None:
            if len(self._within) > 200:
                self._within.clear()
            by_id = standings.by_id
            known = self._within[key] = [
                product_id
                for product_id in self.order
                if (standing := by_id.get(product_id)) is not None and standing.category_id in categories
            ]
        return known


def popularity() -> Popularity:
    """As of at most LOOK_SECONDS ago, counts that wait to be folded in included. At worst one query."""
    return _kept.get()


def popularity_on(today: date) -> Popularity:
    """What is popular on a Seoul day, of orders up to then. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_POPULAR, {"today": today, "half_life": HALF_LIFE_DAYS, "window": WINDOW_DAYS})
        rows = cursor.fetchall()
    return Popularity([row[0] for row in rows], {row[0]: row[1] for row in rows})


def newest(standings: Standings, *, only: Collection[int] | None = None) -> list[int]:
    """All products, those that came last first. only: of these categories."""
    by_id = standings.by_id
    return [each for each in sorted(by_id, reverse=True) if only is None or by_id[each].category_id in only]


def _look(before: Popularity | None) -> Popularity:
    return popularity_on(clock.today())


_kept: Remembered[Popularity] = Remembered(_look, seconds=LOOK_SECONDS)
