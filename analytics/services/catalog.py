"""Keeping our copy of the products' categories."""

from collections.abc import Sequence

from django.db import connection

_UNKNOWN = """
SELECT id FROM unnest(%(ids)s::bigint[]) AS id
EXCEPT SELECT product_id FROM product_categories WHERE product_id = ANY(%(ids)s)
"""
_LEARN = """
INSERT INTO product_categories (product_id, category_id)
SELECT id, category_id FROM products WHERE id = ANY(%(ids)s) AND category_id IS NOT NULL ORDER BY id
ON CONFLICT (product_id) DO NOTHING
"""
# A product that came into another category takes its past along: a category is the one that its products are in now.
_RENEW = """
INSERT INTO product_categories (product_id, category_id)
SELECT id, category_id FROM products WHERE id = ANY(%(ids)s) AND category_id IS NOT NULL ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET category_id = excluded.category_id
WHERE product_categories.category_id <> excluded.category_id
"""
_MEND = """
WITH gone AS (
    DELETE FROM product_categories c WHERE NOT EXISTS (SELECT 1 FROM products p WHERE p.id = c.product_id) RETURNING 1
), put AS (
    INSERT INTO product_categories (product_id, category_id)
    SELECT id, category_id FROM products WHERE category_id IS NOT NULL
    EXCEPT SELECT product_id, category_id FROM product_categories
    ON CONFLICT (product_id) DO UPDATE SET category_id = excluded.category_id
    RETURNING 1
)
SELECT (SELECT COUNT(*) FROM products), (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)
"""


def categories_learn(*, product_ids: Sequence[int]) -> None:
    """Note the categories of products that were not seen before."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, {"ids": sorted(set(product_ids))})
        unknown = sorted(row[0] for row in cursor.fetchall())
        if unknown:
            cursor.execute(_LEARN, {"ids": unknown})


def categories_renew(*, product_ids: Sequence[int]) -> int:
    """Note the categories in which the products are now. Returns how many products are new or have moved."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, {"ids": sorted(set(product_ids))})
        return int(cursor.rowcount)


def categories_mend() -> tuple[int, int]:
    """Bring all categories in line with the platform's products. Returns (products looked at, rows changed)."""
    with connection.cursor() as cursor:
        cursor.execute(_MEND)
        checked, changed = cursor.fetchone()
    return int(checked), int(changed)
