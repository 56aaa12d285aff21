"""Journeys and counts worked out in plain Python, one event after the other, without a look at the services."""

from collections import Counter, defaultdict
from datetime import timedelta

from tests.analytics.plain_sql import rows
from xlcfi.clock import SEOUL

WEEK = timedelta(days=7)


def journeys(*, left_out=()):
    """[(user, product, first view, last view, order, ordered, paid, delivered)] sorted: what there should be."""
    told = defaultdict(list)
    others = {user for (user,) in rows("SELECT id FROM users WHERE role <> 'BUYER'")} | set(left_out)
    for user, product, at in rows(
        """SELECT user_id, (event_data->>'product_id')::bigint, created_at FROM user_behaviors
        WHERE event_type = 'view' AND user_id IS NOT NULL"""
    ):
        if user not in others and product is not None:
            told[user, product].append((at, 0, None))
    bought = rows(
        """SELECT DISTINCT o.buyer_id, i.product_id, o.created_at, o.id FROM orders o
        JOIN order_items i ON i.order_id = o.id"""
    )
    for user, product, at, order in bought:
        if (user, product) in told:
            told[user, product].append((at.replace(tzinfo=SEOUL), 1, order))
    found = []
    for (user, product), happened in told.items():
        current = None
        for at, _, order in sorted(happened, key=lambda each: (each[0], each[1], each[2] or 0)):
            if order is None:
                if current is None or at - current[1] > WEEK:
                    current = [at, at]
                    found.append([user, product, current, None, None])
                current[1] = at
            elif current is not None:
                if at - current[1] <= WEEK:
                    found[-1][3:] = [order, at]
                current = None
    return sorted(
        (user, product, views[0], views[1], order, ordered, *_afterwards(order, ordered))
        for user, product, views, order, ordered in found
    )


def _afterwards(order, ordered):
    if order is None:
        return None, None
    paid = [
        (paid_at or created_at).replace(tzinfo=SEOUL)
        for status, paid_at, created_at in rows(
            "SELECT status, paid_at, created_at FROM payments WHERE order_id = %s", [order]
        )
        if status == "COMPLETED" or (status in ("REFUNDED", "CANCELLED") and paid_at)
    ]
    if not paid or not ordered <= min(paid) <= ordered + WEEK:
        return None, None
    came = [
        at.replace(tzinfo=SEOUL)
        for (at,) in rows("SELECT delivered_at FROM deliveries WHERE order_id = %s", [order])
        if at
    ]
    if not came or not min(paid) <= min(came) <= min(paid) + WEEK:
        return min(paid), None
    return min(paid), min(came)


def funnel(found):
    """(product or 0, Seoul day) -> (viewed, ordered, paid, delivered) of such journeys."""
    days = defaultdict(lambda: [0, 0, 0, 0])
    for _, product, first, _, _, *steps in found:
        for key in (product, 0):
            counts = days[key, first.astimezone(SEOUL).date()]
            for number, reached in enumerate([first, *steps]):
                counts[number] += reached is not None
    return {key: tuple(counts) for key, counts in days.items()}


def kept_journeys():
    """Those of our table, in the same form."""
    return sorted(
        rows("""SELECT user_id, product_id, started_at, last_view_at, order_id, ordered_at, paid_at, delivered_at
        FROM journeys""")
    )


def kept_funnel():
    return {row[:2]: row[2:] for row in rows("SELECT * FROM funnel_days")}


def counted():
    """(Seoul day, type) -> (all, anonymous), from the behaviours."""
    found = defaultdict(lambda: [0, 0])
    for at, kind, user in rows("SELECT created_at, event_type, user_id FROM user_behaviors"):
        found[at.astimezone(SEOUL).date(), kind][0] += 1
        found[at.astimezone(SEOUL).date(), kind][1] += user is None
    return {key: tuple(value) for key, value in found.items()}


def kept_counts():
    return {row[:2]: row[2:] for row in rows("SELECT day, event_type, count, anonymous FROM behavior_days")}


INTERESTS = {
    "view": "views", "add_to_cart": "carts", "cart_add": "carts", "wishlist": "wishes", "click": "clicks",
    "share": "shares",
}  # fmt: skip


def interest():
    """(product, Seoul day) -> Counter of what people did with it."""
    found = defaultdict(Counter)
    for at, kind, user, data in rows("SELECT created_at, event_type, user_id, event_data FROM user_behaviors"):
        product = _number(data, "product_id")
        if kind in INTERESTS and product:
            found[product, at.astimezone(SEOUL).date()][INTERESTS[kind]] += 1
            if kind == "view" and user is None:
                found[product, at.astimezone(SEOUL).date()]["anonymous_views"] += 1
    return dict(found)


def _number(data, name):
    import json

    return (json.loads(data) if isinstance(data, str) else data).get(name)


def kept_interest():
    found = rows(
        "SELECT product_id, day, views, anonymous_views, carts, wishes, clicks, shares FROM product_interest_days"
    )
    names = ("views", "anonymous_views", "carts", "wishes", "clicks", "shares")
    return {
        row[:2]: Counter({name: value for name, value in zip(names, row[2:], strict=True) if value}) for row in found
    }
