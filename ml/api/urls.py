"""Paths under /v1/ml/."""

from django.urls import path

from ml.api.churn import ChurnView
from ml.api.demand import DemandView
from ml.api.inventory import InventoryAlertsView
from ml.api.reviews import AnalyzeReviewsView
from ml.api.reviews_sentiment import ProductSentimentView, SentimentFallsView

urlpatterns = [
    path("inventory/alerts", InventoryAlertsView.as_view()),
    path("products/<bigid:product_id>/demand", DemandView.as_view()),
    path("users/<bigid:user_id>/churn", ChurnView.as_view()),
    path("products/<bigid:product_id>/sentiment", ProductSentimentView.as_view()),
    path("reviews/analyze", AnalyzeReviewsView.as_view()),
    path("reviews/falls", SentimentFallsView.as_view()),
]
