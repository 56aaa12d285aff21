"""The tables of the app, by subject."""

from ml.models.retraining import RetrainingOrder
from ml.models.reviews import ReviewAnalysis, Sentiment

__all__ = ["RetrainingOrder", "ReviewAnalysis", "Sentiment"]
