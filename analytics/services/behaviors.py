"""Recording what users did."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from django.db import connection

from analytics.models import UserBehavior
from analytics.services.interest import CONSEQUENCES, COUNTED, COUNTED_AS
from analytics.services.retention import KEPT_SINCE
from xlcfi.copying import rows_copy
from xlcfi.events.erasure import known_as

# Only buyers do these: there is no need to look who it was.
_OF_BUYERS = (
    UserBehavior.ORDER,
    UserBehavior.PURCHASE,
    UserBehavior.CANCEL,
    UserBehavior.REFUND,
    UserBehavior.DELIVERY_STARTED,
    UserBehavior.DELIVERY_COMPLETED,
)
_SETTING = {"of_buyers": list(_OF_BUYERS)}
_TOLD = """
CREATE TEMP TABLE IF NOT EXISTS told_behaviors (
    event_id varchar(255), user_id bigint, event_type varchar(64), event_data jsonb, created_at timestamptz,
    subject varchar(160)
) ON COMMIT DELETE ROWS;
DELETE FROM told_behaviors;
"""
_COLUMNS = ("event_id", "user_id", "event_type", "event_data", "created_at", "subject")

# Whose days those were, of a relation `moved` as in CONSEQUENCES. Where a behaviour is told anew, days of whoever it
# was may have lost their reason.
_ACTIVE = """
active AS (
    INSERT INTO active_deltas (user_id, day)
    SELECT DISTINCT user_id, day FROM moved
    WHERE sign > 0 AND user_id IS NOT NULL AND event_type = ANY(%(of_buyers)s)
    UNION
    SELECT DISTINCT user_id, day FROM moved m
    WHERE sign > 0 AND user_id IS NOT NULL AND event_type <> ALL(%(of_buyers)s)
      AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = m.user_id AND u.role <> 'BUYER')
    UNION ALL
    SELECT DISTINCT user_id, NULL::date FROM moved WHERE sign < 0 AND user_id IS NOT NULL
)
"""
# In one order, so that replicas that are told the same wait for each other and never in a circle. What was pruned stays
# pruned, however often its topic is read from the beginning.
_RECORD = f"""
WITH recorded AS (
    INSERT INTO user_behaviors (event_id, user_id, event_type, event_data, created_at, subject)
    SELECT event_id, user_id, event_type, event_data, created_at, subject FROM told_behaviors
    WHERE created_at >= {KEPT_SINCE}
    ORDER BY event_type, subject
    ON CONFLICT (event_type, subject) DO NOTHING
    RETURNING {COUNTED_AS}
), moved AS (
    SELECT 1 AS sign, * FROM recorded
), {_ACTIVE}, {CONSEQUENCES}
SELECT (SELECT COUNT(*) FROM recorded), (SELECT COUNT(*) FROM told_behaviors WHERE created_at >= {KEPT_SINCE})
"""
# Of several tellings the earliest counts. One that is not the earliest still gives the person where no other has named
# one: whoever came first, the end must be the same. A telling that changes nothing now will never do so: no lock.
_EARLIER = """(t.created_at, t.event_id COLLATE "C") < (b.created_at, b.event_id)"""
_KNOWN = f"""
CREATE TEMP TABLE IF NOT EXISTS known_behaviors (
    id bigint, user_id bigint, event_type varchar(64), event_data jsonb, created_at timestamptz,
    told_id varchar(255), told_user bigint, told_data jsonb, told_at timestamptz, earlier boolean
) ON COMMIT DELETE ROWS;
DELETE FROM known_behaviors;
INSERT INTO known_behaviors
SELECT b.id, b.user_id, b.event_type, b.event_data, b.created_at, t.event_id, t.user_id, t.event_data, t.created_at,
       {_EARLIER}
FROM told_behaviors t JOIN user_behaviors b ON b.event_type = t.event_type AND b.subject = t.subject
WHERE t.created_at >= {KEPT_SINCE} AND ({_EARLIER} OR (b.user_id IS NULL AND t.user_id IS NOT NULL))
ORDER BY b.event_type, b.subject FOR UPDATE OF b
"""
_RETELL = f"""
WITH changed AS (
    UPDATE user_behaviors b
    SET event_id = CASE WHEN k.earlier THEN k.told_id ELSE b.event_id END,
        event_data = CASE WHEN k.earlier THEN k.told_data ELSE b.event_data END,
        created_at = CASE WHEN k.earlier THEN k.told_at ELSE b.created_at END,
        user_id = CASE WHEN k.earlier THEN COALESCE(k.told_user, b.user_id) ELSE COALESCE(b.user_id, k.told_user) END
    FROM known_behaviors k WHERE b.id = k.id
    RETURNING b.user_id, b.event_type, b.event_data, b.created_at
), moved AS (
    SELECT 1 AS sign, {COUNTED_AS} FROM changed
    UNION ALL
    SELECT -1, {COUNTED_AS} FROM known_behaviors
), {_ACTIVE}, {CONSEQUENCES}
SELECT COUNT(*) FROM changed
"""
# Pruned, or taken back by a rebuild, between the two looks: then it is new after all.
_STILL_MISSING = f"""
SELECT EXISTS (
    SELECT 1 FROM told_behaviors t WHERE t.created_at >= {KEPT_SINCE} AND NOT EXISTS (
        SELECT 1 FROM user_behaviors b WHERE b.event_type = t.event_type AND b.subject = t.subject))
"""

# What is known is looked up by its key, whatever the planner thinks of a table that is just being filled. The JSON is
# read from a text: putting it together from objects takes twice as long.
_BACKFILLED = f"""
WITH known AS MATERIALIZED (
    SELECT subject FROM user_behaviors
    WHERE event_type = 'purchase' AND subject = ANY(ARRAY(SELECT 'order:' || order_id FROM staged_orders WHERE paid))
), told AS (
    INSERT INTO user_behaviors (event_id, user_id, event_type, event_data, created_at, subject)
    SELECT 'order:' || s.order_id || ':purchase', s.buyer_id, 'purchase',
           ('{{"order_id": ' || s.order_id || ', "amount": ' || s.total || ', "currency": ' || to_json(s.currency) ||
            ', "items": ' || COALESCE(i.items, 'null') || '}}')::jsonb,
           COALESCE(p.paid_at AT TIME ZONE 'Asia/Seoul', s.placed_at), 'order:' || s.order_id
    FROM staged_orders s
    LEFT JOIN (
        SELECT order_id, MIN(paid_at) AS paid_at FROM payments JOIN staged_orders USING (order_id)
        WHERE payments.status IN ('COMPLETED', 'REFUNDED', 'CANCELLED') GROUP BY order_id
    ) p ON p.order_id = s.order_id
    LEFT JOIN (
        SELECT order_id, '[' || string_agg(
            '{{"product_id": ' || product_id || ', "quantity": ' || COALESCE(quantity::text, 'null') ||
            ', "price": ' || COALESCE(unit_price::text, 'null') || '}}', ', ') || ']' AS items
        FROM (SELECT i.* FROM order_items i JOIN staged_orders USING (order_id) ORDER BY order_id, i.id) AS sorted
        GROUP BY order_id
    ) i ON i.order_id = s.order_id
    WHERE s.paid AND 'order:' || s.order_id NOT IN (SELECT subject FROM known)
      AND COALESCE(p.paid_at AT TIME ZONE 'Asia/Seoul', s.placed_at) >= {KEPT_SINCE}
    ORDER BY s.order_id
    ON CONFLICT DO NOTHING
    RETURNING {COUNTED_AS}
), moved AS (
    SELECT 1 AS sign, * FROM told
)
"""
_BACKFILL = f"{_BACKFILLED}, {_ACTIVE}, {CONSEQUENCES} SELECT COUNT(*) FROM told"
_BACKFILL_QUIETLY = f"{_BACKFILLED}, {COUNTED} SELECT COUNT(*) FROM told"
# Some events name the order and not the person: whose order it is shows when its row is there.
_ADOPT = f"""
WITH adopted AS (
    UPDATE user_behaviors b SET user_id = {known_as("o.buyer_id")}
    FROM (
        SELECT id, split_part(subject, ':', 2)::bigint AS order_id FROM user_behaviors
        WHERE user_id IS NULL AND subject LIKE 'order:%%' ORDER BY id DESC LIMIT %(rows)s FOR UPDATE SKIP LOCKED
    ) AS orphan
    JOIN orders o ON o.id = orphan.order_id
    WHERE b.id = orphan.id
    RETURNING b.user_id, b.event_type, b.event_data, b.created_at
), moved AS (
    SELECT 1 AS sign, {COUNTED_AS} FROM adopted
    UNION ALL
    SELECT -1, {COUNTED_AS} FROM (SELECT NULL::bigint AS user_id, event_type, event_data, created_at FROM adopted) AS a
), {_ACTIVE}, {CONSEQUENCES}
SELECT COUNT(*) FROM adopted
"""
_FORGET = f"""
WITH gone AS (
    DELETE FROM user_behaviors WHERE event_type = 'purchase' AND subject = ANY(%(subjects)s)
    RETURNING {COUNTED_AS}
), moved AS (
    SELECT -1 AS sign, * FROM gone
), {_ACTIVE}, {CONSEQUENCES}
SELECT COUNT(*) FROM gone
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
        cursor.execute(_RECORD, _SETTING)
        recorded, wanted = cursor.fetchone()
        missing = recorded < wanted
        while missing:
            cursor.execute(_KNOWN)
            if cursor.rowcount:
                cursor.execute(_RETELL, _SETTING)
            cursor.execute(_STILL_MISSING)
            missing = cursor.fetchone()[0]
            if missing:
                cursor.execute(_RECORD, _SETTING)


def _joined(one: Behavior, other: Behavior) -> Behavior:
    """Two tellings of one behaviour as one."""
    first, second = sorted((one, other), key=lambda each: (each.moment, each.event_id))
    if first.user_id is None and second.user_id is not None:
        return msgspec.structs.replace(first, user_id=second.user_id)
    return first


def purchases_backfill(*, quiet: bool = False) -> int:
    """Record the purchases of the staged orders that no event told. Returns how many.

    quiet: count them, and leave active days, journeys and operations to whoever makes all of them anew afterwards.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BACKFILL_QUIETLY if quiet else _BACKFILL, _SETTING)
        return int(cursor.fetchone()[0])


def orphans_adopt(*, rows: int = 2_000) -> int:
    """Find the person behind behaviours of an order that named nobody, the latest `rows` of them. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_ADOPT, {"rows": rows, **_SETTING})
        return int(cursor.fetchone()[0])


def purchases_forget(*, order_ids: Sequence[int]) -> int:
    """Take back the purchases of `order_ids`: they were never paid. Returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"subjects": [f"order:{order_id}" for order_id in order_ids], **_SETTING})
        return int(cursor.fetchone()[0])
