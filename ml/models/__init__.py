"""The tables of the app, by subject."""

from ml.models.demand import CategoryDemand, DemandForecast, DemandOverride
from ml.models.inventory import InventoryAlert
from ml.models.planning import CategoryPlanning, ProductPlanning
from ml.models.retraining import RetrainingOrder
from ml.models.reviews import ReviewAnalysis, Sentiment
from ml.models.snapshots import ProductSnapshot, ProductUnitPrice

__all__ = [
    "CategoryDemand",
    "CategoryPlanning",
    "DemandForecast",
    "DemandOverride",
    "InventoryAlert",
    "ProductPlanning",
    "ProductSnapshot",
    "ProductUnitPrice",
    "RetrainingOrder",
    "ReviewAnalysis",
    "Sentiment",
]
