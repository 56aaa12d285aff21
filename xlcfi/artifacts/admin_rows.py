"""Trainings and drift as lists."""

import json

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from xlcfi.artifacts.admin_words import mood_shown, progress_words
from xlcfi.artifacts.models import ModelDrift, ModelTraining
from xlcfi.console.admin_base import ReadOnlyAdmin, related
from xlcfi.console.filters import RecentValuesFilter


class ModelTrainingAdmin(ReadOnlyAdmin):
    """What was trained, is, or is to be, and what came of it."""

    list_display = ("id", "name", "state_text", "stage_text", "asked_by", "asked_at", "finished_at", "outcome")
    list_filter = (("name", RecentValuesFilter), "state")
    fields = (
        "name",
        "state_text",
        "stage_text",
        "options_text",
        "asked_by",
        "asked_at",
        "started_at",
        "finished_at",
        related("model_version", named=True),
        "outcome",
    )

    @admin.display(description=gettext_lazy("state"))
    def state_text(self, row: ModelTraining) -> SafeString:
        return mood_shown(row.get_state_display(), row.state)

    @admin.display(description=gettext_lazy("stage"))
    def stage_text(self, row: ModelTraining) -> str:
        return progress_words(row) or "–"

    @admin.display(description=gettext_lazy("options"))
    def options_text(self, row: ModelTraining) -> str:
        return json.dumps(row.options, ensure_ascii=False) if row.options else "–"


class ModelDriftAdmin(ReadOnlyAdmin):
    """Weeks of features against what a version was trained on."""

    list_display = ("id", related("model_version"), "feature", "week", "psi_text", "rows", "level_text")
    list_filter = ("level", ("feature", RecentValuesFilter))
    fields = (related("model_version", named=True), "feature", "week", "psi_text", "rows", "level_text")

    @admin.display(description="PSI")
    def psi_text(self, row: ModelDrift) -> str:
        return f"{row.psi:.3f}"

    @admin.display(description=gettext_lazy("level"))
    def level_text(self, row: ModelDrift) -> SafeString:
        return mood_shown(row.get_level_display(), row.level)
