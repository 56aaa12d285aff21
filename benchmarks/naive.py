"""The consumers of a first version: every statement of every event in a transaction of its own.

Its tables are copies of ours with the same rows and indexes, so that both write into trees of the same size.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

_TABLES = """
DROP TABLE IF EXISTS naive_behaviors, naive_profiles, naive_preferences, naive_matrix, naive_pairs;
CREATE TABLE naive_behaviors (LIKE user_behaviors INCLUDING DEFAULTS INCLUDING IDENTITY);
CREATE TABLE naive_profiles (LIKE user_profiles INCLUDING ALL);
CREATE TABLE naive_preferences (LIKE category_preferences INCLUDING ALL);
CREATE TABLE naive_matrix (LIKE user_item_matrix INCLUDING ALL);
CREATE TABLE naive_pairs (LIKE co_purchase_pairs INCLUDING ALL);
INSERT INTO naive_behaviors (event_id, user_id, event_type, event_data, created_at, subject)
SELECT event_id, user_id, event_type, event_data, created_at, subject FROM user_behaviors;
ALTER TABLE naive_behaviors ADD PRIMARY KEY (id);
CREATE INDEX ON naive_behaviors (user_id, created_at);
CREATE INDEX ON naive_behaviors (created_at);
INSERT INTO naive_profiles SELECT * FROM user_profiles;
INSERT INTO naive_preferences SELECT * FROM category_preferences;
INSERT INTO naive_matrix SELECT * FROM user_item_matrix;
INSERT INTO naive_pairs SELECT * FROM co_purchase_pairs;
ANALYZE naive_behaviors; ANALYZE naive_profiles; ANALYZE naive_preferences; ANALYZE naive_matrix; ANALYZE naive_pairs;
"""
_BEHAVIOR = """INSERT INTO naive_behaviors (event_id, user_id, event_type, event_data, created_at, subject)
VALUES (%s, %s, 'purchase', %s, %s, '')"""
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


def tables_make() -> None:
    """Copy our tables for the naive consumers."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)


def tables_drop() -> None:
    """Remove the copies."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE naive_behaviors, naive_profiles, naive_preferences, naive_matrix, naive_pairs")


def analytics_payment(values: Iterable[bytes]) -> None:
    """One INSERT, one profile UPDATE with three sub-selects over orders, a category query with upserts."""
    with connection.cursor() as cursor:
        for event in map(_event, values):
            user, order = event["userId"], event["orderId"]
            cursor.execute(_BEHAVIOR, [event["eventId"], user, json.dumps({"order_id": order}), event["timestamp"]])
            cursor.execute(_PROFILE, {"user": user})
            cursor.execute(_CATEGORIES, [order])
            for category, count in cursor.fetchall():
                cursor.execute(_PREFERENCE, [user, category, count])


def recommendation(values: Iterable[bytes]) -> None:
    """One upsert for each item, and one for each ordered pair of items."""
    with connection.cursor() as cursor:
        for event in map(_event, values):
            products = sorted({item["productId"] for item in event["items"]})
            for product in products:
                cursor.execute(_MATRIX, [event["userId"], product])
                for other in products:
                    if other != product:
                        cursor.execute(_PAIR, [product, other])


def _event(value: bytes) -> Any:
    return json.loads(value)
