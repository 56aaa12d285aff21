"""Keeping our copy of what products are made of, from the platform's table: whatever the order of the events."""

from collections.abc import Sequence

from django.db import connection, transaction

from xlcfi.events import Progress, RebuildReport
from xlcfi.runs import estimated_rows, id_runs

PRODUCTS_A_RUN = 5_000
# An event is sent before its row is visible, at times by seconds: what was told of lately is read again.
SETTLE_SECONDS = 900
NEWEST = 2_000

# Locks the rows of all of them, in the order that every writer keeps.
_TELL = """
INSERT INTO product_features (product_id, changed_at, told_at)
SELECT id, now(), now() FROM unnest(%(ids)s::bigint[]) AS id ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET told_at = excluded.told_at
"""
_LOCK = """
INSERT INTO product_features (product_id, changed_at, told_at)
SELECT id, now(), 'epoch' FROM unnest(%(ids)s::bigint[]) AS id ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET told_at = product_features.told_at WHERE false
"""
# Read after the lock, so that whoever comes last has read what is newest. A product whose row is gone keeps what it
# was: it is only no longer present.
_READ = """
UPDATE product_features f
SET present = n.present, seller_id = n.seller_id, category_id = n.category_id, name = n.name, price = n.price,
    currency = n.currency, status = n.status, content_hash = n.content_hash, changed_at = now()
FROM (
    SELECT o.product_id, p.id IS NOT NULL AS present, COALESCE(p.seller_id, o.seller_id) AS seller_id,
           COALESCE(p.category_id, o.category_id) AS category_id, COALESCE(p.name, o.name) AS name,
           COALESCE(p.price, o.price) AS price, COALESCE(p.currency, o.currency) AS currency,
           COALESCE(p.status, o.status) AS status,
           CASE WHEN p.id IS NULL THEN o.content_hash
                ELSE md5(jsonb_build_array(p.name, p.description, p.category_id)::text) END AS content_hash
    FROM product_features o LEFT JOIN products p ON p.id = o.product_id
    WHERE o.product_id = ANY(%(ids)s)
) AS n
WHERE f.product_id = n.product_id
  AND (f.present, f.seller_id, f.category_id, f.name, f.price, f.currency, f.status, f.content_hash)
      IS DISTINCT FROM
      (n.present, n.seller_id, n.category_id, n.name, n.price, n.currency, n.status, n.content_hash)
"""
_UNSETTLED = """
SELECT product_id FROM product_features WHERE told_at > now() - make_interval(secs => %(seconds)s)
UNION
SELECT p.id FROM (SELECT id FROM products ORDER BY id DESC LIMIT %(newest)s) AS p
WHERE NOT EXISTS (SELECT 1 FROM product_features f WHERE f.product_id = p.id AND f.present)
"""
_RUN = """
SELECT id FROM products WHERE id >= %(first)s AND id <= %(last)s
UNION SELECT product_id FROM product_features WHERE product_id >= %(first)s AND product_id <= %(last)s
"""


def features_refresh(*, product_ids: Sequence[int]) -> None:
    """Note that `product_ids` changed, and read them from the platform's table as far as they are visible."""
    if product_ids:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TELL, {"ids": list(product_ids)})
            cursor.execute(_READ, {"ids": list(product_ids)})


def features_settle() -> int:
    """Read again what was told of lately, and the newest products that no event told of. Returns rows changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNSETTLED, {"seconds": SETTLE_SECONDS, "newest": NEWEST})
        return _read_again(sorted(row[0] for row in cursor.fetchall()))


def features_rebuild(*, apply: bool, progress: Progress) -> RebuildReport:
    """All products, run by run."""
    total = estimated_rows("products")
    checked = changed = 0
    for first, last, _ in id_runs(table="products", size=PRODUCTS_A_RUN):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_RUN, {"first": first, "last": last})
            product_ids = sorted(row[0] for row in cursor.fetchall())
            changed += _read_again(product_ids)
            if not apply:
                transaction.set_rollback(True)
        checked += len(product_ids)
        progress(checked, max(total, checked))
    return RebuildReport(checked=checked, changed=changed)


def _read_again(product_ids: Sequence[int]) -> int:
    if not product_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"ids": list(product_ids)})
        cursor.execute(_READ, {"ids": list(product_ids)})
        return int(cursor.rowcount)
