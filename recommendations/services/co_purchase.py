"""Folding appended counts into what is bought together, and making the counts anew from the baskets."""

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from recommendations.services.changes import EVERY_PRODUCT, changes_tell
from xlcfi.events import RebuildReport
from xlcfi.filling import FilledAside
from xlcfi.folding import fold_alone, standing_still
from xlcfi.runs import counted_rows

FOLD_LOCK = 7_204_120_001
FOLD_ROWS = 100_000
WAITING_MOST = 2 * FOLD_ROWS
PAIRS = "co_purchase_pairs"

_FOLD = """
WITH taken AS (
    DELETE FROM co_purchase_deltas
    WHERE id <= (SELECT MAX(id) FROM (SELECT id FROM co_purchase_deltas ORDER BY id LIMIT %(rows)s) AS oldest)
    RETURNING product_id, other_id, day, orders
), products AS (
    INSERT INTO co_purchase_products AS t (product_id, orders)
    SELECT product_id, SUM(orders) FROM taken WHERE other_id = 0 GROUP BY product_id
    ON CONFLICT (product_id) DO UPDATE SET orders = t.orders + excluded.orders
), days AS (
    INSERT INTO product_order_days AS t (day, product_id, orders)
    SELECT day, product_id, SUM(orders) FROM taken WHERE other_id = 0 AND day IS NOT NULL
    GROUP BY day, product_id HAVING SUM(orders) <> 0
    ON CONFLICT (day, product_id) DO UPDATE SET orders = t.orders + excluded.orders
), pairs AS (
    INSERT INTO co_purchase_pairs AS t (product_id, other_id, orders)
    SELECT product_id, other_id, SUM(orders) FROM taken WHERE other_id <> 0
    GROUP BY product_id, other_id ORDER BY product_id, other_id
    ON CONFLICT (product_id, other_id) DO UPDATE SET orders = t.orders + excluded.orders
)
SELECT COUNT(*), COUNT(*) FILTER (WHERE orders < 0) FROM taken
"""
_SWEEP = """
DELETE FROM co_purchase_pairs WHERE orders = 0; DELETE FROM co_purchase_products WHERE orders = 0;
DELETE FROM product_order_days WHERE orders = 0
"""
_WANTED = """
CREATE TEMP TABLE wanted_products ON COMMIT DROP AS
SELECT p.id AS product_id, COUNT(*) AS orders
FROM baskets b CROSS JOIN LATERAL unnest(b.product_ids) AS p(id) GROUP BY p.id;
CREATE TEMP TABLE wanted_pairs ON COMMIT DROP AS
SELECT p.id AS product_id, o.id AS other_id, COUNT(*) AS orders
FROM baskets b CROSS JOIN LATERAL unnest(b.product_ids) AS p(id) CROSS JOIN LATERAL unnest(b.product_ids) AS o(id)
WHERE p.id <> o.id AND cardinality(b.product_ids) <= %(largest)s
GROUP BY p.id, o.id;
CREATE TEMP TABLE wanted_days ON COMMIT DROP AS
SELECT (b.ordered_at AT TIME ZONE 'Asia/Seoul')::date AS day, p.id AS product_id, COUNT(*) AS orders
FROM baskets b CROSS JOIN LATERAL unnest(b.product_ids) AS p(id) WHERE b.ordered_at IS NOT NULL GROUP BY 1, 2;
ANALYZE wanted_products; ANALYZE wanted_pairs; ANALYZE wanted_days;
"""
_MENDS = (
    "DELETE FROM co_purchase_products t "
    "WHERE NOT EXISTS (SELECT 1 FROM wanted_products w WHERE w.product_id = t.product_id)",
    "INSERT INTO co_purchase_products (product_id, orders) "
    "SELECT product_id, orders FROM wanted_products EXCEPT SELECT product_id, orders FROM co_purchase_products "
    "ON CONFLICT (product_id) DO UPDATE SET orders = excluded.orders",
    "DELETE FROM co_purchase_pairs t WHERE NOT EXISTS "
    "(SELECT 1 FROM wanted_pairs w WHERE w.product_id = t.product_id AND w.other_id = t.other_id)",
    "INSERT INTO co_purchase_pairs (product_id, other_id, orders) "
    "SELECT product_id, other_id, orders FROM wanted_pairs "
    "EXCEPT SELECT product_id, other_id, orders FROM co_purchase_pairs "
    "ON CONFLICT (product_id, other_id) DO UPDATE SET orders = excluded.orders",
    "DELETE FROM product_order_days t WHERE NOT EXISTS "
    "(SELECT 1 FROM wanted_days w WHERE w.day = t.day AND w.product_id = t.product_id)",
    "INSERT INTO product_order_days (day, product_id, orders) "
    "SELECT day, product_id, orders FROM wanted_days EXCEPT SELECT day, product_id, orders FROM product_order_days "
    "ON CONFLICT (day, product_id) DO UPDATE SET orders = excluded.orders",
)


_FILLS = (
    "INSERT INTO co_purchase_products (product_id, orders) SELECT product_id, orders FROM wanted_products ORDER BY 1",
    "INSERT INTO co_purchase_pairs (product_id, other_id, orders) "
    "SELECT product_id, other_id, orders FROM wanted_pairs ORDER BY 1, 2",
    "INSERT INTO product_order_days (day, product_id, orders) "
    "SELECT day, product_id, orders FROM wanted_days ORDER BY 1, 2",
)
_EMPTY = """
SELECT NOT EXISTS (SELECT 1 FROM co_purchase_products) AND NOT EXISTS (SELECT 1 FROM co_purchase_pairs)
   AND NOT EXISTS (SELECT 1 FROM product_order_days)
"""


def counts_fold(*, rows: int = FOLD_ROWS) -> int:
    """Fold up to `rows` appended counts in. Returns how many; 0 too where another process is folding."""

    def fold(cursor: CursorWrapper) -> int:
        cursor.execute(_FOLD, {"rows": rows})
        folded, falling = cursor.fetchone()
        if falling:
            cursor.execute(_SWEEP)
        return int(folded)

    return fold_alone(lock=FOLD_LOCK, fold=fold)


def counts_rebuild(*, apply: bool) -> RebuildReport:
    """Compare the counts, those waiting included, with the baskets, and mend what differs (if `apply`)."""
    changed = 0
    # A first rebuild leaves so many waiting that counting the baskets is quicker than folding them in.
    if counted_rows("co_purchase_deltas", most=WAITING_MOST) < WAITING_MOST:
        while apply and counts_fold():
            pass
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        cursor.execute(_WANTED, {"largest": settings.CO_PURCHASE_LARGEST_BASKET})
        cursor.execute("DELETE FROM co_purchase_deltas")
        cursor.execute(_EMPTY)
        empty = cursor.fetchone()[0]
        aside = FilledAside(cursor, apply=apply, made_of="wanted_pairs")
        changed += _pairs_fill(cursor, aside)
        for statement in _FILLS if empty else _MENDS:
            if not aside.holds(PAIRS) or PAIRS not in statement:
                cursor.execute(statement)
                changed += cursor.rowcount
        cursor.execute("SELECT COUNT(*) FROM wanted_pairs")
        checked = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE wanted_products; DROP TABLE wanted_pairs; DROP TABLE wanted_days")
        if changed:
            changes_tell(product_ids=[EVERY_PRODUCT])
        aside.put_in_place()
    return RebuildReport(checked=checked, changed=changed)


def _pairs_fill(cursor: CursorWrapper, aside: FilledAside) -> int:
    """Fill the pairs aside where there are next to none. Returns how many."""
    new = aside.begin(PAIRS)
    if not new:
        return 0
    cursor.execute(f"INSERT INTO {new} (product_id, other_id, orders) SELECT * FROM wanted_pairs ORDER BY 1, 2")
    filled = int(cursor.rowcount)
    aside.filled(PAIRS)
    return filled
