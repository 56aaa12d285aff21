"""Paths under /v1/recommendations/."""

from django.urls import path

from recommendations.api.feedback import FeedbackView
from recommendations.api.measurement import MeasurementView
from recommendations.api.personal import PersonalisationView, PersonalProductsView
from recommendations.api.views import (
    BasketView,
    PopularProductsView,
    RelatedProductsView,
    SessionView,
    SimilarProductsView,
)

urlpatterns = [
    path("feedback", FeedbackView.as_view()),
    path("measurement", MeasurementView.as_view()),
    path("basket", BasketView.as_view()),
    path("popular", PopularProductsView.as_view()),
    path("products/<bigid:product_id>/related", RelatedProductsView.as_view()),
    path("products/<bigid:product_id>/similar", SimilarProductsView.as_view()),
    path("sessions", SessionView.as_view()),
    path("users/<bigid:user_id>/personalisation", PersonalisationView.as_view()),
    path("users/<bigid:user_id>/products", PersonalProductsView.as_view()),
]
