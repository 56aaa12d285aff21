"""What is known, and what is assumed, of how products are bought, kept and what they cost."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection

SUPPLY_FIELDS = ("lead_time_days", "shelf_life_days", "minimum_order_quantity", "service_level")

# The nearest category above that says something counts. Depth is bounded: nothing keeps the platform's categories from
# standing in a circle.
_PLANNING = """
WITH RECURSIVE wanted AS (
    SELECT id, category_id FROM products WHERE id = ANY(%(ids)s)
), above AS (
    SELECT id AS product_id, category_id, 0 AS depth FROM wanted
    UNION ALL
    SELECT a.product_id, c.parent_id, a.depth + 1 FROM above a JOIN categories c ON c.id = a.category_id
    WHERE c.parent_id IS NOT NULL AND a.depth < 20
), told AS (
    SELECT product_id, -1 AS depth, lead_time_days, shelf_life_days, minimum_order_quantity, service_level
    FROM product_planning WHERE product_id = ANY(%(ids)s)
    UNION ALL
    SELECT a.product_id, a.depth, c.lead_time_days, c.shelf_life_days, c.minimum_order_quantity, c.service_level
    FROM above a JOIN category_planning c USING (category_id)
)
SELECT t.product_id, t.depth, t.lead_time_days, t.shelf_life_days, t.minimum_order_quantity, t.service_level,
       p.unit_cost, p.currency
FROM told t LEFT JOIN product_planning p ON p.product_id = t.product_id
ORDER BY t.product_id, t.depth
"""


@dataclass(slots=True)
class Planning:
    """One product's planning. unit_cost is in `currency`, None where nobody told it. service_level: a probability.

    assumed: the names of the fields that are a category's, not the product's own.
    """

    unit_cost: Decimal | None = None
    currency: str = ""
    lead_time_days: int | None = None
    shelf_life_days: int | None = None
    minimum_order_quantity: int | None = None
    service_level: Decimal | None = None
    assumed: set[str] = field(default_factory=set)


def plannings(*, product_ids: Collection[int]) -> dict[int, Planning]:
    """The planning of each of `product_ids`, an empty one where nothing is known. One query."""
    found = {product_id: Planning() for product_id in product_ids}
    if not found:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_PLANNING, {"ids": sorted(found)})
        for product_id, depth, *supply, unit_cost, currency in cursor.fetchall():
            planning = found[product_id]
            planning.unit_cost, planning.currency = unit_cost, currency or ""
            for name, value in zip(SUPPLY_FIELDS, supply, strict=True):
                if value is not None and getattr(planning, name) is None:
                    setattr(planning, name, value)
                    if depth >= 0:
                        planning.assumed.add(name)
    return found


def unit_costs(*, currency: str, product_ids: Sequence[int] | None = None) -> dict[int, Decimal]:
    """What a unit of each product costs, where that is known in `currency`; of all products, or of those given.

    Costs in another currency are not converted: they count as not known.
    """
    query = "SELECT product_id, unit_cost FROM product_planning WHERE unit_cost IS NOT NULL AND currency = %s"
    values: list[str | list[int]] = [currency]
    if product_ids is not None:
        query += " AND product_id = ANY(%s)"
        values.append(list(product_ids))
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return dict(cursor.fetchall())
