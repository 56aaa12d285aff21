"""The analysts' pages: behaviours."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.admin.durations import duration
from analytics.admin.people_words import behaviour_word
from analytics.admin.period_choice import period_chosen, period_switch
from analytics.admin.product_parts import product_cell
from analytics.selectors.funnel import STEPS, FunnelFilter, funnel, products_by_views
from analytics.selectors.interest import behaviors_by_day
from xlcfi.clock import Period
from xlcfi.console.charts import Chart, Look, Series, bar_chart, line_chart
from xlcfi.console.export import Sheet
from xlcfi.console.formats import count, percent
from xlcfi.console.pages import Page, page
from xlcfi.console.parts import Column, Table, Tile, table, tile
from xlcfi.platform.selectors import product_cards

STEP_WORDS = {
    "viewed": gettext_lazy("Viewed"),
    "ordered": gettext_lazy("Ordered"),
    "paid": gettext_lazy("Paid"),
    "delivered": gettext_lazy("Delivered"),
}
TYPES_SHOWN = 6
PRODUCTS_SHOWN = 20


@page
class FunnelPage(Page):
    """How many of those who looked at products bought them, and how long they took."""

    name = "analytics_funnel"
    path = "analytics/funnel/"
    title = gettext_lazy("From a view to the door")
    description = gettext_lazy(
        "Journeys of signed-in buyers with one product, by the day of their first view. Each step comes within 7 days "
        "of the one before, so the last three weeks can still grow."
    )
    permission = "analytics.view_funnelday"
    section = "people"
    icon = "filter_alt"
    choices = True
    order = 40
    template_name = "analytics/funnel.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        name, period = period_chosen(request)
        found = funnel(period=period, where=FunnelFilter(), compared={"previous": period.before()})
        return {
            "switch": period_switch(name),
            "tiles": _tiles(found),
            "steps": _steps_chart(found),
            "times": _times(found),
            "charts": [_days_chart(found), _behaviors_chart(period)],
            "products": _products(period, request),
        }

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        _name, period = period_chosen(request)
        days = funnel(period=period, where=FunnelFilter(), compared={})["by_day"]
        heads = [_("day"), *(str(STEP_WORDS[step]) for step in STEPS)]
        return Sheet("funnel", heads, ((day["date"], *(day[step] for step in STEPS)) for day in days))


def _tiles(found: dict[str, Any]) -> list[Tile]:
    before = {step["step"]: step["count"] for step in found["comparison"]["previous"]["steps"]}
    tiles = [
        tile(
            name=step["step"],
            label=str(STEP_WORDS[step["step"]]),
            value=count(step["count"]),
            now=step["count"],
            compared=[(_("before"), before[step["step"]])],
            hint=_("%(rate)s of all journeys") % {"rate": percent(step["rate_of_first"])},
        )
        for step in found["steps"]
    ]
    tiles.append(
        tile(
            name="anonymous",
            label=_("Views of visitors"),
            value=count(found["anonymous_views"]),
            hint=_("not signed in: part of no journey"),
        )
    )
    return tiles


def _steps_chart(found: dict[str, Any]) -> Chart:
    before = found["comparison"]["previous"]["steps"]
    return bar_chart(
        title=_("How far journeys got"),
        rows=[(str(STEP_WORDS[step["step"]]), step["count"]) for step in found["steps"]],
        before=[step["count"] for step in before],
        label_name=_("step"),
        value_name=_("journeys"),
        chart_id="funnel-steps",
    )


def _times(found: dict[str, Any]) -> Table:
    return table(
        title=_("From step to step"),
        columns=[
            _("step"),
            Column(_("of the step before"), figure=True),
            Column(_("median time"), figure=True),
            Column(_("90 % within"), figure=True),
        ],
        rows=[
            (
                str(STEP_WORDS[step["step"]]),
                percent(step["rate_of_previous"]),
                duration(step["median_seconds"]),
                duration(step["p90_seconds"]),
            )
            for step in found["steps"][1:]
        ],
        note=_("Times are at most 5 % off."),
    )


def _days_chart(found: dict[str, Any]) -> Chart:
    days = found["by_day"]
    looks: tuple[Look, ...] = ("now", "before", "year", "other")
    return line_chart(
        title=_("Journeys by the day of their first view"),
        labels=[day["date"] for day in days],
        series=[
            Series(str(STEP_WORDS[step]), [day[step] for day in days], look)
            for step, look in zip(STEPS, looks, strict=True)
        ],
        chart_id="funnel-days",
    )


def _behaviors_chart(period: Period) -> Chart:
    totals: dict[str, int] = {}
    for row in behaviors_by_day(period=period):
        totals[row.event_type] = totals.get(row.event_type, 0) + row.total
    most = sorted(totals.items(), key=lambda each: (-each[1], each[0]))[:TYPES_SHOWN]
    return bar_chart(
        title=_("What people did"),
        rows=[(behaviour_word(kind), times) for kind, times in most],
        label_name=_("behaviour"),
        value_name=_("times"),
        chart_id="behaviours",
    )


def _products(period: Period, request: HttpRequest) -> Table:
    found = products_by_views(period=period, limit=PRODUCTS_SHOWN)
    cards = product_cards([row.product_id for row in found])
    return table(
        title=_("Products by journeys"),
        columns=[
            _("product"),
            *(Column(str(STEP_WORDS[step]), figure=True) for step in STEPS),
            Column(_("conversion rate"), figure=True),
        ],
        rows=[
            (
                product_cell(
                    row.product_id, cards[row.product_id]["name"] if row.product_id in cards else None, request
                ),
                *(count(value) for value in row[1:]),
                percent(row.ordered / row.viewed if row.viewed else None),
            )
            for row in found
        ],
        note=_("Conversion: ordered of viewed."),
    )
