"""Comparing our ledger with the platform's tables, to the won: money, day by day and currency by currency.

Ours: the rollup and the changes that wait to be folded in, as every answer reads them. Theirs: plain sums over `orders`
and `payments`, by statements that share nothing with those that keep the ledger. How much of an order went back the
tables do not say; where an event told it, that is what counts on both sides, else the full total (definitions.md).
Sales that an event told of before their rows became visible are left out on our side.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec
from django.db import connection

# An order was paid if one of its payments is completed, or was before the money went back.
_WAS_PAID = """
EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id
        AND (p.status = 'COMPLETED' OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL)))
"""
_WENT_BACK = """
EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status IN ('REFUNDED', 'CANCELLED')
        AND p.paid_at IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'COMPLETED')
"""
# Told facts are believed before a cancellation, and that before what only the tables say.
_RANK = "CASE {ref} WHEN 'platform' THEN 1 WHEN 'cancelled' THEN 2 ELSE 3 END"
_COMPARE = f"""
WITH unseen AS MATERIALIZED (
    SELECT f.order_id, f.currency, f.day, f.total, f.paid FROM order_facts f
    WHERE f.provisional AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = f.order_id)
), ours AS (
    SELECT currency, day, SUM(orders) AS orders, SUM(gross) AS gross, SUM(refunds) AS refunds FROM (
        SELECT currency, day, orders, gross, refunds FROM sales_days WHERE day = ANY(%(days)s)
        UNION ALL
        SELECT currency, day, orders, gross, refunds FROM rollup_deltas
        WHERE day = ANY(%(days)s) AND product_id IS NULL AND status IS NULL
        UNION ALL
        SELECT currency, day, -1, -total, 0 FROM unseen WHERE paid AND day = ANY(%(days)s)
        UNION ALL
        SELECT e.currency, e.day, 0, 0, -e.amount FROM unseen u JOIN ledger_entries e ON e.order_id = u.order_id
        WHERE e.kind IN ('R', 'C') AND e.day = ANY(%(days)s)
    ) AS parts GROUP BY currency, day
), sold AS (
    SELECT o.currency, o.created_at::date AS day, COUNT(*) AS orders, SUM(o.total) AS gross, 0::numeric AS refunds
    FROM orders o
    WHERE o.created_at >= %(first)s AND o.created_at < %(after)s AND o.created_at::date = ANY(%(days)s) AND {_WAS_PAID}
    GROUP BY 1, 2
), told AS (
    SELECT o.currency, r.day, 0 AS orders, 0::numeric AS gross, SUM(COALESCE(r.amount, o.total)) AS refunds
    FROM refund_facts r JOIN orders o ON o.id = r.order_id
    WHERE r.day = ANY(%(days)s) AND {_WAS_PAID}
      AND NOT EXISTS (SELECT 1 FROM refund_facts b WHERE b.order_id = r.order_id
                      AND {_RANK.format(ref="b.ref")} > {_RANK.format(ref="r.ref")})
      AND (r.ref <> 'platform' OR ({_WENT_BACK}))
    GROUP BY 1, 2
), untold AS (
    SELECT o.currency, o.updated_at::date AS day, 0 AS orders, 0::numeric AS gross, SUM(o.total) AS refunds
    FROM orders o
    WHERE o.updated_at >= %(first)s AND o.updated_at < %(after)s AND o.updated_at::date = ANY(%(days)s)
      AND {_WENT_BACK} AND NOT EXISTS (SELECT 1 FROM refund_facts r WHERE r.order_id = o.id)
    GROUP BY 1, 2
), theirs AS (
    SELECT currency, day, SUM(orders) AS orders, SUM(gross) AS gross, SUM(refunds) AS refunds
    FROM (SELECT * FROM sold UNION ALL SELECT * FROM told UNION ALL SELECT * FROM untold) AS parts
    GROUP BY currency, day
)
SELECT currency, day, COALESCE(o.orders, 0)::bigint, COALESCE(t.orders, 0)::bigint,
       COALESCE(o.gross, 0), COALESCE(t.gross, 0),
       COALESCE(o.refunds, 0), COALESCE(t.refunds, 0)
FROM ours o FULL JOIN theirs t USING (currency, day)
WHERE (COALESCE(o.orders, 0), COALESCE(t.orders, 0), COALESCE(o.gross, 0), COALESCE(t.gross, 0),
       COALESCE(o.refunds, 0), COALESCE(t.refunds, 0)) IS DISTINCT FROM (0, 0, 0, 0, 0, 0)
ORDER BY day, currency
"""
_KEEP = """
WITH gone AS (
    DELETE FROM ledger_checks c WHERE c.day = ANY(%(looked_at)s)
      AND NOT EXISTS (SELECT 1 FROM unnest(%(currencies)s::text[], %(days)s::date[]) AS k(currency, day)
                      WHERE k.currency = c.currency AND k.day = c.day)
)
INSERT INTO ledger_checks (currency, day, ours_orders, platform_orders, ours_gross, platform_gross, ours_refunds,
                           platform_refunds, checked_at)
SELECT k.*, now()
FROM unnest(%(currencies)s::text[], %(days)s::date[], %(ours_orders)s::bigint[], %(platform_orders)s::bigint[],
            %(ours_gross)s::numeric[], %(platform_gross)s::numeric[], %(ours_refunds)s::numeric[],
            %(platform_refunds)s::numeric[]) AS k(currency, day, a, b, c, d, e, f)
ORDER BY k.currency, k.day
ON CONFLICT (currency, day) DO UPDATE
SET ours_orders = excluded.ours_orders, platform_orders = excluded.platform_orders, ours_gross = excluded.ours_gross,
    platform_gross = excluded.platform_gross, ours_refunds = excluded.ours_refunds,
    platform_refunds = excluded.platform_refunds, checked_at = excluded.checked_at
"""
_STATUSES = """
WITH ours AS (
    SELECT day, status, SUM(orders)::bigint AS orders FROM (
        SELECT day, status, orders FROM order_status_days WHERE day = ANY(%(days)s)
        UNION ALL
        SELECT day, status, orders FROM rollup_deltas WHERE day = ANY(%(days)s) AND status IS NOT NULL
        UNION ALL
        SELECT f.day, f.status, -1 FROM order_facts f
        WHERE f.provisional AND f.status <> '' AND f.day = ANY(%(days)s)
          AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = f.order_id)
    ) AS parts GROUP BY day, status HAVING SUM(orders) <> 0
), theirs AS (
    SELECT created_at::date AS day, status, COUNT(*) AS orders FROM orders
    WHERE created_at >= %(first)s AND created_at < %(after)s AND created_at::date = ANY(%(days)s)
    GROUP BY 1, 2
)
SELECT DISTINCT day FROM ((TABLE ours EXCEPT TABLE theirs) UNION ALL (TABLE theirs EXCEPT TABLE ours)) AS d
"""


class DayCompared(msgspec.Struct, frozen=True):
    """A day's paid orders, gross and refunds in one currency, by our ledger and by the platform's tables."""

    currency: str
    day: date
    ours_orders: int
    platform_orders: int
    ours_gross: Decimal
    platform_gross: Decimal
    ours_refunds: Decimal
    platform_refunds: Decimal

    @property
    def agrees(self) -> bool:
        """Whether all three are the same, to the last unit."""
        return not any(self.difference)

    @property
    def difference(self) -> tuple[int, Decimal, Decimal]:
        """Paid orders, gross and refunds that we count beyond the platform's tables."""
        return (
            self.ours_orders - self.platform_orders,
            self.ours_gross - self.platform_gross,
            self.ours_refunds - self.platform_refunds,
        )


def days_compare(*, days: Iterable[date]) -> list[DayCompared]:
    """Compare `days` in one statement, and so at one moment: one pass over the platform's orders, whatever days.

    Days and currencies in which nothing was sold or given back on either side are left out.
    """
    wanted = sorted(set(days))
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, {"days": wanted, "first": wanted[0], "after": wanted[-1] + timedelta(days=1)})
        return [DayCompared(*row) for row in cursor.fetchall()]


def statuses_differ(*, days: Iterable[date]) -> set[date]:
    """Those of `days` on which our counts of orders by status are not those of the platform's orders."""
    wanted = sorted(set(days))
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_STATUSES, {"days": wanted, "first": wanted[0], "after": wanted[-1] + timedelta(days=1)})
        return {row[0] for row in cursor.fetchall()}


def comparison_keep(*, days: Iterable[date], compared: Sequence[DayCompared]) -> None:
    """Note how `days` compare; what was noted of them before goes."""
    names = DayCompared.__struct_fields__
    columns = {name: [getattr(each, name) for each in compared] for name in names if name not in ("day", "currency")}
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                **columns,
                "looked_at": sorted(set(days)),
                "currencies": [each.currency for each in compared],
                "days": [each.day for each in compared],
            },
        )


def agreement_check(*, days: Iterable[date]) -> list[DayCompared]:
    """Compare `days` and note the result. Returns those that differ."""
    wanted = sorted(set(days))
    compared = days_compare(days=wanted)
    if wanted:
        comparison_keep(days=wanted, compared=compared)
    return [each for each in compared if not each.agrees]
