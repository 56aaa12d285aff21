"""Events applied per second, by the loop's own way and by the naive one."""

import json
import random
from collections.abc import Sequence

from django.db import connection

from benchmarks.timing import Result, by_turns, seconds
from xlcfi.events.apply import Applier
from xlcfi.events.consuming import groups_named
from xlcfi.events.record import Record

EVENTS, NAIVE_EVENTS, BATCH = 5_000, 200, 500

_ORDERS = """
SELECT o.id, o.buyer_id, o.seller_id, o.total, o.currency, o.created_at::text,
       (SELECT json_agg(json_build_object('productId', product_id, 'quantity', quantity, 'price', unit_price))
        FROM order_items WHERE order_id = o.id)
FROM orders o JOIN baskets b ON b.order_id = o.id ORDER BY o.id DESC LIMIT %s
"""
# What the events are about to tell is forgotten first: each round applies the same events to the same state.
_FORGET = """
DELETE FROM ledger_entries WHERE order_id = ANY(%(ids)s);
DELETE FROM order_facts WHERE order_id = ANY(%(ids)s);
DELETE FROM baskets WHERE order_id = ANY(%(ids)s);
DELETE FROM user_behaviors WHERE subject = ANY(%(subjects)s);
DELETE FROM rollup_deltas; DELETE FROM active_deltas; DELETE FROM co_purchase_deltas;
"""
_NAIVE_TABLES = """
DROP TABLE IF EXISTS naive_behaviors, naive_profiles, naive_preferences, naive_matrix, naive_pairs;
CREATE TABLE naive_behaviors (LIKE user_behaviors INCLUDING ALL);
CREATE TABLE naive_profiles (LIKE user_profiles INCLUDING ALL);
CREATE TABLE naive_preferences (LIKE category_preferences INCLUDING ALL);
CREATE TABLE naive_matrix (LIKE user_item_matrix INCLUDING ALL);
CREATE TABLE naive_pairs (LIKE co_purchase_pairs INCLUDING ALL);
INSERT INTO naive_profiles SELECT * FROM user_profiles;
INSERT INTO naive_preferences SELECT * FROM category_preferences;
INSERT INTO naive_matrix SELECT * FROM user_item_matrix;
INSERT INTO naive_pairs SELECT * FROM co_purchase_pairs;
ANALYZE naive_profiles; ANALYZE naive_preferences; ANALYZE naive_matrix; ANALYZE naive_pairs;
"""
_BEHAVIOR = """INSERT INTO naive_behaviors (id, event_id, user_id, event_type, event_data, created_at)
VALUES (%s, %s, %s, 'purchase', %s, now())"""
_PROFILE = """UPDATE naive_profiles SET
 total_purchases = (SELECT COUNT(*) FROM orders WHERE buyer_id = %(user)s AND status = 'DELIVERED'),
 total_spent = (SELECT COALESCE(SUM(total), 0) FROM orders WHERE buyer_id = %(user)s AND status = 'DELIVERED'),
 last_purchase_date = (SELECT MAX(created_at) FROM orders WHERE buyer_id = %(user)s AND status = 'DELIVERED')
 WHERE user_id = %(user)s"""
_CATEGORIES = """SELECT p.category_id, COUNT(*) FROM order_items i JOIN products p ON p.id = i.product_id
 WHERE i.order_id = %s GROUP BY 1"""
_PREFERENCE = """INSERT INTO naive_preferences AS t VALUES (%s, %s, %s, now()) ON CONFLICT (user_id, category_id)
 DO UPDATE SET purchase_count = t.purchase_count + excluded.purchase_count, updated_at = now()"""
_MATRIX = """INSERT INTO naive_matrix VALUES (%s, %s, 5.0, now()) ON CONFLICT (user_id, product_id)
 DO UPDATE SET rating = 5.0, updated_at = now()"""
_PAIR = """INSERT INTO naive_pairs AS t VALUES (%s, %s, 1) ON CONFLICT (product_id, other_id)
 DO UPDATE SET orders = t.orders + 1"""


def latest_payments(count: int) -> list[tuple[object, ...]]:
    """The latest `count` paid orders as rows."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, [count])
        return cursor.fetchall()


def as_records(orders: Sequence[tuple[object, ...]], seed: int) -> list[Record]:
    """Each order's payment as the payment service sends it, shuffled, with event ids of this round."""
    records = []
    for offset, (order, user, seller, total, currency, at, items) in enumerate(orders):
        value = {
            "eventId": f"bench-{seed}-{order}",
            "eventType": "payment.completed",
            "timestamp": str(at).replace(" ", "T"),
            "paymentId": order,
            "orderId": order,
            "userId": user,
            "sellerId": seller,
            "amount": float(str(total)),
            "currency": currency,
            "items": items,
        }
        records.append(
            Record(
                topic="payment.completed",
                partition=0,
                offset=offset,
                identity=f"bench-{seed}-{offset}",
                value=json.dumps(value).encode(),
            )
        )
    random.Random(seed).shuffle(records)
    return records


def forget(order_ids: Sequence[object]) -> None:
    """Bring our tables back to before these orders."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"ids": list(order_ids), "subjects": [f"order:{order}" for order in order_ids]})


def naive(orders: Sequence[tuple[object, ...]], seed: int, groups: Sequence[str]) -> None:
    """Each statement of each event in a transaction of its own: what the handlers of a first version do."""
    with connection.cursor() as cursor:
        for order, user, _, _, _, _, items in orders:
            products = [item["productId"] for item in items]  # type: ignore[attr-defined]
            if "analytics-payment" in groups:
                number = seed * 10_000_000 + int(str(order))
                cursor.execute(_BEHAVIOR, [number, f"naive-{number}", user, json.dumps({"order_id": order})])
                cursor.execute(_PROFILE, {"user": user})
                cursor.execute(_CATEGORIES, [order])
                for category, count in cursor.fetchall():
                    cursor.execute(_PREFERENCE, [user, category, count])
            if "recommendation" in groups:
                for product in products:
                    cursor.execute(_MATRIX, [user, product])
                    for other in products:
                        if other != product:
                            cursor.execute(_PAIR, [product, other])


def measure() -> list[Result]:
    """Both groups, each against its naive way."""
    orders = latest_payments(EVENTS)
    ids = [row[0] for row in orders]
    with connection.cursor() as cursor:
        cursor.execute(_NAIVE_TABLES)
    rounds = {"ours": 0, "naive": 0}

    def ours(name: str) -> float:
        rounds["ours"] += 1
        (group,) = groups_named([name])
        applier = Applier(group)
        records = as_records(orders, rounds["ours"])
        forget(ids)

        def apply_all() -> None:
            for start in range(0, len(records), BATCH):
                outcome = applier.apply(records[start : start + BATCH])
                if outcome.total("applied") != len(records[start : start + BATCH]):
                    raise RuntimeError(f"not all applied: {outcome.counts}")

        return seconds(apply_all) / len(records)

    def naively(name: str) -> float:
        rounds["naive"] += 1
        return seconds(lambda: naive(orders[:NAIVE_EVENTS], rounds["naive"], [name])) / NAIVE_EVENTS

    results = [
        by_turns(
            f"payment.completed applied by {name} / a transaction for each statement, events/s",
            ours=lambda name=name: ours(name),
            baseline=lambda name=name: naively(name),
            goal="",
            unit="events/s",
        )
        for name in ("analytics-payment", "recommendation")
    ]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE naive_behaviors, naive_profiles, naive_preferences, naive_matrix, naive_pairs")
        cursor.execute("DELETE FROM events_inbox WHERE event_id LIKE 'bench-%'")
    return results
