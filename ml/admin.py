"""What people tell the models, in the admin: costs and supply."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ml import admin_demand as admin_demand
from ml.models import CategoryPlanning, ProductPlanning
from xlcfi.console.admin_base import ReadOnlyAdmin

BY_HAND = "admin"
SUPPLY = ("lead_time_days", "shelf_life_days", "minimum_order_quantity", "service_level")


class _PlanningAdmin(ReadOnlyAdmin):
    """A list like the others, whose rows can be told and changed by hand; the source says so."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super(ReadOnlyAdmin, self).has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(super(ReadOnlyAdmin, self).has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(super(ReadOnlyAdmin, self).has_delete_permission(request, obj))

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return list(self.fields or ())

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        # Whose planning it is does not change: that would be another row.
        key = [] if obj is None else [self.opts.pk.name]
        return ["updated_at", "source", *key]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.source = f"{BY_HAND}: {request.user.get_username()}"[:200]
        super().save_model(request, obj, form, change)


@admin.register(ProductPlanning)
class ProductPlanningAdmin(_PlanningAdmin):
    list_display = ("product_id", "unit_cost", "currency", *SUPPLY, "updated_at", "source")
    search_fields = ("pk",)
    search_help_text = _("Number of the product")
    fields = ("product_id", "unit_cost", "currency", *SUPPLY, "updated_at", "source")


@admin.register(CategoryPlanning)
class CategoryPlanningAdmin(_PlanningAdmin):
    list_display = ("category_id", *SUPPLY, "updated_at", "source")
    search_fields = ("pk",)
    search_help_text = _("Number of the category")
    fields = ("category_id", *SUPPLY, "updated_at", "source")
