"""Work that follows events or the clock, and the steps of a rebuild, by subject."""

from analytics.jobs import behaviours, churn, expiring, goals, operations, orders, people, products, reconciling, sums

__all__ = [
    "behaviours",
    "churn",
    "expiring",
    "goals",
    "operations",
    "orders",
    "people",
    "products",
    "reconciling",
    "sums",
]
