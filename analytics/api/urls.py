"""Paths under /v1/analytics/."""

from django.urls import path

from analytics.api import funnel, goals, operations, people, products, reconciling, sales
from analytics.api.views import DashboardView

urlpatterns = [
    path("dashboard", DashboardView.as_view()),
    *sales.urlpatterns,
    *products.urlpatterns,
    *people.urlpatterns,
    *funnel.urlpatterns,
    *operations.urlpatterns,
    *goals.urlpatterns,
    *reconciling.urlpatterns,
]
