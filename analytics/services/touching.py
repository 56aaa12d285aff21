"""Orders that events spoke of and that are looked at after the event, when their rows are there."""

from collections.abc import Sequence

from django.db import connection

LOOKS = 2


def look_again_sql(*, table: str, taken: str) -> str:
    """SQL that puts orders of `taken` (rows of `table`) back whose rows are not visible yet, for a later look.

    Spring publishes inside its transaction: a row can become visible after its event, by moments as a rule. Each order
    is looked at again after three seconds, and once more after a minute; what comes later still is found by settling.
    """
    return f"""
    INSERT INTO {table} (due_at, looks, order_ids)
    SELECT statement_timestamp() + CASE looks WHEN 0 THEN interval '3 seconds' ELSE interval '60 seconds' END,
           looks + 1, array_agg(DISTINCT told.order_id)
    FROM {taken} t, unnest(t.order_ids) AS told(order_id)
    WHERE looks < {LOOKS} AND (
        NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = told.order_id)
        OR (EXISTS (SELECT 1 FROM user_behaviors b
                    WHERE b.event_type = 'purchase' AND b.subject = 'order:' || told.order_id)
            AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = told.order_id
                            AND p.status IN ('COMPLETED', 'REFUNDED', 'CANCELLED'))))
    GROUP BY looks
    """


def orders_touch(*, order_ids: Sequence[int]) -> None:
    """Have the journeys and the operations of these orders worked out anew, within a second or two."""
    if not order_ids:
        return
    ids = {"ids": sorted(order_ids)}
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO journey_touches (order_ids) VALUES (%(ids)s::bigint[])", ids)
        cursor.execute("INSERT INTO operation_touches (order_ids) VALUES (%(ids)s::bigint[])", ids)


def latest_orders_touch(*, rows: int = 1_000) -> None:
    """The same for the latest `rows` orders of the platform: what no event told of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO journey_touches (looks, order_ids)
            SELECT 2, array_agg(id) FROM (SELECT id FROM orders ORDER BY id DESC LIMIT %s) AS latest HAVING COUNT(*) > 0
            """,
            [rows],
        )
