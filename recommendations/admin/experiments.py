"""Making experiments: planned before they start, and not changed while they run."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from recommendations.models import Experiment, ExperimentVariant
from recommendations.services.experiments import experiments_reread
from xlcfi import clock
from xlcfi.console.admin_base import ReadOnlyAdmin

# Its people must be there from the first to the last: single answers are kept for EXPOSURE_RETENTION_DAYS.
LONGEST = timedelta(days=90)
FROZEN = ("name", "surface", "starts_at", "ends_at", "planned_people")


class ExperimentForm(forms.ModelForm):  # type: ignore[type-arg]
    """An experiment: one at a time on a surface, because two would mix in what people were shown."""

    class Meta:
        model = Experiment
        fields = ("name", "surface", "starts_at", "ends_at", "planned_people", "stopped_at", "note")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        starts, ends, surface = (self._value(given, name) for name in ("starts_at", "ends_at", "surface"))
        if not (starts and ends and surface):
            return given
        if ends <= starts:
            raise ValidationError({"ends_at": _("Has to be after the start.")})
        if ends - starts > LONGEST:
            raise ValidationError({"ends_at": _("At most 90 days after the start.")})
        if self.instance.pk is None and starts < clock.now() - timedelta(minutes=5):
            raise ValidationError({"starts_at": _("Lies in the past: nobody was assigned then.")})
        until = given.get("stopped_at") or ends
        others = Experiment.objects.filter(surface=surface, starts_at__lt=until, ends_at__gt=starts)
        for other in others.exclude(pk=self.instance.pk):
            if (other.stopped_at or other.ends_at) > starts:
                raise ValidationError({"starts_at": _("“%(name)s” runs on this surface then.") % {"name": other.name}})
        return given

    def _value(self, given: dict[str, Any], name: str) -> Any:
        return given.get(name) or getattr(self.instance, name, None)


class VariantsForm(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """At least two variants, whose shares add up to a hundred."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or not self.forms:
            return
        shares: list[Decimal] = [
            form.cleaned_data["share"]
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if len(shares) < 2:
            raise ValidationError(
                _("There have to be at least two variants; the first is what others are held against.")
            )
        if sum(shares) != 100:
            raise ValidationError(_("The shares have to add up to 100."))


class VariantInline(TabularInline):
    """The variants, with the experiment."""

    model = ExperimentVariant
    formset = VariantsForm
    fields = ("name", "share", "settings")
    extra = 2
    ordering = ("id",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("recommendations.view_experiment"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("recommendations.add_experiment") and not _began(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("recommendations.change_experiment") and not _began(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Experiment)
class ExperimentAdmin(ReadOnlyAdmin):
    """Making an experiment, calling it off. Once it has begun nothing else of it can be changed: that would change
    who gets what, and what was planned."""

    form = ExperimentForm
    inlines = (VariantInline,)
    list_display = ("name", "surface", "starts_at", "ends_at", "stopped_at", "planned_people", "owner")
    list_filter = ("surface",)
    search_fields = ("name",)
    ordering = ("-ends_at", "-id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(ModelAdmin.has_add_permission(self, request))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(ModelAdmin.has_change_permission(self, request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """One that began has people in it."""
        return bool(ModelAdmin.has_delete_permission(self, request, obj)) and not _began(obj)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Sequence[str]:
        return [*ExperimentForm.Meta.fields, *(("owner", "created_at") if obj else ())]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Sequence[str]:
        if not self.has_change_permission(request, obj) and obj is not None:
            return self.get_fields(request, obj)
        return [*(("owner", "created_at") if obj else ()), *(FROZEN if _began(obj) else ())]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.owner = request.user.get_username()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        experiments_reread()


def _began(experiment: Any) -> bool:
    return experiment is not None and experiment.starts_at <= clock.now()
