"""One evening that breaks the pattern of the generated market, so that there is an anomaly to be found and looked into.

A product was on television: many buyers at once, within two hours. It is written into the platform's tables before any
figure is made of them, so everything agrees about it; only the market's own truth (`var/demo/truth`) does not know it.
"""

from contextlib import closing
from typing import Any

import psycopg2

DAYS_AGO = 9
LEAST = 45
TIMES = 4
"""So many orders come at least, or so many times what a day brings."""

_EVENING = """
WITH shown AS (
    SELECT p.id, p.seller_id, p.price FROM products p
    WHERE p.currency = 'KRW' AND p.status = 'ON_SALE' AND p.price BETWEEN 10000 AND 60000 ORDER BY p.id LIMIT 1
), wanted AS (
    SELECT GREATEST(%(least)s, %(times)s * COUNT(*) / 60) AS orders, MAX(o.created_at)::date - %(days_ago)s AS day
    FROM orders o WHERE o.created_at >= (SELECT MAX(created_at) FROM orders) - INTERVAL '60 days'
), buyers AS (
    SELECT u.id, ROW_NUMBER() OVER (ORDER BY md5(u.id::text)) AS place FROM users u
    WHERE u.role = 'BUYER' AND u.status = 'ACTIVE' AND u.created_at < (SELECT day FROM wanted)
), made AS (
    INSERT INTO orders (buyer_id, seller_id, status, total, currency, created_at, updated_at)
    SELECT b.id, s.seller_id, 'DELIVERED', s.price, 'KRW', at.placed, at.placed + INTERVAL '3 days'
    FROM buyers b JOIN wanted w ON b.place <= w.orders CROSS JOIN shown s
    CROSS JOIN LATERAL (SELECT w.day + TIME '20:00' + b.place * INTERVAL '2 hours' / (w.orders + 1) AS placed) AS at
    RETURNING id, total, created_at
), lines AS (
    INSERT INTO order_items (order_id, product_id, quantity, unit_price)
    SELECT made.id, shown.id, 1, shown.price FROM made CROSS JOIN shown
), parcels AS (
    INSERT INTO deliveries (order_id, status, requested_at, delivered_at)
    SELECT id, 'DELIVERED', created_at + INTERVAL '12 hours', created_at + INTERVAL '60 hours' FROM made
)
INSERT INTO payments (order_id, pg_transaction_id, method, status, amount, currency, paid_at, created_at)
SELECT id, 'evening-' || id, 'CARD', 'COMPLETED', total, 'KRW', created_at + INTERVAL '1 minute', created_at FROM made
"""


def evening_write(database_url: str) -> int:
    """Write the evening's orders, lines, payments and parcels; returns how many orders. Once for a market."""
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        return evening_rows(cursor)


def evening_rows(cursor: Any) -> int:
    """The same, by a cursor of one's own."""
    cursor.execute(_EVENING, {"least": LEAST, "times": TIMES, "days_ago": DAYS_AGO})
    return int(cursor.rowcount)
