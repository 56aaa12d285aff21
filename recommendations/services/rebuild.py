"""Making the app's tables anew from the platform's tables and the facts that only events told."""

from collections.abc import Callable, Sequence

from django.db import connection, transaction

from recommendations.services.baskets import baskets_mend
from recommendations.services.matrix import matrix_mend
from xlcfi.events import Progress, RebuildReport, rebuild_includes
from xlcfi.runs import LARGEST_ID, FreshStatistics, estimated_rows, id_runs

ORDERS_A_RUN = 20_000
USERS_A_RUN = 5_000
RECENT_ORDERS = 2_000

# Told, in the transaction of the change, whose ratings changed.
Changed = Callable[[Sequence[int]], None]


def baskets_rebuild(*, apply: bool, progress: Progress) -> RebuildReport:
    """The baskets of all paid orders; what they change in the counts is appended as for an event, to be folded in."""
    total = estimated_rows("orders")
    checked = changed = 0
    statistics = FreshStatistics(("baskets",))
    quiet = rebuild_includes("co-purchases") and _nearly_none_known()
    for first, last, _ in id_runs(table="orders", size=ORDERS_A_RUN):
        with transaction.atomic():
            looked, mended = baskets_mend(first_order_id=first, last_order_id=last, quiet=quiet)
            if not apply:
                transaction.set_rollback(True)
        checked += looked
        changed += mended
        if apply:
            statistics.refresh()
        progress(checked, max(total, checked))
    return RebuildReport(checked=checked, changed=changed)


def _nearly_none_known() -> bool:
    """Whether this is a first rebuild, in which each order would tell the counts what they are made from afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 10 * (SELECT COUNT(*) FROM baskets) <= (SELECT COUNT(*) FROM orders)")
        return bool(cursor.fetchone()[0])


def recent_baskets_settle(*, on_change: Changed, rows: int = RECENT_ORDERS) -> int:
    """Settle the baskets of the platform's latest `rows` orders, and their buyers' ratings. Returns rows changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id, buyer_id FROM orders ORDER BY id DESC LIMIT %s", [rows])
        latest = cursor.fetchall()
        if not latest:
            return 0
        _, changed = baskets_mend(first_order_id=min(row[0] for row in latest), last_order_id=LARGEST_ID)
        if not changed:
            return 0
        _, mended, whose = matrix_mend(user_ids=sorted({row[1] for row in latest}))
        if mended:
            on_change(whose)
        return changed + mended


def matrix_rebuild(*, apply: bool, progress: Progress, on_change: Changed) -> RebuildReport:
    """The ratings that purchases give, from the baskets. What else gave a rating, only events told: it stays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM baskets WHERE user_id > 0 UNION SELECT user_id FROM user_item_matrix")
        user_ids = sorted(row[0] for row in cursor.fetchall())
    checked = changed = 0
    for start in range(0, len(user_ids), USERS_A_RUN):
        with transaction.atomic():
            looked, mended, whose = matrix_mend(user_ids=user_ids[start : start + USERS_A_RUN])
            if mended:
                on_change(whose)
            if not apply:
                transaction.set_rollback(True)
        checked += looked
        changed += mended
        progress(min(start + USERS_A_RUN, len(user_ids)), len(user_ids))
    return RebuildReport(checked=checked, changed=changed)
