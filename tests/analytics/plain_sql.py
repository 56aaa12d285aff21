"""What the app's tables must hold, computed straight from the platform's tables by other means: plain SQL, written
without a look at the services, and integer arithmetic in Python for the sharing out of totals."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from django.db import connection

PAID = """(EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'COMPLETED')
 OR EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status IN ('REFUNDED', 'CANCELLED')
            AND p.paid_at IS NOT NULL))"""


def rows(query, values=None):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def paid_orders():
    """order id -> (buyer, currency, total, day)."""
    found = rows(f"SELECT o.id, o.buyer_id, o.currency, o.total, o.created_at::date FROM orders o WHERE {PAID}")
    return {row[0]: row[1:] for row in found}


def lines():
    """order id -> {product: (units, worth)}."""
    found = defaultdict(dict)
    for order, product, units, worth in rows(
        "SELECT order_id, product_id, SUM(quantity), SUM(quantity * unit_price) FROM order_items GROUP BY 1, 2"
    ):
        found[order][product] = (int(units), worth)
    return found


def shares(amount, currency, weights):
    """Hamilton's method in exact fractions: {product: weight} -> {product: share}."""
    unit = Fraction(1) if currency in ("KRW", "JPY") and amount == int(amount) else Fraction(1, 100)
    quanta = int(Fraction(amount) / unit)
    whole = sum(Fraction(w) for w in weights.values())
    exact = {p: quanta * Fraction(w) / whole for p, w in weights.items()}
    floors = {p: int(e) for p, e in exact.items()}
    left = quanta - sum(floors.values())
    for product in sorted(exact, key=lambda p: (-(exact[p] - floors[p]), p))[:left]:
        floors[product] += 1
    return {p: Decimal(int(n * unit * 100)) / 100 for p, n in floors.items()}


def sales_days(refunds):
    """(currency, day) -> (gross, refunds, orders). refunds: [(order, day, amount)]."""
    table = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    orders = paid_orders()
    for _, currency, total, day in orders.values():
        table[currency, day][0] += total
        table[currency, day][2] += 1
    for order, day, amount, *_ in refunds:
        if order in orders:
            _, currency, total, _ = orders[order]
            table[currency, day][1] += total if amount is None else amount
    return {key: tuple(value) for key, value in table.items()}


def product_sales_days(refunds):
    """(currency, day, product) -> (units, gross, refunds, orders)."""
    table = defaultdict(lambda: [0, Decimal(0), Decimal(0), 0])
    orders, items = paid_orders(), lines()
    sold = {}
    for order, (_, currency, total, day) in orders.items():
        weights = {p: worth for p, (_, worth) in items[order].items()}
        sold[order] = shares(total, currency, weights)
        for product, amount in sold[order].items():
            cell = table[currency, day, product]
            cell[0] += items[order][product][0]
            cell[1] += amount
            cell[3] += 1
    for order, day, amount, *named in refunds:
        if order in orders:
            _, currency, total, _ = orders[order]
            weights = sold[order]
            if named and named[0]:  # {product: quantity}: it falls on these only, by what they were sold for
                weights = {
                    p: Fraction(sold[order][p]) * quantity / items[order][p][0] for p, quantity in named[0].items()
                }
            for product, share in shares(total if amount is None else amount, currency, weights).items():
                table[currency, day, product][2] += share
    return {key: tuple(value) for key, value in table.items() if any(value)}


def statuses():
    found = rows("SELECT created_at::date, status, COUNT(*) FROM orders GROUP BY 1, 2")
    return {row[:2]: row[2] for row in found}


def preferences():
    found = rows(f"""SELECT o.buyer_id, p.category_id, COUNT(DISTINCT (o.id, i.product_id)) FROM orders o
        JOIN order_items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id WHERE {PAID} GROUP BY 1, 2""")
    return {row[:2]: row[2] for row in found}


def profiles():
    found = rows("""SELECT buyer_id, COUNT(*), SUM(CASE WHEN currency = 'KRW' THEN total ELSE 0 END),
        MAX(created_at)::text FROM orders WHERE status = 'DELIVERED' GROUP BY 1""")
    return {row[0]: row[1:] for row in found}


def active_days():
    """Buyers' days with a paid order, or with a behaviour as our own table tells it."""
    return set(
        rows(f"""SELECT o.buyer_id, o.created_at::date FROM orders o JOIN users u ON u.id = o.buyer_id
            WHERE u.role = 'BUYER' AND {PAID}
            UNION SELECT b.user_id, (b.created_at AT TIME ZONE 'Asia/Seoul')::date FROM user_behaviors b
            JOIN users u ON u.id = b.user_id WHERE u.role = 'BUYER'""")
    )


def pairs():
    """(product, other) -> paid orders that hold both."""
    found = rows(f"""SELECT a.product_id, b.product_id, COUNT(DISTINCT o.id) FROM orders o
        JOIN order_items a ON a.order_id = o.id JOIN order_items b ON b.order_id = o.id
        WHERE a.product_id <> b.product_id AND {PAID} GROUP BY 1, 2""")
    return {row[:2]: row[2] for row in found}


def product_orders():
    return dict(
        rows(f"""SELECT i.product_id, COUNT(DISTINCT o.id) FROM orders o JOIN order_items i ON i.order_id = o.id
        WHERE {PAID} GROUP BY 1""")
    )


def bought():
    found = rows(f"""SELECT DISTINCT o.buyer_id, i.product_id FROM orders o
        JOIN order_items i ON i.order_id = o.id WHERE {PAID}""")
    return set(found)
