"""Forecasts, planners' own, and alerts of stock with a purchase order to export, in the admin."""

import csv
import io
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ml.models import CategoryDemand, DemandForecast, DemandOverride, InventoryAlert
from ml.services.demand_overrides import override_save, overrides_worth
from ml.services.inventory_orders import order_lines
from xlcfi.console.admin_base import ReadOnlyAdmin


@admin.register(DemandForecast)
class DemandForecastAdmin(ReadOnlyAdmin):
    list_display = (
        "product_id",
        "category_id",
        "seller_id",
        "model",
        "week",
        "four_weeks",
        "first_day",
        "version",
        "made_at",
    )
    search_fields = ("pk",)
    search_help_text = _("Number of the product")

    @admin.display(description=_("7 days"))
    def week(self, row: DemandForecast) -> float:
        return float(row.totals["7"]["mean"])

    @admin.display(description=_("28 days"))
    def four_weeks(self, row: DemandForecast) -> float:
        return float(row.totals["28"]["mean"])


@admin.register(CategoryDemand)
class CategoryDemandAdmin(ReadOnlyAdmin):
    list_display = ("category_id", "products", "four_weeks", "first_day", "made_at")
    search_fields = ("pk",)
    search_help_text = _("Number of the category")

    @admin.display(description=_("28 days"))
    def four_weeks(self, row: CategoryDemand) -> float:
        return round(float(sum(row.mean[:28])), 1)


@admin.register(DemandOverride)
class DemandOverrideAdmin(ReadOnlyAdmin):
    """Planners tell and change what they expect; once its days are over a row stays as it is."""

    list_display = ("product_id", "first_day", "last_day", "units", "model_units", "sold_units", "reason", "created_by")
    search_fields = ("product_id",)
    search_help_text = _("Number of the product")
    fields = ("product_id", "first_day", "last_day", "units", "reason", "model_units", "sold_units", "created_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super(ReadOnlyAdmin, self).has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        settled = obj is not None and obj.sold_units is not None
        return not settled and bool(super(ReadOnlyAdmin, self).has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        settled = obj is not None and obj.sold_units is not None
        return not settled and bool(super(ReadOnlyAdmin, self).has_delete_permission(request, obj))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return list(self.fields or ())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["model_units", "sold_units", "created_by"]

    def save_model(self, request: HttpRequest, obj: DemandOverride, form: Any, change: bool) -> None:
        override_save(override=obj, by=request.user.get_username())

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        worth = overrides_worth()
        if request.method == "GET" and worth.model_wape is not None:
            self.message_user(
                request,
                _("%(count)d planners' forecasts: error of the model %(model).3f, theirs %(planner).3f (WAPE).")
                % {"count": worth.overrides, "model": worth.model_wape, "planner": worth.planner_wape},
            )
        return super().changelist_view(request, extra_context)


@admin.register(InventoryAlert)
class InventoryAlertAdmin(ReadOnlyAdmin):
    list_display = (
        "product_id", "seller_id", "at_risk", "currency", "stock", "daily_demand", "runs_out_on", "reorder_point",
        "safety_stock", "order_quantity", "expiring_units", "expires_on", "assumed",
    )  # fmt: skip
    ordering = ("-at_risk", "product_id")
    search_fields = ("pk",)
    search_help_text = _("Number of the product")
    actions = ["purchase_order"]

    @admin.action(description=_("Purchase order, a draft (CSV)"))
    def purchase_order(self, request: HttpRequest, queryset: QuerySet[InventoryAlert]) -> HttpResponse:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(order_lines(alerts=queryset))
        # Excel takes a file without this sign for one in the machine's own letters.
        response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="purchase-order.csv"'
        return response
