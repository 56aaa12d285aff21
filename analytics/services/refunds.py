"""Keeping what events tell of money that went back, each refund on its own Seoul day."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from django.db import connection

from analytics.models import RefundFact
from analytics.services.ledger import refunds_apply
from analytics.services.staging import SEOUL_HOUR, staging_begin
from analytics.services.telling import refund_ref
from xlcfi.clock import business_day
from xlcfi.events import Item, OrderCancelled, PaymentRefunded

_CLAIM = """
INSERT INTO order_facts (order_id, currency, total, status, placed_at, day, paid, provisional)
SELECT id, '', 0, '', now(), current_date, false, true FROM unnest(%(ids)s::bigint[]) AS id ORDER BY id
ON CONFLICT (order_id) DO NOTHING
"""
_LOCK = "SELECT 1 FROM order_facts WHERE order_id = ANY(%(ids)s) ORDER BY order_id FOR UPDATE"
# Told twice in different words: the earliest telling stays, whichever came first.
_KEEP = f"""
INSERT INTO refund_facts AS t (order_id, ref, amount, items, day, hour, happened_at, recorded_at)
SELECT order_id, ref, amount, items, day, {SEOUL_HOUR.format(moment="happened_at")}, happened_at, now()
FROM unnest(%(orders)s::bigint[], %(refs)s::text[], %(amounts)s::numeric[], %(items)s::jsonb[], %(days)s::date[],
            %(moments)s::timestamptz[]) AS r(order_id, ref, amount, items, day, happened_at)
ORDER BY order_id, ref
ON CONFLICT (order_id, ref) DO UPDATE
SET amount = excluded.amount, items = excluded.items, day = excluded.day, hour = excluded.hour,
    happened_at = excluded.happened_at
WHERE excluded.happened_at < t.happened_at
RETURNING order_id
"""


class _Told(msgspec.Struct, frozen=True):
    order_id: int
    ref: str
    amount: Decimal | None
    items_json: str | None
    moment: datetime


def refunds_ingest(*, events: Sequence[PaymentRefunded | OrderCancelled]) -> None:
    """Keep each refund as a fact of its own and count it against the orders known as paid.

    A refund that comes before its payment waits as a fact until the payment is there. A cancellation is a refund in
    full where the order was paid and nobody told how much went back.
    """
    facts: dict[tuple[int, str], _Told] = {}
    for told in map(_told, events):
        known = facts.setdefault((told.order_id, told.ref), told)
        if told.moment < known.moment:
            facts[told.order_id, told.ref] = told
    if not facts:
        return
    kept = [facts[key] for key in sorted(facts)]
    order_ids = sorted({told.order_id for told in kept})
    with connection.cursor() as cursor:
        # The order is claimed and locked before its refunds are written: a payment or another refund of the same
        # order that is under way must see them, or be seen.
        cursor.execute(_CLAIM, {"ids": order_ids})
        cursor.execute(_LOCK, {"ids": order_ids})
        cursor.execute(
            _KEEP,
            {
                "orders": [told.order_id for told in kept],
                "refs": [told.ref for told in kept],
                "amounts": [told.amount for told in kept],
                "items": [told.items_json for told in kept],
                "days": [business_day(told.moment) for told in kept],
                "moments": [told.moment for told in kept],
            },
        )
        changed = sorted({row[0] for row in cursor.fetchall()})
        if changed:
            staging_begin(cursor)
            refunds_apply(order_ids=changed)


def _told(event: PaymentRefunded | OrderCancelled) -> _Told:
    if isinstance(event, OrderCancelled):
        return _Told(event.order_id, RefundFact.CANCELLED, None, None, event.occurred_at)
    return _Told(event.order_id, refund_ref(refund=event), event.amount, _items_json(event.items), event.occurred_at)


def _items_json(items: Sequence[Item]) -> str | None:
    return "[" + ", ".join(f"[{item.product_id}, {item.quantity}]" for item in items) + "]" if items else None
