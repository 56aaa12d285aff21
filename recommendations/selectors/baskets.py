"""How large the paid orders are that hold a product, from the counted pairs."""

from typing import NamedTuple

from django.db import connection

_SIZE = """
SELECT (SELECT COALESCE(SUM(orders), 0) FROM (
            SELECT orders FROM co_purchase_products WHERE product_id = %(product)s
            UNION ALL SELECT orders FROM co_purchase_deltas WHERE product_id = %(product)s AND other_id = 0
        ) AS own),
       (SELECT COALESCE(SUM(orders), 0) FROM (
            SELECT orders FROM co_purchase_pairs WHERE product_id = %(product)s
            UNION ALL SELECT orders FROM co_purchase_deltas WHERE product_id = %(product)s AND other_id <> 0
        ) AS others)
"""


class BasketSize(NamedTuple):
    """Paid orders that ever held a product, and how many different products such an order holds on the average."""

    orders: int
    mean_lines: float | None


def basket_size(*, product_id: int) -> BasketSize:
    """The size of the orders that hold `product_id`, over all time, counts that wait to be folded in included.

    An order of more than CO_PURCHASE_LARGEST_BASKET products counts as if it held this one alone. One query, by index.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SIZE, {"product": product_id})
        orders, others = (int(value) for value in cursor.fetchone())
    return BasketSize(orders, round(1 + others / orders, 2) if orders else None)
