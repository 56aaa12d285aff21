"""Claiming paid orders for the bought-together counts, once each, and appending what they change."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import permutations

from django.conf import settings
from django.db import connection

from recommendations.services.changes import changes_tell
from recommendations.services.measuring import orders_touch
from xlcfi.copying import rows_copy
from xlcfi.events import PaymentCompleted
from xlcfi.events.erasure import known_as

# The rows are joined when they are visible; until then the payload is what counts.
_STAGE_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS staged_baskets (
    order_id bigint PRIMARY KEY, user_id bigint, product_ids bigint[], provisional boolean, ordered_at timestamptz
) ON COMMIT DELETE ROWS;
DELETE FROM staged_baskets;
"""
_STAGE_EVENTS = f"""
INSERT INTO staged_baskets
SELECT e.order_id, {known_as("COALESCE(o.buyer_id, e.user_id)")},
       COALESCE((SELECT array_agg(DISTINCT i.product_id ORDER BY i.product_id) FROM order_items i
                 WHERE i.order_id = e.order_id),
                ARRAY(SELECT DISTINCT (p #>> '{{}}')::bigint AS id FROM jsonb_array_elements(e.products) AS p
                      ORDER BY id)),
       o.id IS NULL, COALESCE(o.created_at AT TIME ZONE 'Asia/Seoul', e.told_of)
FROM unnest(%(orders)s::bigint[], %(users)s::bigint[], %(products)s::jsonb[], %(moments)s::timestamptz[])
     AS e(order_id, user_id, products, told_of)
LEFT JOIN orders o ON o.id = e.order_id
"""
_STAGE_PLATFORM = f"""
INSERT INTO staged_baskets
SELECT o.id, {known_as("o.buyer_id")}, COALESCE(i.product_ids, '{{}}'), false,
       o.created_at AT TIME ZONE 'Asia/Seoul'
FROM orders o
JOIN (
    SELECT DISTINCT order_id FROM payments
    WHERE (status = 'COMPLETED' OR (status IN ('REFUNDED', 'CANCELLED') AND paid_at IS NOT NULL))
      AND order_id >= %(first)s AND order_id <= %(last)s
) p ON p.order_id = o.id
LEFT JOIN (
    SELECT order_id, array_agg(DISTINCT product_id ORDER BY product_id) AS product_ids FROM order_items
    WHERE order_id >= %(first)s AND order_id <= %(last)s GROUP BY order_id
) i ON i.order_id = o.id
WHERE o.id >= %(first)s AND o.id <= %(last)s
"""
_CLAIM = """
INSERT INTO baskets (order_id, user_id, product_ids, provisional, ordered_at, told_at)
SELECT order_id, user_id, product_ids, provisional, ordered_at, now() FROM staged_baskets ORDER BY order_id
ON CONFLICT (order_id) DO NOTHING
RETURNING order_id, user_id, product_ids, (ordered_at AT TIME ZONE 'Asia/Seoul')::date
"""
# Of two tellings of an order whose row is not visible yet the earlier one says when it was placed, in any order.
_EARLIER = """
WITH before AS MATERIALIZED (
    SELECT b.order_id, b.product_ids, b.ordered_at FROM baskets b JOIN staged_baskets s USING (order_id)
    WHERE b.provisional AND s.provisional AND s.ordered_at < b.ordered_at ORDER BY b.order_id FOR UPDATE OF b
), moved AS (
    UPDATE baskets b SET ordered_at = s.ordered_at FROM before p JOIN staged_baskets s USING (order_id)
    WHERE b.order_id = p.order_id
)
SELECT p.order_id, p.product_ids, (p.ordered_at AT TIME ZONE 'Asia/Seoul')::date,
       (s.ordered_at AT TIME ZONE 'Asia/Seoul')::date
FROM before p JOIN staged_baskets s USING (order_id)
"""
# Locked in the order of the ids before they are compared, as every writer does.
_LOCK = """
SELECT b.order_id, b.product_ids FROM baskets b
WHERE b.order_id >= %(first)s AND b.order_id <= %(last)s ORDER BY b.order_id FOR UPDATE
"""
_DIFFER = """
SELECT COALESCE(s.order_id, b.order_id), b.product_ids, s.product_ids,
       (b.ordered_at AT TIME ZONE 'Asia/Seoul')::date, (s.ordered_at AT TIME ZONE 'Asia/Seoul')::date
FROM (SELECT * FROM baskets WHERE order_id >= %(first)s AND order_id <= %(last)s) AS b
FULL JOIN staged_baskets s ON s.order_id = b.order_id
WHERE (s.order_id IS NULL AND b.told_at <= now() - make_interval(secs => %(lag)s))
   OR (s.order_id IS NOT NULL AND (b.product_ids, b.user_id, b.provisional, b.ordered_at) IS DISTINCT FROM
                                  (s.product_ids, s.user_id, s.provisional, s.ordered_at))
"""
_WRITE = """
WITH gone AS (
    DELETE FROM baskets WHERE order_id = ANY(%(gone)s)
)
INSERT INTO baskets AS t (order_id, user_id, product_ids, provisional, ordered_at, told_at)
SELECT order_id, user_id, product_ids, provisional, ordered_at, now() FROM staged_baskets
WHERE order_id = ANY(%(put)s) ORDER BY order_id
ON CONFLICT (order_id) DO UPDATE
SET user_id = excluded.user_id, product_ids = excluded.product_ids, provisional = excluded.provisional,
    ordered_at = excluded.ordered_at
"""


def baskets_claim(*, payments: Sequence[PaymentCompleted]) -> set[tuple[int, int]]:
    """Count each paid order once. Returns the (user, product) of the orders that were not counted before."""
    if not payments:
        return set()
    first: dict[int, PaymentCompleted] = {}
    for payment in payments:
        known = first.setdefault(payment.order_id, payment)
        if payment.occurred_at < known.occurred_at:
            first[payment.order_id] = payment
    with connection.cursor() as cursor:
        cursor.execute(_STAGE_TABLE)
        cursor.execute(
            _STAGE_EVENTS,
            {
                "orders": list(first),
                "users": [payment.user_id for payment in first.values()],
                "products": [
                    f"[{', '.join(str(item.product_id) for item in payment.items)}]" for payment in first.values()
                ],
                "moments": [payment.occurred_at for payment in first.values()],
            },
        )
        cursor.execute(_CLAIM)
        claimed = cursor.fetchall()
        moved = []
        if len(claimed) < len(first):
            cursor.execute(_EARLIER)
            moved = cursor.fetchall()
    orders_touch(order_ids=[row[0] for row in [*claimed, *moved]])
    changes = [(product_ids, 1, day) for _, _, product_ids, day in claimed]
    for _, product_ids, before, after in moved:
        if before != after:
            changes += [(product_ids, -1, before), (product_ids, 1, after)]
    counts_append(changes=changes)
    # Below 0 is whoever was erased: they have no taste any more.
    people = [(user_id, product_ids) for _, user_id, product_ids, _ in claimed if user_id and user_id > 0]
    return {(user_id, product_id) for user_id, product_ids in people for product_id in product_ids}


def baskets_mend(*, first_order_id: int, last_order_id: int, quiet: bool = False) -> tuple[int, int]:
    """Bring the baskets of a run of orders in line with the platform's tables. Returns (looked at, changed).

    quiet: append nothing for new ones; whoever asks for it makes the counts anew from all baskets afterwards.
    """
    run = {"first": first_order_id, "last": last_order_id, "lag": settings.REBUILD_SETTLE_SECONDS}
    with connection.cursor() as cursor:
        cursor.execute(_STAGE_TABLE)
        cursor.execute(_STAGE_PLATFORM, run)
        staged = cursor.rowcount
        cursor.execute("ANALYZE staged_baskets")
        entered = 0
        if quiet:
            cursor.execute(_CLAIM.partition("RETURNING")[0])
            entered = cursor.rowcount
        cursor.execute(_LOCK, run)
        cursor.execute(_DIFFER, run)
        differing = cursor.fetchall()
        if not differing:
            return staged, entered
        cursor.execute(
            _WRITE,
            {
                "gone": [order_id for order_id, _, new, _, _ in differing if new is None],
                "put": [order_id for order_id, _, new, _, _ in differing if new is not None],
            },
        )
    orders_touch(order_ids=[row[0] for row in differing])
    counts_append(
        changes=[(old, -1, day) for _, old, _, day, _ in differing if old]
        + [(new, 1, day) for _, _, new, _, day in differing if new]
    )
    return staged, entered + len(differing)


def counts_append(*, changes: Sequence[tuple[Sequence[int], int, date | None]]) -> None:
    """Append what baskets coming (+1) or going (-1), each of its Seoul day, change in the counts.

    Counted per product and day and per ordered pair: the answer for a product reads its own rows only. A basket above
    the limit counts for its products but not for their pairs, whose number grows with the square.
    """
    if not changes:
        return
    largest = settings.CO_PURCHASE_LARGEST_BASKET
    counts: Counter[tuple[int, int, date | None]] = Counter()
    for product_ids, change, day in changes:
        for product_id in product_ids:
            counts[product_id, 0, day] += change
        if len(product_ids) <= largest:
            for one, other in permutations(product_ids, 2):
                counts[one, other, None] += change
    with connection.cursor() as cursor:
        rows_copy(
            cursor,
            table="co_purchase_deltas",
            columns=("product_id", "other_id", "day", "orders"),
            rows=((*key, change) for key, change in counts.items() if change),
        )
    # A day that was put right changes no count of a product ever, but what is popular.
    changes_tell(product_ids={product_id for product_ids, _, _ in changes for product_id in product_ids})
