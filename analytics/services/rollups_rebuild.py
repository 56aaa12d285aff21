"""Making the rollups anew from the ledger."""

from django.db.backends.utils import CursorWrapper

from analytics.services.mending import table_mend
from analytics.services.rollups import FOLD_LOCK, FOLD_ROWS, MONTH, ROLLUPS, SUMS, Rollup, rollups_fold
from analytics.services.staging import SEOUL_HOUR
from xlcfi.events import RebuildReport
from xlcfi.filling import FilledAside
from xlcfi.folding import standing_still
from xlcfi.runs import counted_rows

# After many orders were entered, making the sums from the ledger is quicker than folding all that waits.
WAITING_MOST = 4 * FOLD_ROWS

_OF_KINDS = """
       COALESCE(SUM(amount) FILTER (WHERE kind = 'S'), 0) AS gross,
       COALESCE(SUM(amount) FILTER (WHERE kind = 'D'), 0) AS discounts,
       COALESCE(SUM(amount) FILTER (WHERE kind IN ('R', 'C')), 0) AS refunds,
       COALESCE(SUM(amount) FILTER (WHERE kind = 'C'), 0) AS cancelled
"""
# Sums of whole orders by hour and by country. A paid order has sale entries, all of one hour, seller and country; it
# counts once, however many products it holds: what is counted comes from the facts.
_SUMMED = f"""
CREATE TEMP TABLE ledger_sums ON COMMIT DROP AS
SELECT day, hour, currency, country, {_OF_KINDS}, 0::bigint AS orders, SUM(units)::bigint AS units
FROM ledger_entries GROUP BY GROUPING SETS ((day, hour, currency), (day, currency, country))
UNION ALL
SELECT day, hour, currency, country, 0, 0, 0, 0, COUNT(*), 0
FROM (
    SELECT day, {SEOUL_HOUR.format(moment="placed_at")} AS hour, currency, country FROM order_facts WHERE paid
) AS f GROUP BY GROUPING SETS ((day, hour, currency), (day, currency, country));
ANALYZE ledger_sums
"""
# Sorted before it is summed up: there are nearly as many sums as entries, and those would not fit a hash table.
_OF_PRODUCTS = f"""
SELECT currency, day, product_id, seller_id, {_OF_KINDS}, COUNT(*) FILTER (WHERE kind = 'S') AS orders,
       SUM(units)::bigint AS units
FROM (SELECT * FROM ledger_entries ORDER BY day, product_id, seller_id, currency) AS e
GROUP BY day, product_id, seller_id, currency
"""
_TOTALS = ", ".join(f"SUM({each}) AS {each}" for each in SUMS)
_MONEY_AND_UNITS = "gross, discounts, refunds, cancelled, {orders} AS orders, units"
# What each rollup holds, in the order of ROLLUPS: seven sums are made of three looks at the ledger.
_WANTED = {
    "sales_days": f"SELECT currency, day, {_TOTALS} FROM ledger_sums WHERE hour IS NOT NULL GROUP BY 1, 2",
    "sales_hours": f"SELECT currency, day, hour, {_TOTALS} FROM ledger_sums WHERE hour IS NOT NULL GROUP BY 1, 2, 3",
    "country_sales_days": f"""
        SELECT currency, day, country, {_TOTALS} FROM ledger_sums WHERE country IS NOT NULL GROUP BY 1, 2, 3""",
    "order_status_days": "SELECT day, status, COUNT(*) AS orders FROM order_facts WHERE status <> '' GROUP BY 1, 2",
    "product_sales_days": _OF_PRODUCTS,
    "product_sales_months": f"""
        SELECT currency, month, product_id, seller_id, {_TOTALS}
        FROM (
            SELECT *, {MONTH} AS month FROM {{product_sales_days}} ORDER BY month, product_id, seller_id, currency
        ) AS d GROUP BY month, product_id, seller_id, currency""",
    "seller_sales_days": f"""
        SELECT currency, day, seller_id, {_TOTALS}
        FROM (
            SELECT currency, day, seller_id, {_MONEY_AND_UNITS.format(orders=0)} FROM {{product_sales_days}}
            UNION ALL
            SELECT currency, day, COALESCE(seller_id, 0), 0, 0, 0, 0, 1, 0 FROM order_facts WHERE paid
        ) AS s GROUP BY 2, 3, 1""",
}
_LARGE = ("product_sales_days", "product_sales_months", "seller_sales_days")


def rollups_rebuild(*, apply: bool) -> RebuildReport:
    """Compare the rollups, changes waiting included, with the ledger, and mend what differs (if `apply`)."""
    checked = changed = 0
    if counted_rows("rollup_deltas", most=WAITING_MOST) < WAITING_MOST:
        while apply and rollups_fold():
            pass
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        cursor.execute("DELETE FROM rollup_deltas")
        cursor.execute(_SUMMED)
        aside = FilledAside(cursor, apply=apply, made_of="ledger_entries")
        rollups = {rollup.table: rollup for rollup in ROLLUPS}
        for table in _WANTED:
            table_checked, table_changed = _mend(cursor, rollups[table], aside)
            checked += table_checked
            changed += table_changed
        cursor.execute("DROP TABLE ledger_sums")
        aside.put_in_place()
    return RebuildReport(checked=checked, changed=changed)


def _mend(cursor: CursorWrapper, rollup: Rollup, aside: FilledAside) -> tuple[int, int]:
    sums = _WANTED[rollup.table].format(product_sales_days=aside.name_of("product_sales_days"))
    return table_mend(
        cursor,
        table=rollup.table,
        keys=tuple(rollup.keys),
        sums=rollup.sums,
        wanted=f"SELECT * FROM ({sums}) AS s WHERE NOT ({rollup.nothing})",
        aside=aside if rollup.table in _LARGE else None,
    )
