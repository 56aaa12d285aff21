"""The analysts' rules for lists, and what users chose."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from recommendations.models import PersonalisationChoice, PlacementRule
from recommendations.services.choices import choice_make
from xlcfi.console.admin_base import ReadOnlyAdmin
from xlcfi.console.filters import DayFilter


class WritableAdmin(ReadOnlyAdmin):
    """A table of people's own rows, for whoever has the right."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(ModelAdmin.has_add_permission(self, request))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(ModelAdmin.has_change_permission(self, request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(ModelAdmin.has_delete_permission(self, request, obj))


@admin.register(PlacementRule)
class PlacementRuleAdmin(WritableAdmin):
    """Pinning, boosting, burying and capping, from one day to another."""

    asked = ("kind", "surface", "product_id", "seller_id", "category_id", "position", "factor", "most")
    asked_also = ("first", "last", "reason")
    list_display = (
        "id",
        "kind",
        "surface",
        "product_id",
        "seller_id",
        "category_id",
        "first",
        "last",
        "owner",
        "reason",
    )
    list_filter = ("kind", "surface", ("last", DayFilter))
    ordering = ("-last", "-id")
    show_history = True

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return [*self.asked, *self.asked_also, *self.get_readonly_fields(request, obj)]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return () if obj is None else ("owner", "created_at", "changed_at")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.owner = request.user.get_username()
        super().save_model(request, obj, form, change)


@admin.register(PersonalisationChoice)
class PersonalisationChoiceAdmin(WritableAdmin):
    """Who wants no lists made for them; what a user asked for by telephone is entered here."""

    list_display = ("user_id", "personalised", "changed_at", "changed_by")
    list_filter = ("personalised", ("changed_at", DayFilter))
    ordering = ("-changed_at",)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return ["user_id", "personalised", *(() if obj is None else ("changed_at", "changed_by"))]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return () if obj is None else ("user_id", "changed_at", "changed_by")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = choice_make(user_id=obj.user_id, personalised=obj.personalised, changed_by=request.user.get_username())
        obj.changed_at, obj.changed_by = made.changed_at, made.changed_by
