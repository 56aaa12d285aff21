"""Folding appended changes into the rollups.

One process at a time folds (an advisory lock says who); consumers only append, so they never wait for each other.
"""

import msgspec
from django.db.backends.utils import CursorWrapper

from xlcfi.folding import fold_alone

FOLD_LOCK = 7_204_110_001
FOLD_ROWS = 50_000

SUMS = ("gross", "discounts", "refunds", "cancelled", "orders", "units")
_ALL_SUMS = ", ".join(SUMS)
_WHOLE_ORDERS = "product_id IS NULL AND status IS NULL"
_OF_PRODUCTS = "product_id IS NOT NULL"
# date_trunc would go by way of the session's time zone, which takes longer.
MONTH = "(day - (EXTRACT(day FROM day)::int - 1))"


class Rollup(msgspec.Struct, frozen=True):
    """A table of sums. keys: its columns, each with what it is of a waiting change; deltas: which changes it sums."""

    table: str
    keys: dict[str, str]
    deltas: str
    sums: tuple[str, ...] = SUMS

    @property
    def nothing(self) -> str:
        """SQL: whether all sums of a row are zero."""
        return " AND ".join(f"{each} = 0" for each in self.sums)


ROLLUPS = (
    Rollup("sales_days", {"currency": "currency", "day": "day"}, _WHOLE_ORDERS),
    Rollup("sales_hours", {"currency": "currency", "day": "day", "hour": "hour"}, _WHOLE_ORDERS),
    Rollup("seller_sales_days", {"currency": "currency", "day": "day", "seller_id": "seller_id"}, _WHOLE_ORDERS),
    Rollup("country_sales_days", {"currency": "currency", "day": "day", "country": "country"}, _WHOLE_ORDERS),
    Rollup("order_status_days", {"day": "day", "status": "status"}, "status IS NOT NULL", ("orders",)),
    Rollup(
        "product_sales_days",
        {"currency": "currency", "day": "day", "product_id": "product_id", "seller_id": "seller_id"},
        _OF_PRODUCTS,
    ),
    Rollup(
        "product_sales_months",
        {"currency": "currency", "month": MONTH, "product_id": "product_id", "seller_id": "seller_id"},
        _OF_PRODUCTS,
    ),
)


def _added(rollup: Rollup) -> str:
    """SQL of a CTE that adds the taken changes to `rollup` and gives the places of its rows that came to nothing."""
    keys, sums = ", ".join(rollup.keys), ", ".join(rollup.sums)
    totals = ", ".join(f"SUM({each})" for each in rollup.sums)
    more = ", ".join(f"{each} = t.{each} + excluded.{each}" for each in rollup.sums)
    places = ", ".join(str(place) for place in range(1, len(rollup.keys) + 1))
    return f"""of_{rollup.table} AS (
    INSERT INTO {rollup.table} AS t ({keys}, {sums})
    SELECT {", ".join(rollup.keys.values())}, {totals} FROM taken WHERE {rollup.deltas} GROUP BY {places}
    ON CONFLICT ({keys}) DO UPDATE SET {more}
    RETURNING t.ctid AS place, {rollup.nothing} AS empty
)"""


_FOLD = f"""
WITH taken AS (
    DELETE FROM rollup_deltas
    WHERE id <= (SELECT MAX(id) FROM (SELECT id FROM rollup_deltas ORDER BY id LIMIT %(rows)s) AS oldest) RETURNING *
), {", ".join(map(_added, ROLLUPS))}
SELECT (SELECT COUNT(*) FROM taken),
       {", ".join(f"(SELECT array_agg(place)::text FROM of_{each.table} WHERE empty)" for each in ROLLUPS)}
"""


def rollups_fold(*, rows: int = FOLD_ROWS) -> int:
    """Fold up to `rows` appended changes in. Returns how many; 0 too where another process is folding."""

    def fold(cursor: CursorWrapper) -> int:
        cursor.execute(_FOLD, {"rows": rows})
        folded, *empty = cursor.fetchone()
        # A row that came back to nothing must not stay: a rebuild would not make it. Nobody else writes here, so the
        # rows are still where they were a moment ago.
        for rollup, places in zip(ROLLUPS, empty, strict=True):
            if places:
                cursor.execute(f"DELETE FROM {rollup.table} WHERE ctid = ANY(%s::tid[])", [places])
        return int(folded)

    return fold_alone(lock=FOLD_LOCK, fold=fold)
