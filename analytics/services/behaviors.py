"""Recording what users did."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.db import connection

from analytics.models import UserBehavior
from analytics.services.retention import KEPT_SINCE
from xlcfi.copying import rows_copy

# Only buyers do these: there is no need to look who it was.
_OF_BUYERS = (
    UserBehavior.ORDER,
    UserBehavior.PURCHASE,
    UserBehavior.CANCEL,
    UserBehavior.REFUND,
    UserBehavior.DELIVERY_STARTED,
    UserBehavior.DELIVERY_COMPLETED,
)
_TOLD = """
CREATE TEMP TABLE IF NOT EXISTS told_behaviors (
    event_id varchar(255), user_id bigint, event_type varchar(64), event_data jsonb, created_at timestamptz,
    subject varchar(160)
) ON COMMIT DELETE ROWS;
DELETE FROM told_behaviors;
"""
_COLUMNS = ("event_id", "user_id", "event_type", "event_data", "created_at", "subject")

# In one order, so that replicas that are told the same wait for each other and never in a circle. Whoever tells a known
# behaviour again was not active again; where an earlier telling takes over, the day of the other may have to go.
# What was pruned stays pruned, however often its topic is read from the beginning. A telling that is not the earliest
# still gives the person where no other has named one: whoever came first, the end must be the same.
_EARLIER = """(excluded.created_at, excluded.event_id COLLATE "C") < (t.created_at, t.event_id COLLATE "C")"""
_RECORD = f"""
WITH recorded AS (
    INSERT INTO user_behaviors AS t (event_id, user_id, event_type, event_data, created_at, subject)
    SELECT event_id, user_id, event_type, event_data, created_at, subject FROM told_behaviors
    WHERE created_at >= {KEPT_SINCE}
    ORDER BY event_type, subject
    ON CONFLICT (event_type, subject) DO UPDATE
    SET event_id = CASE WHEN {_EARLIER} THEN excluded.event_id ELSE t.event_id END,
        event_data = CASE WHEN {_EARLIER} THEN excluded.event_data ELSE t.event_data END,
        created_at = CASE WHEN {_EARLIER} THEN excluded.created_at ELSE t.created_at END,
        user_id = CASE WHEN {_EARLIER} THEN COALESCE(excluded.user_id, t.user_id)
                       ELSE COALESCE(t.user_id, excluded.user_id) END
    WHERE {_EARLIER} OR (t.user_id IS NULL AND excluded.user_id IS NOT NULL)
    RETURNING user_id, event_type, created_at, xmax <> 0 AS known
), active AS (
    INSERT INTO active_deltas (user_id, day)
    SELECT DISTINCT user_id, (created_at AT TIME ZONE 'Asia/Seoul')::date FROM recorded
    WHERE user_id IS NOT NULL AND event_type = ANY(%(of_buyers)s)
    UNION
    SELECT DISTINCT user_id, (created_at AT TIME ZONE 'Asia/Seoul')::date FROM recorded r
    WHERE user_id IS NOT NULL AND event_type <> ALL(%(of_buyers)s)
      AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = r.user_id AND u.role <> 'BUYER')
    UNION ALL
    SELECT DISTINCT user_id, NULL::date FROM recorded WHERE user_id IS NOT NULL AND known
)
SELECT COUNT(*) FROM recorded
"""

_BACKFILL = f"""
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
      AND COALESCE(p.paid_at AT TIME ZONE 'Asia/Seoul', s.placed_at) >= {KEPT_SINCE}
    ORDER BY s.order_id
    ON CONFLICT DO NOTHING
    RETURNING user_id, created_at
), active AS (
    INSERT INTO active_deltas (user_id, day)
    SELECT DISTINCT user_id, (created_at AT TIME ZONE 'Asia/Seoul')::date FROM told WHERE user_id IS NOT NULL
)
SELECT COUNT(*) FROM told
"""
# Some events name the order and not the person: whose order it is shows when its row is there.
_ADOPT = """
WITH adopted AS (
    UPDATE user_behaviors b SET user_id = o.buyer_id
    FROM (
        SELECT id, split_part(subject, ':', 2)::bigint AS order_id FROM user_behaviors
        WHERE user_id IS NULL AND subject LIKE 'order:%%' ORDER BY id DESC LIMIT %(rows)s FOR UPDATE SKIP LOCKED
    ) AS orphan
    JOIN orders o ON o.id = orphan.order_id
    WHERE b.id = orphan.id
    RETURNING b.user_id, b.created_at
), active AS (
    INSERT INTO active_deltas (user_id, day)
    SELECT DISTINCT user_id, (created_at AT TIME ZONE 'Asia/Seoul')::date FROM adopted
)
SELECT COUNT(*) FROM adopted
"""


class Behavior(msgspec.Struct, frozen=True):
    """Something a user did. data_json: what else is known, a JSON object. subject: see the model; at most 160 long."""

    event_id: str
    user_id: int | None
    event_type: str
    data_json: str
    moment: datetime
    subject: str


def behaviors_record(*, behaviors: Iterable[Behavior]) -> None:
    """Keep each behaviour once: of several tellings the earliest, and the person that any of them names."""
    told: dict[tuple[str, str], Behavior] = {}
    for each in behaviors:
        known = told.setdefault((each.event_type, each.subject), each)
        if known is not each:
            told[each.event_type, each.subject] = _joined(known, each)
    if not told:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TOLD)
        rows = (
            (each.event_id, each.user_id, each.event_type, each.data_json, each.moment, each.subject)
            for each in told.values()
        )
        rows_copy(cursor, table="told_behaviors", columns=_COLUMNS, rows=rows)
        cursor.execute(_RECORD, {"of_buyers": list(_OF_BUYERS)})


def _joined(one: Behavior, other: Behavior) -> Behavior:
    """Two tellings of one behaviour as one."""
    first, second = sorted((one, other), key=lambda each: (each.moment, each.event_id))
    if first.user_id is None and second.user_id is not None:
        return msgspec.structs.replace(first, user_id=second.user_id)
    return first


def purchases_backfill() -> int:
    """Record the purchases of the staged orders that no event told. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_BACKFILL)
        return int(cursor.fetchone()[0])


def orphans_adopt(*, rows: int = 2_000) -> int:
    """Find the person behind behaviours of an order that named nobody, the latest `rows` of them. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_ADOPT, {"rows": rows})
        return int(cursor.fetchone()[0])
