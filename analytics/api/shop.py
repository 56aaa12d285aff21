"""Paths under /v1/products/: figures that belong to the shop itself."""

from django.urls import path

from analytics.api.products import PopularProductsView

urlpatterns = [path("popular", PopularProductsView.as_view())]
