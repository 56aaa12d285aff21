"""The analysts' pages: reconciling."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.admin.period_choice import period_chosen, period_switch
from analytics.models import ReconcileRun
from analytics.selectors.agreement import AgreementDay, agreement_days, reconcile_runs
from analytics.selectors.completeness import COMPLETE, PROVISIONAL, UNCHECKED, completeness
from xlcfi.clock import Period
from xlcfi.console.admin_base import ReadOnlyAdmin
from xlcfi.console.charts import Chart, Look, Series, column_chart
from xlcfi.console.export import Sheet
from xlcfi.console.filters import DayFilter
from xlcfi.console.formats import count, money
from xlcfi.console.heat import HeatTable, heat_table
from xlcfi.console.pages import Page, page
from xlcfi.console.parts import Cell, Column, Table, Tile, table, tile

STATUS_WORDS = {
    COMPLETE: gettext_lazy("Complete"),
    PROVISIONAL: gettext_lazy("Provisional"),
    UNCHECKED: gettext_lazy("Not checked lately"),
}
KIND_WORDS = dict(ReconcileRun.KINDS)
RUNS_SHOWN = 12
LOOKS: tuple[Look, ...] = ("now", "other", "year", "before")


@page
class AgreementPage(Page):
    """Whether the ledger and the platform's tables say the same, to the won."""

    name = "analytics_agreement"
    path = "analytics/agreement/"
    title = gettext_lazy("Agreement with the platform")
    description = gettext_lazy(
        "Paid orders, gross and refunds of every day, by our ledger and by plain sums over the platform's tables."
    )
    permission = "analytics.view_reconcilerun"
    section = "quality"
    icon = "balance"
    choices = True
    order = 10
    template_name = "analytics/agreement.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        name, period = period_chosen(request)
        days = agreement_days(period=period)
        return {
            "switch": period_switch(name),
            "tiles": _tiles(days),
            "charts": [_differences(days, period)],
            "heats": [_calendar(days, period)],
            "tables": [_differing(days), _runs()],
        }

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        heads = [_("day"), _("currency")]
        for what in (_("orders"), _("gross"), _("refunds")):
            heads += [f"{what} ({_('ours')})", f"{what} ({_('platform')})"]
        return Sheet(
            "agreement",
            [*heads, _("agrees"), _("compared")],
            (
                [
                    day["date"],
                    day["currency"],
                    day["ours"]["orders"],
                    day["platform"]["orders"],
                    day["ours"]["gross"],
                    day["platform"]["gross"],
                    day["ours"]["refunds"],
                    day["platform"]["refunds"],
                    day["agrees"],
                    day["checked_at"],
                ]
                for day in agreement_days(period=period_chosen(request)[1])
            ),
        )


@admin.register(ReconcileRun)
class ReconcileRunAdmin(ReadOnlyAdmin):
    """What each run looked at and mended."""

    list_display = ("started_at", "kind", "month", "checked", "changed", "finished_at", "error")
    list_filter = ("kind", ("started_at", DayFilter))
    ordering = ("-started_at",)


def _tiles(days: list[AgreementDay]) -> list[Tile]:
    state = completeness()
    differing = {day["date"] for day in days if not day["agrees"]}
    at = state["reconciled_at"]
    return [
        tile(
            name="status",
            label=_("Figures are"),
            value=str(STATUS_WORDS[state["status"]]),
            hint=_("last look: %(at)s") % {"at": at[:16].replace("T", " ") if at else _("never")},
            kind="good" if state["status"] == COMPLETE else "bad" if state["status"] == PROVISIONAL else "plain",
        ),
        tile(
            name="differing",
            label=_("Days that differ"),
            value=count(len(differing)),
            hint=_("of %(days)s compared") % {"days": count(len({day["date"] for day in days}))},
            kind="bad" if differing else "good",
        ),
        tile(
            name="provisional",
            label=_("Provisional orders"),
            value=count(state["provisional_orders"]),
            hint=_("told by an event, their rows not seen yet"),
        ),
        tile(
            name="letters",
            label=_("Dead letters"),
            value=count(state["dead_letters"]),
            hint=_("events that wait for somebody"),
            kind="bad" if state["dead_letters"] else "plain",
        ),
    ]


def _difference(day: AgreementDay) -> Decimal:
    """How much net revenue we count beyond the platform's tables."""
    return day["difference"]["gross"] - day["difference"]["refunds"]


def _differences(days: list[AgreementDay], period: Period) -> Chart:
    labels = [(period.first + timedelta(days=number)).isoformat() for number in range(period.days)]
    currencies = sorted({day["currency"] for day in days}, key=lambda name: (name != "KRW", name)) or ["KRW"]
    by_day = {(day["currency"], day["date"]): _difference(day) for day in days}
    return column_chart(
        title=_("Net revenue beyond the platform's, by day"),
        labels=labels,
        series=[
            Series(name, [by_day.get((name, label)) for label in labels], LOOKS[place])
            for place, name in enumerate(currencies[: len(LOOKS)])
        ],
        description=_("Nothing to see here is what is wanted: every day at 0."),
        shown=lambda value: money(value, currencies[0]) if len(currencies) == 1 else count(value),
        label_name=_("day"),
    )


def _calendar(days: list[AgreementDay], period: Period) -> HeatTable:
    """Weeks by days: how many parts of a currency's day differ; an empty cell was not compared."""
    found: dict[str, int] = {}
    for day in days:
        wrong = sum(1 for part in day["difference"].values() if part)
        found[day["date"]] = found.get(day["date"], 0) + wrong
    monday = period.first - timedelta(days=period.first.weekday())
    rows = []
    while monday <= period.last:
        week = [monday + timedelta(days=number) for number in range(7)]
        rows.append((monday.isoformat(), [found.get(each.isoformat()) for each in week]))
        monday += timedelta(days=7)
    return heat_table(
        title=_("Calendar"),
        corner=_("week of"),
        heads=[_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
        rows=rows,
        description=_("How many figures of a day differ. 0: all agree. Empty: not compared, or nothing sold."),
        shown=count,
        most=3,
    )


def _differing(days: list[AgreementDay]) -> Table:
    return table(
        title=_("Days that differ"),
        columns=[
            _("day"),
            _("currency"),
            Column(_("orders"), True),
            Column(_("gross"), True),
            Column(_("refunds"), True),
            _("compared"),
        ],
        rows=[
            [
                day["date"],
                day["currency"],
                *[_apart(day, part) for part in ("orders", "gross", "refunds")],
                day["checked_at"][:16].replace("T", " "),
            ]
            for day in days
            if not day["agrees"]
        ][:100],
        empty=_("Every day that was compared agrees, to the won."),
        note=_("Ours less the platform's. `manage.py reconcile --apply --month YYYY-MM` mends a month."),
    )


def _apart(day: AgreementDay, part: str) -> Cell:
    figures: tuple[Any, Any, Any] = (day["difference"][part], day["ours"][part], day["platform"][part])  # type: ignore[literal-required]
    if not figures[0]:
        return Cell("0", mood="quiet")
    words = [count(each) if part == "orders" else money(each, day["currency"]) for each in figures]
    return Cell(words[0], mood="bad", title=f"{words[1]} / {words[2]}")


def _runs() -> Table:
    return table(
        title=_("Last looks"),
        columns=[
            _("started"),
            _("figure"),
            Column(_("checked"), True),
            Column(_("mended"), True),
            _("finished"),
            _("error"),
        ],
        rows=[
            [
                run["started_at"][:16].replace("T", " "),
                f"{KIND_WORDS[run['kind']]}{' ' + run['month'] if run['month'] else ''}",
                run["checked"],
                run["changed"],
                run["finished_at"][:16].replace("T", " ") if run["finished_at"] else None,
                Cell(run["error"], mood="bad") if run["error"] else "",
            ]
            for run in reconcile_runs(limit=RUNS_SHOWN)
        ],
        empty=_("Nobody has looked yet. The consumers do so by themselves; `manage.py reconcile --apply` does too."),
        note=_("New and changed rows every few minutes, and one whole month in turn with the command."),
    )
