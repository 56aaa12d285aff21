"""The tables of the app, by subject."""

from recommendations.models.co_purchase import (
    Basket,
    CoPurchaseChange,
    CoPurchaseDelta,
    CoPurchasePair,
    CoPurchaseProduct,
)
from recommendations.models.features import ProductFeature
from recommendations.models.matrix import UserItem

__all__ = [
    "Basket",
    "CoPurchaseChange",
    "CoPurchaseDelta",
    "CoPurchasePair",
    "CoPurchaseProduct",
    "ProductFeature",
    "UserItem",
]
