"""What is bought together with a product, from the counted pairs."""

from dataclasses import dataclass

from django.db import connection

from xlcfi.cache.watched import Changes

_CHANGES = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       (SELECT array_agg(DISTINCT product_id) FROM co_purchase_changes WHERE xact >= %s)
"""


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


def co_purchase_changes(mark: int | None) -> Changes:
    """The products whose counts changed since the look that gave `mark`, and those of transactions under way then.

    Numbers of transactions are given when they begin and seen when they end; every one that ended after a snapshot has
    a number not below the snapshot's xmin. So nothing is missed, however long a transaction took.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [mark])
        xmin, product_ids = cursor.fetchone()
    found = product_ids or []
    return Changes(int(xmin), found, everything=0 in found)
