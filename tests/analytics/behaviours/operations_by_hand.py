"""Operations worked out in plain Python from every row of the platform's tables."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from math import ceil

from tests.analytics.plain_sql import PAID, rows


def payments(first, last):
    """(method, currency) -> (attempts, succeeded, pending, amount that arrived)."""
    found = defaultdict(lambda: [0, 0, 0, Decimal(0)])
    for method, currency, status, amount, paid_at, created_at in rows(
        "SELECT method, currency, status, amount, paid_at, created_at FROM payments"
    ):
        if first <= created_at.date() <= last:
            arrived = status == "COMPLETED" or (status in ("REFUNDED", "CANCELLED") and paid_at is not None)
            cell = found[method, currency]
            cell[0] += 1
            cell[1] += arrived
            cell[2] += status == "PENDING"
            cell[3] += amount if arrived else 0
    return {key: tuple(value) for key, value in found.items()}


def lead_hours(first, last):
    """Hours of every parcel that came, ascending."""
    return sorted(
        (came - asked).total_seconds() / 3600
        for asked, came in rows("SELECT requested_at, delivered_at FROM deliveries WHERE delivered_at IS NOT NULL")
        if first <= came.date() <= last
    )


def nearest_rank(values, share):
    return values[max(1, ceil(len(values) * share)) - 1]


def parcels(first, last):
    found = rows("SELECT status, requested_at FROM deliveries")
    return dict(Counter(status for status, at in found if first <= at.date() <= last))


def coupons(first, last):
    """issued, of those used, used in the period, and currency -> (orders, gross, discount)."""
    found = rows("SELECT status, issued_at, used_at FROM user_coupons")
    issued = [status for status, at, _ in found if first <= at.date() <= last]
    used = [1 for status, _, at in found if status == "USED" and at is not None and first <= at.date() <= last]
    revenue = defaultdict(lambda: [0, Decimal(0), Decimal(0)])
    for order, currency, total, at in rows(
        f"""SELECT o.id, o.currency, o.total, o.created_at FROM orders o WHERE {PAID} AND o.id IN (
            SELECT order_id FROM user_coupons WHERE status = 'USED')"""
    ):
        if first <= at.date() <= last:
            worth = sum(
                q * p for q, p in rows("SELECT quantity, unit_price FROM order_items WHERE order_id = %s", [order])
            )
            cell = revenue[currency]
            cell[0] += 1
            cell[1] += total
            cell[2] += worth - total
    return len(issued), issued.count("USED"), len(used), {key: tuple(value) for key, value in revenue.items()}


def balances(first, last):
    found = defaultdict(lambda: [0, Decimal(0)])
    for kind, amount, at in rows("SELECT type, amount, created_at FROM balance_histories"):
        if first <= at.date() <= last:
            found[kind][0] += 1
            found[kind][1] += amount
    return {key: tuple(value) for key, value in found.items()}


def chain(first, last):
    found = rows("SELECT status, created_at FROM blockchain_records")
    return dict(Counter(status for status, at in found if first <= at.date() <= last))


def orders(first, last):
    """Orders by status, and how many of them are paid."""
    found = rows(f"SELECT o.status, o.created_at, {PAID} FROM orders o")
    mine = [(status, paid) for status, at, paid in found if first <= at.date() <= last]
    return dict(Counter(status for status, _ in mine)), sum(paid for _, paid in mine)


ALWAYS = (date(2000, 1, 1), date(2099, 12, 31))
