"""Registers the package with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "xlcfi.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"
