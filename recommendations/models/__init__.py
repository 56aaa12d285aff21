"""The tables of the app, by subject."""

from recommendations.models.choices import PersonalisationChoice
from recommendations.models.co_purchase import (
    Basket,
    CoPurchaseChange,
    CoPurchaseDelta,
    CoPurchasePair,
    CoPurchaseProduct,
)
from recommendations.models.content import ContentChange, ProductTerm, ProductText
from recommendations.models.experiments import Experiment, ExperimentVariant
from recommendations.models.exposures import Conversion, Exposure, ExposureTouch, Feedback
from recommendations.models.features import ProductFeature
from recommendations.models.matrix import UserItem
from recommendations.models.measurement import ExperimentPerson, ExperimentSum, MeasuredDay, PersonDay
from recommendations.models.popularity import CategoryRhythm, ProductOrderDay
from recommendations.models.rules import PlacementRule

__all__ = [
    "Basket",
    "CategoryRhythm",
    "CoPurchaseChange",
    "CoPurchaseDelta",
    "CoPurchasePair",
    "CoPurchaseProduct",
    "ContentChange",
    "Conversion",
    "Experiment",
    "ExperimentPerson",
    "ExperimentSum",
    "ExperimentVariant",
    "Exposure",
    "ExposureTouch",
    "Feedback",
    "MeasuredDay",
    "PersonDay",
    "PersonalisationChoice",
    "PlacementRule",
    "ProductFeature",
    "ProductOrderDay",
    "ProductTerm",
    "ProductText",
    "UserItem",
]
