"""The page of all models: which version serves, how old it is, what is being trained; and training again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xlcfi.artifacts.admin_words import STATE_MOODS, progress_words, size_words, window_words
from xlcfi.artifacts.comparison import figure_text
from xlcfi.artifacts.models import ModelTraining, ModelVersion
from xlcfi.artifacts.selectors import latest_trainings, main_figure, model_names, serving_versions, worst_drifts
from xlcfi.artifacts.subjects import subjects
from xlcfi.artifacts.trainings import training_ask
from xlcfi.clock import now
from xlcfi.console.columns import moment_text
from xlcfi.console.pages import Page, page, page_address

MAY_ASK = "artifacts.ask_modeltraining"
UNENDED = (ModelTraining.State.QUEUED, ModelTraining.State.RUNNING)


@page
class ModelsPage(Page):
    """One card for each model."""

    name = "artifacts_models"
    path = "artifacts/models/"
    title = gettext_lazy("Models")
    description = gettext_lazy(
        "What was trained, and which version answers. A training that is asked for here runs in a process of its own, "
        "which the consumers start; what it gives serves only if it is better than what serves now."
    )
    permission = "artifacts.view_modelversion"
    section = "operations"
    icon = "model_training"
    order = 40
    template_name = "admin/artifacts/models.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        known = {subject.name: subject for subject in subjects() if subject.can_train}
        serving, trainings, drift = serving_versions(), latest_trainings(), worst_drifts()
        cards = []
        for name in sorted(known.keys() | model_names()):
            subject, row = known.get(name), serving.get(name)
            cards.append(
                {
                    "name": name,
                    "title": str(subject.title) if subject else name,
                    "facts": _facts(row, subject.main_metric if subject else ""),
                    "damage": _(row.damage) if row and row.damage else "",
                    "drift": drift[name].level if name in drift else "",
                    "training": _training(trainings.get(name)),
                    "may_ask": subject is not None and request.user.has_perm(MAY_ASK),
                    "versions": f"{reverse('admin:artifacts_modelversion_changelist')}?name={name}",
                    "row": reverse("admin:artifacts_modelversion_change", args=[row.pk]) if row else "",
                }
            )
        return {"cards": cards, "trainings": reverse("admin:artifacts_modeltraining_changelist")}

    def post(self, request: HttpRequest, **parameters: Any) -> HttpResponse:
        """Ask for a training."""
        if not request.user.has_perm(MAY_ASK):
            raise PermissionDenied
        name = request.POST.get("name", "")
        if name not in {subject.name for subject in subjects() if subject.can_train}:
            messages.error(request, _("There is no such model."))
        else:
            training_ask(name=name, who=request.user.get_username())
            messages.success(request, _("A training of %(name)s is queued.") % {"name": name})
        return redirect(page_address(self.name))


def _facts(row: ModelVersion | None, metric: str) -> list[tuple[str, str]]:
    if row is None:
        return []
    days = (now() - row.trained_at).days
    figure = main_figure(row.metrics, metric)
    age = ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}
    return [
        (_("version number"), str(row.version)),
        (_("trained at"), f"{strip_tags(moment_text(row.trained_at))} ({age})"),
        (_("trained by"), row.trained_by),
        (_("data window"), window_words(row)),
        (_("main metric"), f"{metric} {figure_text(figure)}" if figure is not None else "–"),
        (_("size"), size_words(row.file_bytes)),
        (_("reason"), row.reason),
    ]


def _training(row: ModelTraining | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "link": reverse("admin:artifacts_modeltraining_change", args=[row.pk]),
        "state": row.get_state_display(),
        "mood": STATE_MOODS[row.state],
        "waits": row.state in UNENDED,
        "queued": row.state == ModelTraining.State.QUEUED,
        "at": strip_tags(moment_text(row.finished_at or row.started_at or row.asked_at)),
        "who": row.asked_by,
        "words": progress_words(row) or row.outcome,
    }
