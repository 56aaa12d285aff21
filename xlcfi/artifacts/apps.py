"""Registers the package with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArtifactsConfig(AppConfig):
    """The registry of trained models."""

    name = "xlcfi.artifacts"
    label = "artifacts"
    verbose_name = _("Models")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xlcfi.artifacts.selectors import model_ages, model_damages, model_drifts
        from xlcfi.observability import metrics

        metrics.MODEL_AGE.read_with(model_ages)
        metrics.MODEL_DRIFT.read_with(model_drifts)
        metrics.MODEL_UNUSABLE.read_with(model_damages)
