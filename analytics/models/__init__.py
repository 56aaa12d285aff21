"""The tables of the app, by subject."""

from analytics.models.activity import ActiveDay, ActiveDelta, Buyer
from analytics.models.catalog import ProductCategory
from analytics.models.deliveries import DeliveryFact
from analytics.models.ledger import LedgerEntry, OrderFact, RefundFact
from analytics.models.people import CategoryPreference, UserBehavior, UserProfile
from analytics.models.rollups import ProductSalesDay, ProductSalesMonth, RollupDelta, SalesDay, StatusDay

__all__ = [
    "ActiveDay",
    "ActiveDelta",
    "Buyer",
    "CategoryPreference",
    "DeliveryFact",
    "LedgerEntry",
    "OrderFact",
    "ProductCategory",
    "ProductSalesDay",
    "ProductSalesMonth",
    "RefundFact",
    "RollupDelta",
    "SalesDay",
    "StatusDay",
    "UserBehavior",
    "UserProfile",
]
