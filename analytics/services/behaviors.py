"""Recording what users did."""

import json
from collections.abc import Sequence

from django.db import connection

from analytics.models import UserBehavior
from xlcfi.events import PaymentCompleted, PaymentRefunded

# The active day is appended only for behaviours that are new: who tells a known one again was not active again.
_INSERT = """
WITH told AS (
    INSERT INTO user_behaviors (event_id, user_id, event_type, event_data, created_at, subject)
    SELECT * FROM unnest(%(ids)s::text[], %(users)s::bigint[], %(types)s::text[], %(data)s::jsonb[],
                         %(moments)s::timestamptz[], %(subjects)s::text[])
    ON CONFLICT DO NOTHING
    RETURNING user_id, created_at
), active AS (
    INSERT INTO active_deltas (user_id, day)
    SELECT DISTINCT t.user_id, (t.created_at AT TIME ZONE 'Asia/Seoul')::date FROM told t
    WHERE t.user_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = t.user_id AND u.role <> 'BUYER')
)
SELECT COUNT(*) FROM told
"""

_BACKFILL = """
WITH told AS (
    INSERT INTO user_behaviors (event_id, user_id, event_type, event_data, created_at, subject)
    SELECT 'order:' || s.order_id || ':purchase', s.buyer_id, 'purchase',
           jsonb_build_object('order_id', s.order_id, 'amount', s.total, 'currency', s.currency, 'items', i.items),
           COALESCE(p.paid_at AT TIME ZONE 'Asia/Seoul', s.placed_at), 'order:' || s.order_id
    FROM staged_orders s
    LEFT JOIN LATERAL (
        SELECT MIN(paid_at) AS paid_at FROM payments
        WHERE order_id = s.order_id AND status IN ('COMPLETED', 'REFUNDED', 'CANCELLED')
    ) p ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('product_id', product_id, 'quantity', quantity, 'price', unit_price)
                         ORDER BY id) AS items
        FROM order_items WHERE order_id = s.order_id
    ) i ON true
    WHERE s.paid AND NOT EXISTS (
        SELECT 1 FROM user_behaviors b WHERE b.event_type = 'purchase' AND b.subject = 'order:' || s.order_id)
    ORDER BY s.order_id
    ON CONFLICT DO NOTHING
    RETURNING user_id, created_at
), active AS (
    INSERT INTO active_deltas (user_id, day)
    SELECT DISTINCT user_id, (created_at AT TIME ZONE 'Asia/Seoul')::date FROM told WHERE user_id IS NOT NULL
)
SELECT COUNT(*) FROM told
"""


def purchases_record(*, payments: Sequence[PaymentCompleted]) -> None:
    """One `purchase` behaviour per paid order, however often and in whatever words it is told."""
    _insert(
        [
            (
                payment.event_id,
                payment.user_id,
                UserBehavior.PURCHASE,
                {
                    "order_id": payment.order_id,
                    "payment_id": payment.payment_id,
                    "amount": _number(payment.amount),
                    "currency": payment.currency,
                    "items": [
                        {"product_id": item.product_id, "quantity": item.quantity, "price": _number(item.price)}
                        for item in payment.items
                    ],
                },
                payment.occurred_at,
                f"order:{payment.order_id}",
            )
            for payment in payments
        ]
    )


def refunds_record(*, refunds: Sequence[tuple[PaymentRefunded, str]]) -> None:
    """One `refund` behaviour per refund; each comes with the reference that identifies it."""
    _insert(
        [
            (
                refund.event_id,
                refund.user_id,
                UserBehavior.REFUND,
                {
                    "order_id": refund.order_id,
                    "amount": _number(refund.amount),
                    "items": [{"product_id": item.product_id, "quantity": item.quantity} for item in refund.items],
                },
                refund.occurred_at,
                f"order:{refund.order_id}:{ref}",
            )
            for refund, ref in refunds
        ]
    )


def purchases_backfill() -> int:
    """Record the purchases of the staged orders that no event told. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_BACKFILL)
        return int(cursor.fetchone()[0])


def _number(value: object) -> float | int | None:
    """JSON's own number: exact below 2**53 hundredths, which no order reaches."""
    if value is None:
        return None
    number = float(str(value))
    return int(number) if number.is_integer() else number


def _insert(rows: list[tuple[str, int | None, str, dict[str, object], object, str]]) -> None:
    if not rows:
        return
    rows.sort(key=lambda row: row[5])  # one order for every process: no deadlock on the unique index
    ids, users, types, data, moments, subjects = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "ids": ids,
                "users": users,
                "types": types,
                "data": [json.dumps(value, ensure_ascii=False) for value in data],
                "moments": moments,
                "subjects": subjects,
            },
        )
