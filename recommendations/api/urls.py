"""Paths under /v1/recommendations/."""

from django.urls import path

from recommendations.api.views import PersonalProductsView, RelatedProductsView

urlpatterns = [
    path("products/<bigid:product_id>/related", RelatedProductsView.as_view()),
    path("users/<bigid:user_id>/products", PersonalProductsView.as_view()),
]
