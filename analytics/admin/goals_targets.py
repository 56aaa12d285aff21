"""The page of targets with their progress, and the table in which they are made and changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from analytics.models import Target, TargetAlert
from analytics.selectors.goals.targets import TargetState, alerts_latest, targets_page
from analytics.services.goals.targets import TargetWanted, target_checked, targets_evaluate
from xlcfi.clock import SEOUL
from xlcfi.console.admin_base import ReadOnlyAdmin
from xlcfi.console.export import Sheet
from xlcfi.console.filters import DayFilter
from xlcfi.console.formats import count, percent, whole_money
from xlcfi.console.pages import Page, page
from xlcfi.console.parts import Cell, Column, Table, table
from xlcfi.errors import InvalidInput

LISTED = 100
MOODS = {"reached": "good", "on_track": "", "at_risk": "warn", "missed": "bad"}
# Which field of the form a field of the API is.
FIELDS = {"from": "first", "to": "last"}


@page
class TargetsPage(Page):
    """How far each target is."""

    name = "analytics_targets"
    path = "analytics/targets/"
    title = gettext_lazy("Targets")
    description = gettext_lazy(
        "What has been reached, what should have been by now, and what the run rate leads to. Days weigh what they "
        "brought 52 weeks before, where that is known."
    )
    permission = "analytics.view_target"
    section = "goals"
    icon = "flag"
    order = 20
    template_name = "analytics/targets.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        states = targets_page(status=None, after=None, limit=LISTED)
        return {
            "tables": [_targets(states, changes=request.user.has_perm("analytics.change_target")), _alerts()],
            "add_address": reverse("admin:analytics_target_add")
            if request.user.has_perm("analytics.add_target")
            else "",
        }

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        heads = [_("name"), _("figure"), _("scope"), _("number"), _("currency"), _("from"), _("to"), _("to reach")]
        heads += [_("reached so far"), _("expected by now"), _("forecast"), _("status")]
        return Sheet(
            "targets",
            heads,
            (
                [
                    *(each.target.name, each.target.metric, each.target.scope, each.target.scope_id or ""),
                    *(each.target.currency, each.target.first, each.target.last, each.target.amount),
                    *(each.progress.actual, each.progress.expected, each.progress.forecast, each.progress.status),
                ]
                for each in targets_page(status=None, after=None, limit=LISTED)
            ),
        )


def _targets(states: list[TargetState], *, changes: bool) -> Table:
    figures = [_("to reach"), _("reached so far"), _("share"), _("expected by now"), _("forecast")]
    return table(
        title=_("Targets"),
        columns=[_("name"), _("figure"), _("period"), *(Column(head, figure=True) for head in figures), _("status")],
        rows=[_row(state, changes=changes) for state in states],
        empty=_("There is no target yet."),
    )


def _row(state: TargetState, *, changes: bool) -> list[Any]:
    target, progress = state.target, state.progress
    link = reverse("admin:analytics_target_change", args=[target.id]) if changes else ""
    scope = "" if target.scope == Target.Scope.ALL else f" · {target.get_scope_display()} #{target.scope_id}"
    return [
        Cell(target.name, link=link),
        f"{target.get_metric_display()}{scope}",
        Cell(f"{target.first} – {target.last}", whole=True),
        *(_shown(target, value) for value in (target.amount, progress.actual)),
        percent(progress.actual / target.amount),
        *(_shown(target, value) for value in (progress.expected, progress.forecast)),
        Cell(str(Target.Status(progress.status).label), mood=MOODS[progress.status]),
    ]


def _alerts() -> Table:
    figures = [_("reached so far"), _("expected by then"), _("forecast")]
    return table(
        title=_("Changes of status"),
        columns=[_("when"), _("target"), _("status"), *(Column(head, figure=True) for head in figures)],
        rows=[
            [
                f"{alert.at.astimezone(SEOUL):%Y-%m-%d %H:%M}",
                alert.target.name,
                Cell(
                    f"{alert.get_before_display()} → {alert.get_status_display()}", mood=MOODS[alert.status], whole=True
                ),
                *(_shown(alert.target, value) for value in (alert.actual, alert.expected, alert.forecast)),
            ]
            for alert in alerts_latest(limit=20)
        ],
        empty=_("No target has changed its state."),
    )


def _shown(target: Target, value: Any) -> str:
    return whole_money(value, target.currency) if target.currency else count(value)


class TargetForm(forms.ModelForm):  # type: ignore[type-arg]
    """A target, judged by the same rules as one over HTTP."""

    last = forms.DateField(label=gettext_lazy("to"), required=False, help_text=gettext_lazy("for days of one's own"))

    class Meta:
        model = Target
        fields = ("name", "metric", "scope", "scope_id", "currency", "period", "first", "last", "amount")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        own = given["period"] == Target.PeriodKind.CUSTOM
        asked = {name: given[name] for name in ("name", "metric", "scope", "currency", "period", "first", "amount")}
        try:
            wanted = target_checked(
                TargetWanted(**asked, scope_id=given.get("scope_id") or 0, last=given.get("last") if own else None)
            )
        except InvalidInput as error:
            fields = (error.details or {}).get("fields", {})
            raise ValidationError(
                {FIELDS.get(name, name): [_(word) for word in words] for name, words in fields.items()}
            ) from error
        cleaned = {name: getattr(wanted, name) for name in ("name", "scope_id", "currency", "first", "last")}
        return {**given, **cleaned}


@admin.register(Target)
class TargetAdmin(ReadOnlyAdmin):
    """Making, changing and removing targets, for whoever may."""

    form = TargetForm
    list_display = ("name", "metric", "scope", "scope_id", "first", "last", "amount", "status", "owner")
    list_filter = ("metric", "scope", "status", ("last", DayFilter))
    search_fields = ("name", "owner")
    ordering = ("-last", "-id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(ModelAdmin.has_add_permission(self, request))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(ModelAdmin.has_change_permission(self, request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(ModelAdmin.has_delete_permission(self, request, obj))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A target's alerts go with it: nobody has a right of their own to delete those."""
        found, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, set(), protected

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return [*TargetForm.Meta.fields, *self.get_readonly_fields(request, obj)]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return () if obj is None else ("status", "owner", "created_at")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.owner = request.user.get_username()
        super().save_model(request, obj, form, change)
        targets_evaluate(only=obj.pk)


@admin.register(TargetAlert)
class TargetAlertAdmin(ReadOnlyAdmin):
    """Every change of a target's status."""

    list_display = ("at", "target", "before", "status", "actual", "expected", "forecast")
    list_filter = ("status", ("at", DayFilter))
    ordering = ("-at", "-id")
