"""Making the rollups anew from the ledger."""

from analytics.services.mending import table_mend
from analytics.services.rollups import FOLD_LOCK, FOLD_ROWS, ROLLUPS, Rollup, rollups_fold
from analytics.services.staging import SEOUL_HOUR
from xlcfi.events import RebuildReport
from xlcfi.folding import standing_still
from xlcfi.runs import counted_rows

# A first rebuild leaves so many changes waiting that making the sums from the ledger is quicker than folding them in.
WAITING_MOST = 4 * FOLD_ROWS

# The changes that would make the rollups from nothing, as if they waited. A paid order has sale entries, all of one
# hour, seller and country; it counts once, however many products it holds.
_OF_KINDS = """
       COALESCE(SUM(amount) FILTER (WHERE kind = 'S'), 0) AS gross,
       COALESCE(SUM(amount) FILTER (WHERE kind = 'D'), 0) AS discounts,
       COALESCE(SUM(amount) FILTER (WHERE kind IN ('R', 'C')), 0) AS refunds,
       COALESCE(SUM(amount) FILTER (WHERE kind = 'C'), 0) AS cancelled
"""
_SUMMED = f"""
CREATE TEMP TABLE ledger_sums ON COMMIT DROP AS
SELECT day, hour, currency, seller_id, country, NULL::bigint AS product_id, NULL::text AS status, {_OF_KINDS},
       0::bigint AS orders, SUM(units)::bigint AS units
FROM ledger_entries GROUP BY day, hour, currency, seller_id, country
UNION ALL
SELECT day, {SEOUL_HOUR.format(moment="placed_at")}, currency, COALESCE(seller_id, 0), country, NULL, NULL,
       0, 0, 0, 0, COUNT(*), 0
FROM order_facts WHERE paid GROUP BY 1, 2, 3, 4, 5
UNION ALL
SELECT day, 0, currency, seller_id, '', product_id, NULL, {_OF_KINDS}, COUNT(*) FILTER (WHERE kind = 'S'), SUM(units)
FROM ledger_entries GROUP BY day, currency, seller_id, product_id
UNION ALL
SELECT day, 0, '', 0, '', NULL, status, 0, 0, 0, 0, COUNT(*), 0
FROM order_facts WHERE status <> '' GROUP BY day, status;
ANALYZE ledger_sums
"""


def rollups_rebuild(*, apply: bool) -> RebuildReport:
    """Compare the rollups, changes waiting included, with the ledger, and mend what differs (if `apply`)."""
    checked = changed = 0
    if counted_rows("rollup_deltas", most=WAITING_MOST) < WAITING_MOST:
        while apply and rollups_fold():
            pass
    with standing_still(lock=FOLD_LOCK, apply=apply) as cursor:
        cursor.execute("DELETE FROM rollup_deltas")
        cursor.execute(_SUMMED)
        for rollup in ROLLUPS:
            table_checked, table_changed = table_mend(
                cursor, table=rollup.table, keys=tuple(rollup.keys), sums=rollup.sums, wanted=_wanted(rollup)
            )
            checked += table_checked
            changed += table_changed
        cursor.execute("DROP TABLE ledger_sums")
    return RebuildReport(checked=checked, changed=changed)


def _wanted(rollup: Rollup) -> str:
    totals = ", ".join(f"SUM({each}) AS {each}" for each in rollup.sums)
    places = ", ".join(str(place) for place in range(1, len(rollup.keys) + 1))
    return (
        f"SELECT * FROM (SELECT {', '.join(rollup.keys.values())}, {totals} FROM ledger_sums "
        f"WHERE {rollup.deltas} GROUP BY {places}) AS s WHERE NOT ({rollup.nothing})"
    )
