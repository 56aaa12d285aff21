"""Paths of the older forms."""

from django.urls import path

from recommendations.api.older import OlderMemberView, OlderProductsView
from xlcfi.api import converters  # noqa: F401  # makes `<bigid:…>` known

urlpatterns = [
    path("api/recommendations/<bigid:user_id>", OlderProductsView.as_view()),
    path("recommendations/<bigid:member_id>", OlderMemberView.as_view()),
    path("api/v1/ai/recommendations/<bigid:member_id>", OlderMemberView.as_view()),
]
