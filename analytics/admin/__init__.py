"""The app in the admin, by subject."""

from analytics.admin import behaviours, goals, home, ledger, operations, people, products, reconciling

__all__ = ["behaviours", "goals", "home", "ledger", "operations", "people", "products", "reconciling"]
