"""The paths for machines, mounted at the root."""

from django.urls import path

from xlcfi.observability.views import VIEWS

urlpatterns = [path(route, view, name=route.replace("/", "-")) for route, view in VIEWS.items()]
