"""What payments change for analytics, inside the batch's transaction.

Locks are taken in one order everywhere: users' profiles, then orders, then behaviours, each ascending. So replicas
never deadlock.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from analytics.services.behaviors import behaviors_record
from analytics.services.catalog import categories_learn
from analytics.services.ledger import refunds_apply, sales_apply
from analytics.services.new_sales import new_sales_apply
from analytics.services.profiles import preferences_mend, profiles_lock, profiles_refresh
from analytics.services.staging import payments_stage, staging_begin
from analytics.services.telling import behaviors_of
from xlcfi.events import PaymentCompleted

_REFUNDED = "SELECT DISTINCT order_id FROM refund_facts WHERE order_id = ANY(%s) ORDER BY order_id"
_BUYERS = "SELECT DISTINCT buyer_id FROM order_facts WHERE order_id = ANY(%s) AND buyer_id IS NOT NULL ORDER BY 1"


def payments_record(*, payments: Sequence[PaymentCompleted]) -> None:
    """Count each paid order once: ledger, preferences, behaviours; and refresh its buyer's profile."""
    user_ids = sorted({payment.user_id for payment in payments})
    profiles_lock(user_ids=user_ids)
    categories_learn(product_ids=sorted({item.product_id for payment in payments for item in payment.items}))
    # In the order in which they happened: of two payments of one order the first is what paid for it.
    earliest = {payment.order_id: payment for payment in sorted(payments, key=_moment, reverse=True)}
    new = new_sales_apply(payments=list(earliest.values()))
    if new:
        _early_refunds_count(new)
    _known_record([payment for order_id, payment in earliest.items() if order_id not in new])
    behaviors_record(behaviors=behaviors_of(events=payments))
    profiles_refresh(user_ids=user_ids)


def told_lag() -> float:
    """Seconds for which an event's word stands against tables that don't say it yet."""
    return float(settings.REBUILD_SETTLE_SECONDS)


def _moment(payment: PaymentCompleted) -> tuple[object, str]:
    return payment.occurred_at, payment.event_id


def _early_refunds_count(order_ids: set[int]) -> None:
    """Refunds that came before their payment count now."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUNDED, [sorted(order_ids)])
        refunded = [row[0] for row in cursor.fetchall()]
        if refunded:
            staging_begin(cursor)
            refunds_apply(order_ids=refunded)


def _known_record(payments: Sequence[PaymentCompleted]) -> None:
    """Payments of orders that somebody has spoken of before."""
    if not payments:
        return
    payments_stage(payments=payments)
    changed, _ = sales_apply(only_new=True)
    if changed:
        refunds_apply(order_ids=changed)
        with connection.cursor() as cursor:
            cursor.execute(_BUYERS, [changed])
            preferences_mend(user_ids=[row[0] for row in cursor.fetchall()])
