"""The app's tables as plain values, to be compared with what they should hold."""

from decimal import Decimal

from tests.analytics.plain_sql import rows

TABLES = (
    "order_facts",
    "refund_facts",
    "ledger_entries",
    "sales_days",
    "sales_hours",
    "seller_sales_days",
    "country_sales_days",
    "order_status_days",
    "product_sales_days",
    "product_sales_months",
    "user_behaviors",
    "user_profiles",
    "category_preferences",
    "buyers",
    "active_days",
    "behavior_days",
    "behavior_reasons",
    "product_interest_days",
    "journeys",
    "funnel_days",
    "funnel_times",
    "product_categories",
    "baskets",
    "co_purchase_products",
    "co_purchase_pairs",
    "user_item_matrix",
)
# Says when or by whom a row was written, not what it says.
WRITTEN = {"id", "told_at", "updated_at", "recorded_at", "event_id", "event_data", "provisional"}


def snapshot(*, without=()):
    """table -> sorted rows, without the columns that only tell how the row came about."""
    tables = {}
    for table in TABLES:
        if table in without:
            continue
        columns = [
            name
            for (name,) in rows("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
            if name not in WRITTEN
        ]
        tables[table] = sorted(rows(f"SELECT {', '.join(sorted(columns))} FROM {table}"), key=repr)
    return tables


def sales_days():
    return {(c, d): (g, r, n) for c, d, g, r, n in rows("SELECT currency, day, gross, refunds, orders FROM sales_days")}


def product_sales_days():
    found = rows("""SELECT currency, day, product_id, SUM(units)::bigint, SUM(gross), SUM(refunds), SUM(orders)::bigint
        FROM product_sales_days GROUP BY 1, 2, 3""")
    return {row[:3]: row[3:] for row in found}


def statuses():
    return {row[:2]: row[2] for row in rows("SELECT day, status, orders FROM order_status_days")}


def preferences():
    return {row[:2]: row[2] for row in rows("SELECT user_id, category_id, purchase_count FROM category_preferences")}


def profiles():
    found = rows("""SELECT user_id, total_purchases, total_spent,
        (last_purchase_date AT TIME ZONE 'Asia/Seoul')::text FROM user_profiles WHERE total_purchases > 0""")
    return {row[0]: (row[1], Decimal(row[2]), row[3]) for row in found}


def active_days():
    return {row[:2] for row in rows("SELECT user_id, day FROM active_days")}


def pairs():
    return {row[:2]: row[2] for row in rows("SELECT product_id, other_id, orders FROM co_purchase_pairs")}


def product_orders():
    return dict(rows("SELECT product_id, orders FROM co_purchase_products"))


def bought():
    return {row[:2] for row in rows("SELECT user_id, product_id FROM user_item_matrix WHERE rating = 5.0")}
