"""Finding orders of which the platform's tables say something else than our facts, and settling them.

Nothing there is indexed by time and we may add no index: what is new is found by its id, what changed in one
sequential pass that reads two columns. Those found are compared with our facts before anything is locked.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from django.db import connection

from analytics.services.ledger import sales_withdraw
from analytics.services.payments import told_lag
from analytics.services.rebuild import staged_orders_settle
from analytics.services.staging import ORDERS_BY_ID, platform_stage_orders, staging_begin
from xlcfi.clock import SEOUL
from xlcfi.events.erasure import known_as

_LATEST = """
SELECT (SELECT COALESCE(MAX(id), 0) FROM orders), (SELECT COALESCE(MAX(id), 0) FROM payments)
"""
# `updated_at` is Seoul's wall clock, without a zone. A buyer who moved takes their orders along.
_CANDIDATES = f"""
SELECT id FROM orders WHERE updated_at >= %(since)s
UNION SELECT id FROM orders WHERE id > %(orders)s
UNION SELECT order_id FROM payments WHERE id > %(payments)s
UNION SELECT order_id FROM order_facts WHERE provisional
UNION
SELECT f.order_id FROM users u JOIN order_facts f ON f.buyer_id = {known_as("u.id")}
WHERE u.updated_at >= %(since)s AND f.country <> COALESCE(u.country_code, '')
ORDER BY 1
"""
# Whatever could count on these days, by the tables or by us.
_OF_DAYS = """
SELECT id FROM orders
WHERE created_at >= %(first)s AND created_at < %(after)s AND created_at::date = ANY(%(days)s)
UNION
SELECT id FROM orders
WHERE updated_at >= %(first)s AND updated_at < %(after)s AND updated_at::date = ANY(%(days)s)
UNION SELECT order_id FROM order_facts WHERE day = ANY(%(days)s)
UNION SELECT order_id FROM refund_facts WHERE day = ANY(%(days)s)
UNION SELECT order_id FROM ledger_entries WHERE day = ANY(%(days)s)
ORDER BY 1
"""
# What rebuilding would change: the fact itself, a refund that only the tables know or no longer know, sales that do not
# add up to the total.
_DIFFERING = f"""
SELECT p.order_id
FROM ({ORDERS_BY_ID}) AS p(order_id, buyer_id, seller_id, currency, total, status, placed_at, day, paid, provisional,
                           country)
LEFT JOIN order_facts f ON f.order_id = p.order_id
LEFT JOIN LATERAL (
    SELECT bool_or(status = 'COMPLETED') AS kept, bool_or(status IN ('REFUNDED', 'CANCELLED') AND paid_at IS NOT NULL)
           AS went_back FROM payments WHERE order_id = p.order_id
) AS money ON true
LEFT JOIN LATERAL (
    SELECT bool_or(ref = 'platform') AS by_tables FROM refund_facts WHERE order_id = p.order_id
) AS refunds ON true
WHERE f.order_id IS NULL
   OR (f.buyer_id, f.seller_id, f.currency, f.total, f.status, f.placed_at, f.day, f.paid, f.provisional, f.country)
      IS DISTINCT FROM
      (p.buyer_id, p.seller_id, p.currency, p.total, p.status, p.placed_at, p.day, p.paid, p.provisional, p.country)
   OR (p.paid AND money.went_back AND NOT money.kept AND refunds.by_tables IS NOT TRUE)
   OR (refunds.by_tables AND (NOT p.paid OR money.kept))
   OR CASE WHEN p.paid THEN p.total END IS DISTINCT FROM
      (SELECT SUM(amount) FROM ledger_entries e WHERE e.order_id = p.order_id AND e.kind = 'S')
ORDER BY p.order_id
"""
_DAYS = """
SELECT day FROM order_facts WHERE order_id = ANY(%(ids)s)
UNION SELECT day FROM ledger_entries WHERE order_id = ANY(%(ids)s)
"""
# Told by an event, but the row never came: its transaction was rolled back.
_PHANTOMS = """
SELECT order_id FROM order_facts f
WHERE provisional AND (told_at IS NULL OR told_at <= now() - make_interval(secs => %(lag)s))
  AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = f.order_id)
ORDER BY order_id FOR UPDATE
"""


class Seen(msgspec.Struct, frozen=True):
    """The largest ids that a look has reached."""

    orders: int
    payments: int


class Settled(msgspec.Struct, frozen=True):
    """What settling a run of orders did. order_ids: those that differed; changed: rows; days: whose money it may have
    changed, before or after; left: orders that differ and were one too many."""

    order_ids: list[int]
    changed: int
    days: set[date]
    left: int = 0


def latest_ids() -> Seen:
    """The largest ids of the platform's orders and payments at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST)
        return Seen(*cursor.fetchone())


def orders_changed(*, since: datetime, after: Seen) -> list[int]:
    """Ids of orders that may have changed since the aware moment `since`, or are above the ids `after`. Ascending."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            {
                "since": since.astimezone(SEOUL).replace(tzinfo=None),
                "orders": after.orders,
                "payments": after.payments,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def orders_of_days(*, days: Sequence[date]) -> list[int]:
    """Ids of all orders that the tables or we count on `days`, sold or given back. Ascending."""
    if not days:
        return []
    with connection.cursor() as cursor:
        bounds = {"first": min(days), "after": max(days) + timedelta(days=1)}
        cursor.execute(_OF_DAYS, {**bounds, "days": list(days)})
        return [row[0] for row in cursor.fetchall()]


def orders_settle(*, order_ids: Sequence[int], most: int | None = None) -> Settled:
    """Settle those of `order_ids` (at most `most`) that differ from our facts. Belongs into a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, {"ids": list(order_ids)})
        found = [row[0] for row in cursor.fetchall()]
    differing = found if most is None else found[:most]
    left = len(found) - len(differing)
    if not differing:
        return Settled([], 0, set(), left)
    days = _days_of(differing)
    platform_stage_orders(order_ids=differing)
    changed = staged_orders_settle()
    return Settled(differing, changed, days | _days_of(differing), left)


def phantoms_withdraw() -> int:
    """Take out sales whose rows never came. Belongs into a transaction. Returns rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(_PHANTOMS, {"lag": told_lag()})
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        staging_begin(cursor)
    return sales_withdraw(order_ids=ids)


def _days_of(order_ids: Sequence[int]) -> set[date]:
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"ids": list(order_ids)})
        return {row[0] for row in cursor.fetchall()}
