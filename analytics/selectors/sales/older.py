"""The figures of the older forms: the last 30 Seoul days, in won."""

from typing import Any

from analytics.selectors.active import active_users, new_buyers
from analytics.selectors.completeness import completeness
from analytics.selectors.sales.answer import SalesQuestion, sales_found
from analytics.selectors.sales.statement import GroupsAsked
from xlcfi import clock
from xlcfi.clock import SEOUL, named_period

PRODUCTS = 10


def older_dashboard() -> dict[str, Any]:
    """Net revenue by day, the products that most paid orders hold, net revenue and average order value."""
    products = GroupsAsked(by="product", sort="orders", limit=PRODUCTS)
    found = sales_found(SalesQuestion(period=named_period("month"), groups=products))
    totals = found.figures["totals"]
    return {
        "sales_trend": [{"date": day["from"], "revenue": day["net_revenue"]} for day in found.figures["buckets"]],
        "popular_products": [
            {"id": group.told["id"], "name": group.told["name"], "order_count": group.told["orders"]}
            for group in found.groups
            if group.told["id"] is not None and group.told["orders"] > 0
        ][:PRODUCTS],
        "total_revenue": totals["net_revenue"],
        "avg_order_value": totals["average_order_value"],
    }


def older_summary() -> dict[str, Any]:
    """Totals for a service that asks for no more."""
    period = named_period("month")
    totals = sales_found(SalesQuestion(period=period)).figures["totals"]
    return {
        "total_revenue": totals["net_revenue"],
        "gross": totals["gross"],
        "refunds": totals["refunds"],
        "total_orders": totals["orders"],
        "avg_order_value": totals["average_order_value"],
        "active_users": active_users(period=period),
        "new_users": new_buyers(period=period),
        "as_of": clock.now().astimezone(SEOUL).isoformat(),
        "completeness": completeness(),
    }
