"""The analysts' pages: operations."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.admin.durations import duration
from analytics.admin.period_choice import period_chosen, period_switch
from analytics.selectors.operations.answer import operations
from analytics.selectors.operations.parts import PARTS
from analytics.selectors.operations.rows import payments_by_day
from xlcfi.clock import Period
from xlcfi.console.charts import Chart, Series, line_chart
from xlcfi.console.export import Sheet
from xlcfi.console.formats import count, money, percent
from xlcfi.console.pages import Page, page
from xlcfi.console.parts import Column, Table, Tile, table, tile

PART_WORDS = {
    "deliveries": gettext_lazy("parcels"),
    "coupons": gettext_lazy("coupons"),
    "balances": gettext_lazy("balances"),
    "blockchain": gettext_lazy("blockchain records"),
}
REASONS_SHOWN = 10


@page
class OperationsPage(Page):
    """Payments, cancellations, parcels, coupons, balances, blockchain records."""

    name = "analytics_operations"
    path = "analytics/operations/"
    title = gettext_lazy("Payments, parcels, coupons")
    permission = "analytics.view_operationday"
    section = "operations"
    icon = "local_shipping"
    choices = True
    order = 10
    template_name = "analytics/operations.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        name, period = period_chosen(request)
        found = operations(period=period, compared={"previous": period.before()})
        missing = ", ".join(str(PART_WORDS[part]) for part in PARTS if found[part] is None)
        return {
            "switch": period_switch(name),
            "tiles": _tiles(found, found["comparison"]["previous"]),
            "missing": _("Not deployed on this platform: %(parts)s.") % {"parts": missing} if missing else "",
            "charts": [_payments_chart(period)],
            "beside": [
                (
                    _methods(found),
                    [
                        _reasons(_("Why orders were cancelled"), found["cancellations"]["reasons"]),
                        _reasons(_("Why payments failed"), found["payments"]["failure_reasons"]),
                    ],
                ),
                *_beside_coupons(found),
            ],
            "tables": _statuses(found),
        }

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        _name, period = period_chosen(request)
        heads = [_("day"), _("attempts"), _("succeeded"), _("pending")]
        rows = (tuple(day.values()) for day in payments_by_day(period=period))
        return Sheet("payments", heads, rows)


def _tiles(found: dict[str, Any], before: dict[str, Any]) -> list[Tile]:
    earlier = _("before")

    def share(name: str, label: str, part: str, key: str, hint: str, *, less: bool = False) -> Tile:
        return tile(
            name=name, label=label, value=percent(found[part][key]), now=found[part][key],
            compared=[(earlier, before[part][key])], shown=percent, hint=hint, less_is_better=less,
        )  # fmt: skip

    orders, payments = found["orders"], found["payments"]
    tiles = [
        share(
            "orders", _("Orders that were paid"), "orders", "success_rate",
            _("%(part)s of %(whole)s") % {"part": count(orders["paid"]), "whole": count(orders["created"])},
        ),
        share(
            "payments", _("Payments that succeeded"), "payments", "success_rate",
            _("%(part)s of %(whole)s")
            % {"part": count(payments["succeeded"]), "whole": count(payments["attempts"] - payments["pending"])},
        ),
        share(
            "cancelled", _("Orders cancelled"), "cancellations", "rate",
            count(found["cancellations"]["orders"]), less=True,
        ),
    ]  # fmt: skip
    if found["deliveries"] is not None and before["deliveries"] is not None:
        late = _("later than %(days)s days") % {"days": found["deliveries"]["promise_days"]}
        tiles += [
            tile(
                name="lead-time",
                label=_("Median lead time"),
                value=_lasted(found["deliveries"]["median_hours"]),
                now=found["deliveries"]["median_hours"],
                compared=[(earlier, before["deliveries"]["median_hours"])],
                shown=_lasted,
                less_is_better=True,
                hint=_("90 %% within %(hours)s") % {"hours": _lasted(found["deliveries"]["p90_hours"])},
            ),
            share("late", _("Parcels that came late"), "deliveries", "late_share", late, less=True),
        ]
    return tiles


def _lasted(hours: Any) -> str:
    return duration(None if hours is None else float(hours) * 3600)


def _payments_chart(period: Period) -> Chart:
    days = payments_by_day(period=period)
    return line_chart(
        title=_("Payments by day"),
        labels=[day["date"] for day in days],
        series=[
            Series(_("attempts"), [day["attempts"] for day in days], "before"),
            Series(_("succeeded"), [day["succeeded"] for day in days]),
        ],
        chart_id="payments",
    )


def _methods(found: dict[str, Any]) -> Table:
    return table(
        title=_("Payments by method"),
        columns=[
            _("method"),
            _("currency"),
            Column(_("attempts"), figure=True),
            Column(_("succeeded"), figure=True),
            Column(_("success rate"), figure=True),
            Column(_("amount"), figure=True),
        ],
        rows=[
            (
                row["method"],
                row["currency"],
                count(row["attempts"]),
                count(row["succeeded"]),
                percent(row["success_rate"]),
                money(row["amount"], row["currency"]),
            )
            for row in found["payments"]["by_method"]
        ],
        note=_("A payment that is still pending is no part of the rate."),
    )


def _reasons(title: str, reasons: list[dict[str, Any]]) -> Table:
    def words(reason: str | None) -> str:
        return _("all others") if reason is None else reason or _("no reason told")

    return table(
        title=title,
        columns=[_("reason"), Column(_("times"), figure=True)],
        rows=[(words(each["reason"]), count(each["count"])) for each in reasons[:REASONS_SHOWN]],
    )


def _beside_coupons(found: dict[str, Any]) -> list[tuple[Table, list[Table]]]:
    """A wide table and the narrow ones beside it, as far as there are coupons and balances."""
    narrow = [
        *([_coupon_revenue(found["coupons"])] if found["coupons"] is not None else []),
        *([_balances(found["balances"])] if found["balances"] is not None else []),
    ]
    if found["coupons"] is not None:
        return [(_coupons(found["coupons"]), narrow)]
    return [(narrow[0], [])] if narrow else []


def _coupons(found: dict[str, Any]) -> Table:
    figures = [_("issued"), _("redeemed"), _("used in the period"), _("orders")]
    return table(
        title=_("Coupons"),
        columns=[_("coupon"), *(Column(head, figure=True) for head in figures)],
        rows=[
            (
                one["name"] or f"#{one['coupon_id']}",
                count(one["issued"]),
                percent(one["redemption_rate"]),
                count(one["used"]),
                count(one["orders"]),
            )
            for one in found["by_coupon"]
        ],
    )


def _coupon_revenue(found: dict[str, Any]) -> Table:
    return table(
        title=_("Revenue with coupons"),
        columns=[_("currency"), *(Column(head, figure=True) for head in (_("orders"), _("gross"), _("discount")))],
        rows=[
            (
                one["currency"],
                count(one["orders"]),
                money(one["gross"], one["currency"]),
                money(one["discount"], one["currency"]),
            )
            for one in found["revenue"]
        ],
    )


def _balances(found: dict[str, Any]) -> Table:
    return table(
        title=_("Balances"),
        columns=[_("kind"), Column(_("times"), figure=True), Column(_("amount"), figure=True)],
        rows=[(one["type"], count(one["count"]), count(one["amount"])) for one in found["by_type"]],
    )


def _statuses(found: dict[str, Any]) -> list[Table]:
    whole = {
        _("Orders by status"): found["orders"],
        _("Parcels by status"): found["deliveries"],
        _("Blockchain records by status"): found["blockchain"],
    }
    return [
        table(
            title=title,
            columns=[_("status"), Column(_("times"), figure=True)],
            rows=[(status, count(value)) for status, value in part["by_status"].items()],
        )
        for title, part in whole.items()
        if part is not None
    ]
