"""What is bought together with a product, from the counted pairs."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Related:
    """A product bought together with another. support: paid orders that hold both."""

    product_id: int
    support: int
    score: float


def related_products(*, product_id: int, limit: int) -> list[Related]:
    """The `limit` products most often in the same paid orders as `product_id`, best first.

    score: orders holding both / orders holding this one, unrounded. Ordered by score, then support, then id; for one
    product the denominator is the same, so the count of both decides. Reads the first rows of an index (see the
    function co_purchase_top in the migrations), and counts that wait to be folded in.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM co_purchase_top(%s, %s)", [product_id, limit])
        return [Related(other_id, both, both / orders) for other_id, both, orders in cursor.fetchall()]
