"""What our tables and Redis say, by plain SQL: rollups and the changes that wait for them in one sum."""

import json
from collections import defaultdict
from typing import Any

# Sums that came back to nothing are as good as no row.
_SUMS = """
SELECT {keys}, {totals} FROM (
    SELECT {keys}, {sums} FROM {table}
    UNION ALL
    SELECT {delta_keys}, {sums} FROM rollup_deltas WHERE {deltas}
) AS s GROUP BY {keys} HAVING {some}
"""
_SUMMED = ("gross", "discounts", "refunds", "cancelled", "orders", "units")
_OF_ORDERS, _OF_PRODUCTS = "product_id IS NULL AND status IS NULL", "product_id IS NOT NULL"
# table -> its keys (who sold it apart), what they are of a waiting change, which changes
_ROLLUPS = {
    "sales_days": ("currency, day", "currency, day", _OF_ORDERS),
    "sales_hours": ("currency, day, hour", "currency, day, hour", _OF_ORDERS),
    "country_sales_days": ("currency, day, country", "currency, day, country", _OF_ORDERS),
    "product_sales_days": ("currency, day, product_id", "currency, day, product_id", _OF_PRODUCTS),
    "product_sales_months": (
        "currency, month, product_id", "currency, date_trunc('month', day)::date AS month, product_id", _OF_PRODUCTS),
}  # fmt: skip
_COUNTS = """
SELECT product_id, other_id, SUM(orders)::bigint FROM (
    SELECT product_id, 0 AS other_id, orders FROM co_purchase_products
    UNION ALL SELECT product_id, other_id, orders FROM co_purchase_pairs
    UNION ALL SELECT product_id, other_id, orders FROM co_purchase_deltas
) AS c GROUP BY 1, 2 HAVING SUM(orders) <> 0
"""
_BEHAVIORS = """
SELECT event_type,
       CASE WHEN event_type = 'refund' THEN regexp_replace(subject, '^(order:[0-9]+):.*$', '\\1')
            WHEN subject ~ '^(order|payment):' THEN subject ELSE event_id END,
       user_id, created_at,
       (event_data->>'order_id')::bigint, (event_data->>'product_id')::bigint, (event_data->>'amount')::numeric
FROM user_behaviors
"""
# A waiting row without a day says that days of this user may have lost their reason: those will go.
_ACTIVE = """
SELECT user_id, day FROM (
    SELECT user_id, day FROM active_days UNION SELECT user_id, day FROM active_deltas WHERE day IS NOT NULL
) AS a
WHERE NOT EXISTS (SELECT 1 FROM active_deltas d WHERE d.user_id = a.user_id AND d.day IS NULL)
   OR EXISTS (SELECT 1 FROM order_facts f WHERE f.buyer_id = a.user_id AND f.paid AND f.day = a.day)
   OR EXISTS (SELECT 1 FROM user_behaviors b
              WHERE b.user_id = a.user_id AND (b.created_at AT TIME ZONE 'Asia/Seoul')::date = a.day)
"""
LIST_KEYS = "recommendations:user:*"


def actual(connection: Any, *, redis: Any = None) -> dict[str, dict[Any, Any]]:
    """Every section of a State that the database holds; with `redis` (a client of redis-py) the lists as well.

    connection: psycopg2's or Django's.
    """

    def rows(query: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    counts = rows(_COUNTS)
    found: dict[str, dict[Any, Any]] = {
        "inbox": dict.fromkeys(rows("SELECT consumer_group, event_id FROM events_inbox"), 1),
        "dead_letters": {
            (group, name): (cause, None if payload is None else bytes(payload))
            for group, name, cause, payload in rows(
                "SELECT consumer_group, record_id, cause, payload FROM events_deadletter"
            )
        },
        "user_behaviors": _behaviors(rows(_BEHAVIORS)),
        "user_profiles": {row[0]: 1 for row in rows("SELECT user_id FROM user_profiles")},
        "category_preferences": {
            row[:2]: row[2] for row in rows("SELECT user_id, category_id, purchase_count FROM category_preferences")
        },
        "active_days": dict.fromkeys(rows(_ACTIVE), 1),
        "order_facts": {
            row[0]: row[1:]
            for row in rows("SELECT order_id, buyer_id, currency, total, day FROM order_facts WHERE paid")
        },
        "refund_facts": _refunds(
            rows("SELECT order_id, day, amount FROM refund_facts WHERE ref NOT IN ('platform', 'cancelled')")
        ),
        "delivery_facts": {
            row[:2]: row[2:]
            for row in rows("SELECT order_id, delivery_id, started_at, completed_at FROM delivery_facts")
        },
        "retraining_orders": {row[0]: 1 for row in rows("SELECT order_id FROM retraining_orders")},
        **{table: {row[:-6]: row[-6:] for row in rows(_summed(table))} for table in _ROLLUPS},
        "baskets": {
            order: (user, tuple(products))
            for order, user, products in rows("SELECT order_id, user_id, product_ids FROM baskets")
        },
        "co_purchase_products": {product: orders for product, other, orders in counts if not other},
        "co_purchase_pairs": {(product, other): orders for product, other, orders in counts if other},
        "user_item_matrix": {
            row[:2]: row[2] for row in rows("SELECT user_id, product_id, rating FROM user_item_matrix")
        },
        "review_analyses": {row[0]: 1 for row in rows("SELECT review_id FROM review_analyses")},
    }
    if redis is not None:
        found["lists"] = _lists(redis)
    return found


def _behaviors(rows: list[tuple[Any, ...]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for kind, name, user, moment, *data in rows:
        found[kind, name].append((user, moment, tuple(data)))
    return {key: sorted(each, key=lambda row: (row[1], repr(row))) for key, each in found.items()}


def _refunds(rows: list[tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for order, day, amount in rows:
        found[order].append((day, amount))
    return {
        order: sorted(facts, key=lambda fact: (fact[0], fact[1] is None, fact[1] or 0))
        for order, facts in found.items()
    }


def _summed(table: str) -> str:
    keys, delta_keys, deltas = _ROLLUPS[table]
    totals = ", ".join(f"SUM({name}){'::bigint' if name in ('orders', 'units') else ''}" for name in _SUMMED)
    some = " OR ".join(f"SUM({name}) <> 0" for name in _SUMMED)
    return _SUMS.format(
        keys=keys, totals=totals, sums=", ".join(_SUMMED), table=table, delta_keys=delta_keys, deltas=deltas, some=some
    )


def _lists(redis: Any) -> dict[int, Any]:
    found = {}
    for key in redis.scan_iter(match=LIST_KEYS, count=1000):
        kept = redis.get(key)
        if kept is not None:
            body = json.loads(kept)
            listed = [
                (each["product_id"], round(float(each["score"]), 6))
                for each in body["recommendations"]
                if each["source"] == "co-purchase"
            ]
            found[int(key.rsplit(b":" if isinstance(key, bytes) else ":", 1)[1])] = listed
    return found
