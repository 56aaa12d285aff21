"""The tables of the app, by subject."""

from analytics.models.activity import ActiveDay, ActiveDelta, Buyer
from analytics.models.baskets import BasketDay
from analytics.models.buyers import (
    BuyerChange,
    BuyerDay,
    BuyersInPeriod,
    BuyerStanding,
    CohortMonth,
    NewReturningDay,
    RfmCount,
)
from analytics.models.catalog import ProductCategory
from analytics.models.deliveries import DeliveryFact
from analytics.models.goals import Anomaly, SavedView, Series, SeriesCheck, Target, TargetAlert
from analytics.models.journeys import (
    BehaviorDay,
    BehaviorReason,
    FunnelDay,
    FunnelTime,
    InterestDelta,
    Journey,
    JourneyTouch,
    ProductInterestDay,
)
from analytics.models.ledger import LedgerEntry, OrderFact, RefundFact
from analytics.models.operations import OperationBlock, OperationDay, OperationMonth, OperationTouch
from analytics.models.people import CategoryPreference, UserBehavior, UserProfile
from analytics.models.rates import CurrencyRate
from analytics.models.reconciling import LedgerCheck, ReconcileRun
from analytics.models.rollups import (
    CountrySalesDay,
    ProductSalesDay,
    ProductSalesMonth,
    RollupDelta,
    SalesDay,
    SalesHour,
    SellerSalesDay,
    StatusDay,
)

__all__ = [
    "ActiveDay",
    "ActiveDelta",
    "Anomaly",
    "BasketDay",
    "BehaviorDay",
    "BehaviorReason",
    "Buyer",
    "BuyerChange",
    "BuyerDay",
    "BuyerStanding",
    "BuyersInPeriod",
    "CategoryPreference",
    "CohortMonth",
    "CountrySalesDay",
    "CurrencyRate",
    "DeliveryFact",
    "FunnelDay",
    "FunnelTime",
    "InterestDelta",
    "Journey",
    "JourneyTouch",
    "LedgerCheck",
    "LedgerEntry",
    "NewReturningDay",
    "OperationBlock",
    "OperationDay",
    "OperationMonth",
    "OperationTouch",
    "OrderFact",
    "ProductCategory",
    "ProductInterestDay",
    "ProductSalesDay",
    "ProductSalesMonth",
    "ReconcileRun",
    "RefundFact",
    "RfmCount",
    "RollupDelta",
    "SalesDay",
    "SalesHour",
    "SavedView",
    "SellerSalesDay",
    "Series",
    "SeriesCheck",
    "StatusDay",
    "Target",
    "TargetAlert",
    "UserBehavior",
    "UserProfile",
]
