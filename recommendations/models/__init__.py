"""The tables of the app, by subject."""

from recommendations.models.co_purchase import Basket, CoPurchaseDelta, CoPurchasePair, CoPurchaseProduct
from recommendations.models.matrix import UserItem

__all__ = ["Basket", "CoPurchaseDelta", "CoPurchasePair", "CoPurchaseProduct", "UserItem"]
