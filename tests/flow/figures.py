"""What our tables say, and what follows by hand from a list of payments, when no row of the platform tells of them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tests.analytics import ours, plain_sql
from tests.analytics.plain_sql import rows

GROUPS = 2


@dataclass(frozen=True)
class Paid:
    """A payment: who paid how much when for which (product, quantity, price) lines."""

    order_id: int
    user_id: int
    moment: datetime
    amount: Decimal
    lines: tuple[tuple[int, int, int], ...]


def expected(payments, *, categories):
    """The figures that `payments` make in won, each counted once. categories: product id -> category id."""
    days = defaultdict(lambda: [Decimal(0), 0])
    products = defaultdict(lambda: [0, Decimal(0), 0])
    preferred, holding, together = Counter(), Counter(), Counter()
    for paid in payments:
        day = paid.moment.date()
        days[day][0] += paid.amount
        days[day][1] += 1
        shares = plain_sql.shares(paid.amount, "KRW", {p: quantity * price for p, quantity, price in paid.lines})
        for product, quantity, _ in paid.lines:
            cell = products[day, product]
            cell[0] += quantity
            cell[1] += shares[product]
            cell[2] += 1
            preferred[paid.user_id, categories[product]] += 1
            holding[product] += 1
            for other, _, _ in paid.lines:
                if other != product:
                    together[product, other] += 1
    return {
        "user_behaviors": sorted((p.order_id, p.user_id, p.moment, p.amount) for p in payments),
        "order_facts": sorted((p.order_id, p.user_id, "KRW", p.amount, p.moment.date(), True) for p in payments),
        "sales_days": {("KRW", day): (gross, Decimal(0), orders) for day, (gross, orders) in days.items()},
        "product_sales_days": {
            ("KRW", day, product): (units, gross, Decimal(0), orders)
            for (day, product), (units, gross, orders) in products.items()
        },
        "category_preferences": dict(preferred),
        "user_item_matrix": {(p.user_id, product): 5.0 for p in payments for product, _, _ in p.lines},
        "co_purchase_products": dict(holding),
        "co_purchase_pairs": dict(together),
        "profiles": {p.user_id for p in payments},
    }


def told():
    """The same figures as our tables hold them."""
    return {
        "user_behaviors": rows(
            """SELECT (event_data->>'order_id')::bigint, user_id, created_at, (event_data->>'amount')::numeric
            FROM user_behaviors WHERE event_type = 'purchase' ORDER BY 1"""
        ),
        "order_facts": rows("SELECT order_id, buyer_id, currency, total, day, paid FROM order_facts ORDER BY 1"),
        "sales_days": ours.sales_days(),
        "product_sales_days": ours.product_sales_days(),
        "category_preferences": ours.preferences(),
        "user_item_matrix": {
            row[:2]: row[2] for row in rows("SELECT user_id, product_id, rating FROM user_item_matrix")
        },
        "co_purchase_products": ours.product_orders(),
        "co_purchase_pairs": ours.pairs(),
        "profiles": {row[0] for row in rows("SELECT user_id FROM user_profiles")},
    }


def folded():
    """Whether nothing that was appended waits to be folded in."""
    ((waiting,),) = rows(
        """SELECT (SELECT COUNT(*) FROM rollup_deltas) + (SELECT COUNT(*) FROM active_deltas)
        + (SELECT COUNT(*) FROM co_purchase_deltas)"""
    )
    return waiting == 0


def applied():
    """How many (group, event) pairs the inbox holds."""
    return rows("SELECT COUNT(*) FROM events_inbox")[0][0]
