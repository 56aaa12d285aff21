"""Folding appended changes into the rollups, and making the rollups anew from the ledger.

One process at a time folds (an advisory lock says who); consumers only append, so they never wait for each other.
"""

from django.db.backends.utils import CursorWrapper

from xlcfi.events import RebuildReport
from xlcfi.folding import fold_alone, standing_still

FOLD_LOCK = 7_204_110_001
FOLD_ROWS = 50_000

_FOLD = """
WITH taken AS (
    DELETE FROM rollup_deltas
    WHERE id <= (SELECT MAX(id) FROM (SELECT id FROM rollup_deltas ORDER BY id LIMIT %(rows)s) AS oldest) RETURNING *
), days AS (
    INSERT INTO sales_days AS t (currency, day, gross, refunds, orders)
    SELECT currency, day, SUM(gross), SUM(refunds), SUM(orders) FROM taken
    WHERE product_id IS NULL AND status IS NULL GROUP BY currency, day
    ON CONFLICT (currency, day) DO UPDATE SET gross = t.gross + excluded.gross,
        refunds = t.refunds + excluded.refunds, orders = t.orders + excluded.orders
), statuses AS (
    INSERT INTO order_status_days AS t (day, status, orders)
    SELECT day, status, SUM(orders) FROM taken WHERE status IS NOT NULL GROUP BY day, status
    ON CONFLICT (day, status) DO UPDATE SET orders = t.orders + excluded.orders
), product_days AS (
    INSERT INTO product_sales_days AS t (currency, day, product_id, units, gross, refunds, orders)
    SELECT currency, day, product_id, SUM(units), SUM(gross), SUM(refunds), SUM(orders) FROM taken
    WHERE product_id IS NOT NULL GROUP BY currency, day, product_id
    ON CONFLICT (currency, day, product_id) DO UPDATE SET units = t.units + excluded.units,
        gross = t.gross + excluded.gross, refunds = t.refunds + excluded.refunds, orders = t.orders + excluded.orders
), product_months AS (
    INSERT INTO product_sales_months AS t (currency, month, product_id, units, gross, refunds, orders)
    SELECT currency, date_trunc('month', day)::date, product_id, SUM(units), SUM(gross), SUM(refunds), SUM(orders)
    FROM taken WHERE product_id IS NOT NULL GROUP BY 1, 2, 3
    ON CONFLICT (currency, month, product_id) DO UPDATE SET units = t.units + excluded.units,
        gross = t.gross + excluded.gross, refunds = t.refunds + excluded.refunds, orders = t.orders + excluded.orders
)
SELECT COUNT(*), COUNT(*) FILTER (WHERE orders < 0 OR gross < 0 OR refunds < 0) FROM taken
"""
# A row that came back to nothing must not stay: a rebuild would not make it.
_SWEEP = """
DELETE FROM sales_days WHERE gross = 0 AND refunds = 0 AND orders = 0;
DELETE FROM order_status_days WHERE orders = 0;
DELETE FROM product_sales_days WHERE units = 0 AND gross = 0 AND refunds = 0 AND orders = 0;
DELETE FROM product_sales_months WHERE units = 0 AND gross = 0 AND refunds = 0 AND orders = 0;
"""

_WANTED = {
    "sales_days": (
        ("currency", "day"),
        ("gross", "refunds", "orders"),
        """SELECT currency, day, COALESCE(SUM(amount) FILTER (WHERE kind = 'S'), 0),
                  COALESCE(SUM(amount) FILTER (WHERE kind = 'R'), 0),
                  COUNT(DISTINCT order_id) FILTER (WHERE kind = 'S')
           FROM ledger_entries GROUP BY currency, day""",
    ),
    "order_status_days": (
        ("day", "status"),
        ("orders",),
        "SELECT day, status, COUNT(*) FROM order_facts WHERE status <> '' GROUP BY day, status",
    ),
    "product_sales_days": (
        ("currency", "day", "product_id"),
        ("units", "gross", "refunds", "orders"),
        """SELECT currency, day, product_id, SUM(units), COALESCE(SUM(amount) FILTER (WHERE kind = 'S'), 0),
                  COALESCE(SUM(amount) FILTER (WHERE kind = 'R'), 0), COUNT(*) FILTER (WHERE kind = 'S')
           FROM ledger_entries GROUP BY currency, day, product_id""",
    ),
    "product_sales_months": (
        ("currency", "month", "product_id"),
        ("units", "gross", "refunds", "orders"),
        """SELECT currency, date_trunc('month', day)::date, product_id,
                  SUM(units), SUM(gross), SUM(refunds), SUM(orders)
           FROM product_sales_days GROUP BY 1, 2, 3""",
    ),
}


def rollups_fold(*, rows: int = FOLD_ROWS) -> int:
    """Fold up to `rows` appended changes in. Returns how many; 0 too where another process is folding."""

    def fold(cursor: CursorWrapper) -> int:
        cursor.execute(_FOLD, {"rows": rows})
        folded, falling = cursor.fetchone()
        if falling:
            cursor.execute(_SWEEP)
        return int(folded)

    return fold_alone(lock=FOLD_LOCK, fold=fold)


def rollups_rebuild(*, apply: bool) -> RebuildReport:
    """Compare the rollups, changes waiting included, with the ledger, and mend what differs (if `apply`)."""
    checked = changed = 0
    while apply and rollups_fold():
        pass
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        cursor.execute("DELETE FROM rollup_deltas")
        for table, (keys, values, wanted) in _WANTED.items():
            table_checked, table_changed = _table_mend(cursor, table, keys, values, wanted)
            checked += table_checked
            changed += table_changed
    return RebuildReport(checked=checked, changed=changed)


def _table_mend(
    cursor: CursorWrapper, table: str, keys: tuple[str, ...], values: tuple[str, ...], wanted: str
) -> tuple[int, int]:
    columns = ", ".join(keys + values)
    same_key = " AND ".join(f"w.{key} = t.{key}" for key in keys)
    cursor.execute(f"CREATE TEMP TABLE wanted ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")
    cursor.execute(f"INSERT INTO wanted ({columns}) {wanted}")
    checked = cursor.rowcount
    cursor.execute("ANALYZE wanted")
    cursor.execute(f"DELETE FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM wanted w WHERE {same_key})")
    changed = cursor.rowcount
    updates = ", ".join(f"{value} = excluded.{value}" for value in values)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT * FROM wanted EXCEPT SELECT {columns} FROM {table} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {updates}"
    )
    changed += cursor.rowcount
    cursor.execute("DROP TABLE wanted")
    return checked, changed
