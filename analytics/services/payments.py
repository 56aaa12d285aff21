"""What payments and refunds change for analytics, inside the batch's transaction.

Locks are taken in one order everywhere: users' profiles, then orders, each ascending. So replicas never deadlock.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection

from analytics.services.behaviors import purchases_record, refunds_record
from analytics.services.catalog import categories_learn
from analytics.services.ledger import refunds_apply, sales_apply
from analytics.services.profiles import preferences_add, profiles_lock, profiles_refresh
from analytics.services.staging import payments_stage, staging_begin
from xlcfi.clock import business_day
from xlcfi.events import PaymentCompleted, PaymentRefunded

_CLAIM = """
INSERT INTO order_facts (order_id, currency, total, status, placed_at, day, paid, provisional)
SELECT id, '', 0, '', now(), current_date, false, true FROM unnest(%(ids)s::bigint[]) AS id ORDER BY id
ON CONFLICT (order_id) DO NOTHING
"""
_REFUND_FACTS = """
INSERT INTO refund_facts (order_id, ref, amount, items, day, recorded_at)
SELECT order_id, ref, amount, items, day, now()
FROM unnest(%(orders)s::bigint[], %(refs)s::text[], %(amounts)s::numeric[], %(items)s::jsonb[], %(days)s::date[])
     AS r(order_id, ref, amount, items, day)
ORDER BY order_id, ref
ON CONFLICT (order_id, ref) DO NOTHING
RETURNING order_id
"""


def payments_record(*, payments: Sequence[PaymentCompleted]) -> None:
    """Count each paid order once: ledger, preferences, behaviours; and refresh its buyer's profile."""
    user_ids = {payment.user_id for payment in payments}
    profiles_lock(user_ids=sorted(user_ids))
    categories_learn(product_ids=[item.product_id for payment in payments for item in payment.items])
    payments_stage(payments=payments)
    new_orders, _ = sales_apply(only_new=True)
    if new_orders:
        refunds_apply(order_ids=new_orders)
        preferences_add(order_ids=new_orders)
    purchases_record(payments=payments)
    profiles_refresh(user_ids=sorted(user_ids))


def refunds_ingest(*, refunds: Sequence[PaymentRefunded]) -> None:
    """Keep each refund as a fact of its own, on its own Seoul day, and count it against the orders known as paid.

    A refund that comes before its payment waits as a fact until the payment is there.
    """
    facts = {(refund.order_id, refund_ref(refund=refund)): refund for refund in reversed(refunds)}
    keys = sorted(facts)
    with connection.cursor() as cursor:
        # The order is claimed and locked before its refunds are written: a payment or another refund of the same
        # order that is under way must see them, or be seen.
        order_ids = sorted({order_id for order_id, _ in keys})
        cursor.execute(_CLAIM, {"ids": order_ids})
        cursor.execute("SELECT 1 FROM order_facts WHERE order_id = ANY(%s) ORDER BY order_id FOR UPDATE", [order_ids])
        cursor.execute(
            _REFUND_FACTS,
            {
                "orders": [order_id for order_id, _ in keys],
                "refs": [ref for _, ref in keys],
                "amounts": [facts[key].amount for key in keys],
                "items": [_items(facts[key]) for key in keys],
                "days": [business_day(facts[key].occurred_at) for key in keys],
            },
        )
        fresh = sorted({row[0] for row in cursor.fetchall()})
        if fresh:
            staging_begin(cursor)
            refunds_apply(order_ids=fresh)
    refunds_record(refunds=[(facts[key], key[1]) for key in keys])


def refund_ref(*, refund: PaymentRefunded) -> str:
    """What makes a refund the same refund when it is told again: its own id, else its moment and amount."""
    if refund.refund_id:
        return f"id:{refund.refund_id}"[:120]
    return f"{_stamp(refund.occurred_at)}:{refund.amount if refund.amount is not None else 'full'}"[:120]


def told_lag() -> float:
    """Seconds for which an event's word stands against tables that don't say it yet."""
    return float(settings.REBUILD_SETTLE_SECONDS)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _items(refund: PaymentRefunded) -> str | None:
    if not refund.items:
        return None
    return "[" + ", ".join(f"[{item.product_id}, {item.quantity}]" for item in refund.items) + "]"
