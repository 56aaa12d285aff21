"""Registers the kernel's API with Django: its commands and start-up checks."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "xlcfi.api"
    label = "api"

    def ready(self) -> None:
        from xlcfi import checks  # noqa: F401  # importing it registers the checks
