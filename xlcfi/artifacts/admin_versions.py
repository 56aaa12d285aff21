"""Versions of models: their figures, and which of them serves."""

import json
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xlcfi.artifacts.admin_words import mood_shown, rows_shown, size_words, version_state, window_words
from xlcfi.artifacts.comparison import comparison, figure_text, other_metrics
from xlcfi.artifacts.errors import StateRefused
from xlcfi.artifacts.models import ModelVersion
from xlcfi.artifacts.selectors import main_figure, may_go_back_to, recent_drift, serving_version
from xlcfi.artifacts.subjects import main_metrics
from xlcfi.artifacts.versions import version_retire, version_serve
from xlcfi.console.admin_base import ReadOnlyAdmin
from xlcfi.console.columns import moment_text
from xlcfi.console.filters import RecentValuesFilter
from xlcfi.events.admin_base import block, shortened
from xlcfi.platform.selectors import BIGINT_MAX

WHY_MAX = 500
CONFIRMED = "confirmed"


class ModelVersionAdmin(ReadOnlyAdmin):
    """What was trained, how good it is, which one serves and why; and choosing another."""

    list_display = (
        "id",
        "name",
        "version",
        "state_text",
        "trained_at",
        "window_text",
        "metric_text",
        "size_text",
        "trained_by",
        "short_reason",
    )
    list_display_links = ("id", "name", "version")
    list_filter = (("name", RecentValuesFilter), "state")
    search_fields = ("name", "reason")
    actions = ("serve", "retire")
    show_history = True
    change_form_template = "admin/artifacts/modelversion/change_form.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "version",
                    "state_text",
                    "reason",
                    "damage_text",
                    "served_at",
                    "trained_at",
                    "trained_by",
                    "seconds_text",
                    "window_text",
                    "size_text",
                    "sha256",
                )
            },
        ),
        (gettext_lazy("Metrics on the validation window"), {"fields": ("metrics_text", "other_text")}),
        (gettext_lazy("Drift"), {"fields": ("drift_text",)}),
        (gettext_lazy("What people did"), {"fields": ("changes_text",)}),
        (gettext_lazy("Parameters"), {"fields": ("features_text", "parameters_text")}),
    )

    # --- Who may

    def has_serve_permission(self, request: HttpRequest) -> bool:
        """Whether this person may have some version serve: any, or one that served before."""
        return bool(
            request.user.has_perm("artifacts.serve_modelversion")
            or request.user.has_perm("artifacts.rollback_modelversion")
        )

    def has_retire_permission(self, request: HttpRequest) -> bool:
        """Whether this person may retire versions."""
        return bool(request.user.has_perm("artifacts.retire_modelversion"))

    def may(self, request: HttpRequest, action: str, row: ModelVersion) -> bool:
        """Whether this person may do this with this version, and it can be done."""
        if action == "retire":
            return self.has_retire_permission(request) and row.state != ModelVersion.State.RETIRED
        if row.state == ModelVersion.State.SERVING or row.file_removed_at is not None:
            return False
        return bool(request.user.has_perm("artifacts.serve_modelversion")) or (
            self.has_serve_permission(request) and may_go_back_to(row)
        )

    # --- Reading

    @admin.display(description=gettext_lazy("state"))
    def state_text(self, row: ModelVersion) -> SafeString:
        return version_state(row)

    @admin.display(description=gettext_lazy("data window"))
    def window_text(self, row: ModelVersion) -> str:
        return window_words(row)

    @admin.display(description=gettext_lazy("main metric"))
    def metric_text(self, row: ModelVersion) -> str:
        metric = main_metrics().get(row.name, "")
        figure = main_figure(row.metrics, metric)
        return "–" if figure is None else f"{metric} {figure_text(figure)}"

    @admin.display(description=gettext_lazy("size"))
    def size_text(self, row: ModelVersion) -> str:
        return size_words(row.file_bytes)

    @admin.display(description=gettext_lazy("seconds of training"))
    def seconds_text(self, row: ModelVersion) -> str:
        return f"{row.seconds:,.1f}"

    @admin.display(description=gettext_lazy("reason"))
    def short_reason(self, row: ModelVersion) -> str:
        return shortened(row.reason)

    @admin.display(description=gettext_lazy("damage"))
    def damage_text(self, row: ModelVersion) -> "SafeString | str":
        return mood_shown(_(row.damage), "failed") if row.damage else "–"

    @admin.display(description=gettext_lazy("comparison"))
    def metrics_text(self, row: ModelVersion) -> SafeString:
        columns, rows = comparison(row.metrics, first=main_metrics().get(row.name, ""))
        own = {"candidate": _("this version"), "serving": _("served then")}
        present = serving_version(name=row.name)
        now_serving: dict[str, float | None] = {}
        if present is not None and present.pk != row.pk:
            now_serving = {metric: figures[0] for metric, figures in comparison(present.metrics)[1]}
        heads = [_("metric"), *(own.get(name, name) for name in columns)]
        cells: list[list[Any]] = [[metric, *map(figure_text, figures)] for metric, figures in rows]
        if present is not None and now_serving:
            heads.append(_("serves now (%(version)s, on its own window)") % {"version": present.version})
            cells = [[*line, figure_text(now_serving.get(line[0]))] for line in cells]
        return rows_shown(heads, cells)

    @admin.display(description=gettext_lazy("more"))
    def other_text(self, row: ModelVersion) -> "SafeString | str":
        more = other_metrics(row.metrics)
        return block(json.dumps(more, ensure_ascii=False, indent=2)) if more else "–"

    @admin.display(description=gettext_lazy("features"))
    def features_text(self, row: ModelVersion) -> str:
        return ", ".join(map(str, row.features)) or "–"

    @admin.display(description=gettext_lazy("parameters"))
    def parameters_text(self, row: ModelVersion) -> SafeString:
        return block(json.dumps(row.parameters, ensure_ascii=False, indent=2))

    @admin.display(description=gettext_lazy("weekly"))
    def drift_text(self, row: ModelVersion) -> "SafeString | str":
        rows = [
            [one.week.isoformat(), one.feature, f"{one.psi:.3f}", f"{one.rows:,}", _level(one)]
            for one in recent_drift(version_id=row.pk)
        ]
        heads = [_("week of"), _("feature"), "PSI", _("rows"), _("level")]
        return rows_shown(heads, rows) if rows else _("No week was compared yet.")

    @admin.display(description=gettext_lazy("history"))
    def changes_text(self, row: ModelVersion) -> SafeString:
        rows = [
            [
                moment_text(change.at),
                change.who,
                f"{change.get_before_display() if change.before else '–'} → {change.get_after_display()}",
                change.why,
            ]
            for change in row.changes.order_by("-id")[:50]
        ]
        return rows_shown([_("when"), _("who"), _("what"), _("why")], rows)

    # --- Doing

    @admin.action(description=gettext_lazy("Have this version serve"), permissions=["serve"])
    def serve(self, request: HttpRequest, queryset: "QuerySet[ModelVersion]") -> HttpResponse | None:
        """Has the chosen version serve, after a page that asks why."""
        return self._handle(request, queryset, "serve")

    @admin.action(description=gettext_lazy("Retire"), permissions=["retire"])
    def retire(self, request: HttpRequest, queryset: "QuerySet[ModelVersion]") -> HttpResponse | None:
        """Retires the chosen version, after a page that asks why."""
        return self._handle(request, queryset, "retire")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        row = self.get_object(request, object_id)
        buttons = {
            f"may_{action}": row is not None and self.may(request, action, row) for action in ("serve", "retire")
        }
        return super().change_view(request, object_id, form_url, {**buttons, **(extra_context or {})})

    def _handle(self, request: HttpRequest, queryset: "QuerySet[ModelVersion]", action: str) -> HttpResponse | None:
        given = request.POST.getlist(ACTION_CHECKBOX_NAME)
        keys = [int(each) for each in given if each.isascii() and each.isdigit() and int(each) <= BIGINT_MAX]
        rows = list(ModelVersion.objects.filter(pk__in=keys)[:2])
        if len(rows) != 1:
            self.message_user(request, _("Choose one version."), messages.ERROR)
            return None
        [row] = rows
        if not self.may(request, action, row):
            text = _("That can't be done with %(version)s, or not by you.") % {"version": row}
            self.message_user(request, text, messages.ERROR)
            return None
        why = " ".join(request.POST.get("why", "").replace("\x00", "").split())[:WHY_MAX]
        if CONFIRMED not in request.POST or not why:
            return self._ask(request, row, action, complaint=CONFIRMED in request.POST)
        do = version_serve if action == "serve" else version_retire
        try:
            do(version_id=row.pk, who=request.user.get_username(), why=why)
        except StateRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)
        else:
            self.log_change(request, row, f"{action}: {why}")
            done = _("%(version)s serves now; every process takes it within seconds.")
            text = done if action == "serve" else _("%(version)s is retired.")
            self.message_user(request, text % {"version": row}, messages.SUCCESS)
        return redirect("admin:artifacts_modelversion_change", row.pk)

    def _ask(self, request: HttpRequest, row: ModelVersion, action: str, *, complaint: bool) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Have a version serve") if action == "serve" else _("Retire a version"),
            "opts": self.opts,
            "media": self.media,
            "action": action,
            "ids": [row.pk],
            "form_url": reverse("admin:artifacts_modelversion_changelist"),
            "row": row,
            "present": serving_version(name=row.name),
            "figures": self.metrics_text(row),
            "why_max": WHY_MAX,
            "complaint": _("Say why: it stays in the history.") if complaint else "",
        }
        return TemplateResponse(request, "admin/artifacts/modelversion/confirm.html", context)


def _level(one: Any) -> SafeString:
    return mood_shown(one.get_level_display(), one.level)
