"""Making the app's tables anew from the platform's tables and the facts that only events told.

Nothing is emptied: what differs is mended, run by run, under the same locks as the consumers use, so that answers
stay right while it runs and events can go on coming. What already agrees is left untouched.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from analytics.services.activity import buyers_mend
from analytics.services.behaviors import purchases_backfill, purchases_forget
from analytics.services.catalog import categories_mend
from analytics.services.ledger import refunds_apply, sales_apply, sales_withdraw
from analytics.services.payments import told_lag
from analytics.services.profiles import preferences_mend, profiles_lock, profiles_refresh
from analytics.services.staging import platform_stage, platform_stage_orders
from analytics.services.untold_orders import untold_orders_enter
from xlcfi.events import Progress, RebuildReport, rebuild_includes
from xlcfi.events.erasure import known_as
from xlcfi.runs import LARGEST_ID, FreshStatistics, estimated_rows, id_runs

ORDERS_A_RUN = 20_000
USERS_A_RUN = 5_000
RECENT_ORDERS = 2_000

_WRITTEN = ("order_facts", "ledger_entries")
_PURCHASES = ("user_behaviors",)

_OPEN_REFUNDS = """
INSERT INTO refund_facts (order_id, ref, amount, items, day, hour, recorded_at)
SELECT o.id, 'platform', NULL, NULL, o.updated_at::date, EXTRACT(hour FROM o.updated_at), now()
FROM orders o JOIN staged_orders s ON s.order_id = o.id
WHERE s.paid
  AND EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status IN ('REFUNDED', 'CANCELLED')
              AND p.paid_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'COMPLETED')
ORDER BY o.id
ON CONFLICT (order_id, ref) DO NOTHING
"""
_CLOSE_REFUNDS = """
DELETE FROM refund_facts r USING staged_orders s
WHERE r.order_id = s.order_id AND r.ref = 'platform'
  AND (NOT s.paid OR EXISTS (SELECT 1 FROM payments p WHERE p.order_id = r.order_id AND p.status = 'COMPLETED'))
"""
_NEVER_PAID = """
SELECT split_part(subject, ':', 2)::bigint FROM user_behaviors
WHERE event_type = 'purchase' AND subject = ANY(ARRAY(SELECT 'order:' || order_id FROM staged_orders WHERE NOT paid))
ORDER BY 1
"""
# Events of transactions that were rolled back: told, but their rows never came.
_PHANTOMS = """
SELECT order_id FROM order_facts f
WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = f.order_id)
  AND (told_at IS NULL OR told_at <= now() - make_interval(secs => %(lag)s))
ORDER BY order_id FOR UPDATE
"""


def orders_rebuild(*, apply: bool, progress: Progress) -> RebuildReport:
    """Order facts, ledger entries, refunds the tables tell of, and purchases no event told, from all orders.

    Purchases are left to the step that follows them up, and sums to those that make them anew, where they come too.
    """
    total = estimated_rows("orders")
    checked = changed = 0
    quiet = rebuild_includes("sums", "activity", "buyers") and _nearly_none("order_facts")
    purchases = not rebuild_includes("purchases")
    statistics = FreshStatistics(_WRITTEN + (_PURCHASES if purchases else ()))
    for first, last, _ in id_runs(table="orders", size=ORDERS_A_RUN):
        with _run(apply):
            run_checked, run_changed = _orders_run(first, last, quiet=quiet, purchases=purchases)
            checked += run_checked
            changed += run_changed
        if apply:
            statistics.refresh()
        progress(checked, max(total, checked))
    with _run(apply):
        changed += _phantoms_remove()
    return RebuildReport(checked=checked, changed=changed)


def purchases_rebuild(*, apply: bool, progress: Progress) -> RebuildReport:
    """Purchases that no event told, from all orders that the tables say are paid."""
    total = estimated_rows("orders")
    checked = changed = 0
    statistics = FreshStatistics(_PURCHASES)
    quiet = rebuild_includes("activity", "journeys", "operations") and _nearly_none(
        "user_behaviors WHERE event_type = 'purchase'"
    )
    for first, last, _ in id_runs(table="orders", size=ORDERS_A_RUN):
        with _run(apply):
            checked += platform_stage(first_order_id=first, last_order_id=last, lines=False)
            changed += purchases_backfill(quiet=quiet)
        if apply:
            statistics.refresh()
        progress(checked, max(total, checked))
    return RebuildReport(checked=checked, changed=changed)


def people_rebuild(*, apply: bool, progress: Progress) -> RebuildReport:
    """Profiles from DELIVERED orders and category preferences from the ledger, for every buyer who ever ordered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT buyer_id FROM order_facts WHERE buyer_id IS NOT NULL UNION SELECT user_id FROM user_profiles"
        )
        user_ids = sorted(row[0] for row in cursor.fetchall())
    changed = 0
    for start in range(0, len(user_ids), USERS_A_RUN):
        some = user_ids[start : start + USERS_A_RUN]
        with _run(apply):
            profiles_lock(user_ids=some)
            changed += profiles_refresh(user_ids=some) + preferences_mend(user_ids=some)
        progress(min(start + USERS_A_RUN, len(user_ids)), len(user_ids))
    return RebuildReport(checked=len(user_ids), changed=changed)


def catalog_rebuild(*, apply: bool) -> RebuildReport:
    """Our copy of the products' categories and of the list of buyers."""
    with _run(apply):
        products, products_changed = categories_mend()
        buyers, buyers_changed = buyers_mend()
    return RebuildReport(checked=products + buyers, changed=products_changed + buyers_changed)


def recent_orders_settle(*, rows: int = RECENT_ORDERS) -> int:
    """Settle the latest `rows` orders of the platform with our facts: what no event told, or told before its rows.

    Reads by the primary key only. Returns how many rows changed. Buyers' profiles follow in recent_buyers_settle: their
    locks come before those of orders, so they need a transaction of their own.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(id) FROM (SELECT id FROM orders ORDER BY id DESC LIMIT %s) AS latest", [rows])
        first = cursor.fetchone()[0]
    if first is None:
        return 0
    with transaction.atomic():
        return _orders_run(first, LARGEST_ID)[1]


def recent_buyers_settle(*, rows: int = RECENT_ORDERS) -> int:
    """Bring profiles and preferences of the buyers of the latest `rows` orders up to date. Returns rows changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {known_as('buyer_id')} "
            "FROM (SELECT buyer_id FROM orders ORDER BY id DESC LIMIT %s) AS latest",
            [rows],
        )
        user_ids = sorted(row[0] for row in cursor.fetchall())
        if not user_ids:
            return 0
        profiles_lock(user_ids=user_ids)
        return profiles_refresh(user_ids=user_ids) + preferences_mend(user_ids=user_ids)


@contextmanager
def _run(apply: bool) -> Iterator[None]:
    """One run is one transaction; a dry one is rolled back."""
    with transaction.atomic():
        yield
        if not apply:
            transaction.set_rollback(True)


def _nearly_none(known: str) -> bool:
    """Whether next to none of the platform's orders are `known` (rows of ours, as SQL).

    Then this is a first rebuild, in which each order would tell the sums what they are made from afterwards. Until they
    are, they lack what they lacked before, and an order that an event changes meanwhile is not whole in them.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 10 * (SELECT COUNT(*) FROM {known}) <= (SELECT COUNT(*) FROM orders)")
        return bool(cursor.fetchone()[0])


def _orders_run(first: int, last: int, *, quiet: bool = False, purchases: bool = True) -> tuple[int, int]:
    checked = platform_stage(first_order_id=first, last_order_id=last)
    known = untold_orders_enter(staged=checked, quiet=quiet)
    changed = checked - len(known)
    if changed:
        changed += _refunds_of_tables()
        with connection.cursor() as cursor:
            cursor.execute("SELECT order_id FROM staged_orders ORDER BY 1")
            order_ids = [row[0] for row in cursor.fetchall()]
        changed += refunds_apply(order_ids=order_ids, quiet=quiet)
        if purchases:
            changed += purchases_backfill()
        if known:
            platform_stage_orders(order_ids=known)
    if known:
        changed += staged_orders_settle(purchases=purchases)
    return checked, changed


def staged_orders_settle(*, purchases: bool = True) -> int:
    """Bring everything that follows from an order in line with what was staged of the platform. Returns rows changed.

    Locks orders; the profiles of their buyers come in a transaction of their own. purchases: those included that no
    event told.
    """
    order_ids, changed = sales_apply(only_new=False, told_lag=told_lag())
    changed += _refunds_of_tables()
    changed += refunds_apply(order_ids=order_ids)
    return changed + (purchases_backfill() if purchases else 0)


def _refunds_of_tables() -> int:
    """Refunds of the staged orders that only the tables tell, or no longer do, and purchases that never were."""
    changed = 0
    with connection.cursor() as cursor:
        for statement in (_OPEN_REFUNDS, _CLOSE_REFUNDS):
            cursor.execute(statement)
            changed += cursor.rowcount
        cursor.execute(_NEVER_PAID)
        never_paid = [row[0] for row in cursor.fetchall()]
    return changed + (purchases_forget(order_ids=never_paid) if never_paid else 0)


def _phantoms_remove() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_PHANTOMS, {"lag": told_lag()})
        ids = [row[0] for row in cursor.fetchall()]
    return sales_withdraw(order_ids=ids) if ids else 0
