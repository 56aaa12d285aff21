"""Registers the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from analytics.metrics import delta_backlog
        from xlcfi.observability.metrics import ROLLUP_BACKLOG

        ROLLUP_BACKLOG.read_with(delta_backlog, part=self.name)
