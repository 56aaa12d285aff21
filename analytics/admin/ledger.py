"""The analysts' pages: what is known of an order, and what its ledger holds."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.models import LedgerEntry, OrderFact, RefundFact
from analytics.selectors.ledger import order_entries, order_refunds
from xlcfi.console.admin_base import ReadOnlyAdmin
from xlcfi.console.filters import DayFilter, RecentValuesFilter
from xlcfi.console.formats import NOTHING, count, money
from xlcfi.console.parts import Cell, Column, Table

# The tables' keys are of several columns, for which Django's admin has no page: they are shown with their order.
_MOODS = {LedgerEntry.REFUND: "bad", LedgerEntry.CANCELLATION: "bad", LedgerEntry.DISCOUNT: "quiet"}


@admin.register(OrderFact)
class OrderFactAdmin(ReadOnlyAdmin):
    """Order facts; the page of one shows its ledger entries and refunds."""

    list_display = (
        "order_id", "day", "status", "total", "currency", "paid", "provisional", "buyer_id", "seller_id", "country",
    )  # fmt: skip
    list_filter = (
        ("status", RecentValuesFilter),
        ("currency", RecentValuesFilter),
        ("country", RecentValuesFilter),
        ("day", DayFilter),
        "provisional",
    )
    search_fields = ("order_id", "buyer_id")
    change_form_outer_after_template = "analytics/order_fact.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tables = []
        if object_id.isdigit():
            tables = [_entries(int(object_id)), _refunds(int(object_id))]
        context = {**(extra_context or {}), "ledger_tables": tables}
        answer: HttpResponse = super().change_view(request, object_id, form_url, context)
        return answer


def _entries(order_id: int) -> Table:
    kinds = dict(LedgerEntry.KINDS)
    return Table(
        title=_("Ledger entries"),
        columns=[
            Column(_("Day")),
            Column(_("Hour"), figure=True),
            Column(_("What")),
            Column(_("Product")),
            Column(_("Seller")),
            Column(_("Country")),
            Column(_("Units"), figure=True),
            Column(_("Amount"), figure=True),
        ],
        rows=[
            [
                Cell(entry.day.isoformat()),
                Cell(f"{entry.hour:02d}"),
                Cell(str(kinds[entry.kind]), mood=_MOODS.get(entry.kind, ""), title=entry.ref),
                _row("product", entry.product_id),
                _row("user", entry.seller_id),
                Cell(entry.country or NOTHING),
                Cell(count(entry.units)),
                Cell(money(entry.amount, entry.currency)),
            ]
            for entry in order_entries(order_id=order_id)
        ],
        empty=_("No sale: nobody paid for this order."),
        note=_(
            "Net revenue is sales less returns and cancellations. A discount is what the lines are worth beyond that."
        ),
    )


def _refunds(order_id: int) -> Table:
    words = {RefundFact.PLATFORM: _("the platform's tables"), RefundFact.CANCELLED: _("order.cancelled")}
    return Table(
        title=_("Refunds as they were told"),
        columns=[
            Column(_("Day")),
            Column(_("Hour"), figure=True),
            Column(_("Told by")),
            Column(_("Products")),
            Column(_("Amount"), figure=True),
        ],
        rows=[
            [
                Cell(fact.day.isoformat()),
                Cell(f"{fact.hour:02d}"),
                Cell(str(words.get(fact.ref, _("payment.refunded"))), title=fact.ref),
                Cell(", ".join(f"#{product} × {units}" for product, units in fact.items or ()) or NOTHING),
                Cell(_("all of it") if fact.amount is None else f"{fact.amount:,}"),
            ]
            for fact in order_refunds(order_id=order_id)
        ],
        empty=_("None."),
        note=_("Amounts that were told count before a cancellation, and events before the tables."),
    )


def _row(model: str, key: int) -> Cell:
    """A row of the platform; 0 is nobody."""
    return Cell(f"#{key}", link=reverse(f"admin:platform_{model}_change", args=[key])) if key else Cell(NOTHING)
