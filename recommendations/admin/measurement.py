"""The analysts' page about what recommendations did."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.admin.measurement_parts import INTERVAL, experiment_parts, interval_bars, rate
from recommendations.models.exposures import Surface
from recommendations.selectors.experiment_results import experiment_results
from recommendations.selectors.measurement import Measured, Measurement, measurement
from xlcfi.clock import named_period
from xlcfi.console.charts import Chart, Series, line_chart
from xlcfi.console.export import Sheet
from xlcfi.console.formats import count, money, percent, whole_money
from xlcfi.console.pages import Page, page
from xlcfi.console.parts import Column, Table, Tile, table, tile

PERIODS = {
    "week": gettext_lazy("7 days"),
    "month": gettext_lazy("30 days"),
    "quarter": gettext_lazy("90 days"),
    "year": gettext_lazy("365 days"),
}
EXPERIMENTS_SHOWN = 6


@page
class MeasurementPage(Page):
    """Who clicked and who bought, of all who were recommended something, and what experiments say."""

    name = "recommendations_measurement"
    path = "recommendations/measurement/"
    title = gettext_lazy("What recommendations do")
    description = gettext_lazy(
        "Of all people who were given an answer, whether they looked at it or not. A purchase follows from the last "
        "answer that showed the product, within 7 days; it is counted on the day of that answer, so the last 8 days "
        "still grow."
    )
    permission = "recommendations.view_measuredday"
    section = "products"
    icon = "recommend"
    choices = True
    order = 60
    template_name = "recommendations/measurement.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        period, surface, found = _asked(request)
        cells = sorted(found.rows, key=lambda row: -row.figures["people"])
        return {
            "periods": [{"name": one, "words": words, "on": one == period} for one, words in PERIODS.items()],
            "surfaces": [
                {"name": name, "words": words, "on": name == surface}
                for name, words in [("", _("all")), *Surface.choices]
            ],
            "tiles": _tiles(found.rows),
            "bars": [
                interval_bars(_("Who clicked"), [(cell_name(row), row.click_rate) for row in cells]),
                interval_bars(_("Who bought what was shown"), [(cell_name(row), row.conversion_rate) for row in cells]),
            ],
            "charts": _charts(found, cells[0]) if cells else [],
            "cells": _cells(cells, found),
            "experiments": [
                experiment_parts(result) for result in experiment_results(surface=surface, limit=EXPERIMENTS_SHOWN)
            ],
            "add_address": reverse("admin:recommendations_experiment_add")
            if request.user.has_perm("recommendations.add_experiment")
            else "",
        }

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        _period, _surface, found = _asked(request)
        names = ["day", "surface", "algorithm", "model_version", "experiment_id", "variant", "people", "members"]
        names += ["people_clicked", "people_converted", "exposures", "shown", "impressions", "clicks", "carts"]
        names += ["conversions", "refunded", "revenue", "refunded_revenue"]
        return Sheet("recommendations", names, ([row.figures[name] for name in names] for row in found.days))


def _asked(request: HttpRequest) -> tuple[str, str, Measurement]:
    chosen, surface = request.GET.get("period", ""), request.GET.get("surface", "")
    name = chosen if chosen in PERIODS else "month"
    surface = surface if surface in Surface.values else ""
    period = named_period(name)
    return name, surface, measurement(first=period.first, last=period.last, surface=surface)


def cell_name(row: Measured) -> str:
    """personal · blend 7 · new: what a row is about, in a few words."""
    figures = row.figures
    algorithm = " ".join(filter(None, [figures["algorithm"], figures["model_version"]]))
    return " · ".join(filter(None, [str(Surface(figures["surface"]).label), algorithm, figures["variant"]]))


def _tiles(rows: Sequence[Measured]) -> list[Tile]:
    def total(name: str) -> Any:
        return sum(row.figures[name] for row in rows)

    shown, clicks = total("shown"), total("clicks")
    return [
        tile(
            name="exposures",
            label=_("Answers"),
            value=count(total("exposures")),
            hint=_("%(shown)s products shown") % {"shown": count(shown)},
        ),
        tile(
            name="clicks",
            label=_("Clicks"),
            value=count(clicks),
            hint=_("%(rate)s of the products shown") % {"rate": percent(clicks / shown if shown else None, 2)},
        ),
        tile(
            name="conversions",
            label=_("Conversions"),
            value=count(total("conversions")),
            hint=_("%(number)s refunded since") % {"number": count(total("refunded"))},
        ),
        tile(
            name="revenue",
            label=_("Revenue that follows"),
            value=money(total("revenue")),
            hint=_("%(amount)s refunded since") % {"amount": money(total("refunded_revenue"))},
        ),
    ]


def _charts(found: Measurement, largest: Measured) -> list[Chart]:
    """The busiest row over time, with its intervals."""
    names = ("surface", "algorithm", "model_version", "experiment_id", "variant")
    key = [largest.figures[name] for name in names]
    days = [row for row in found.days if [row.figures[name] for name in names] == key]
    return [
        _chart(_("Who clicked, by day"), "clicked", days, [row.click_rate for row in days], cell_name(largest)),
        _chart(_("Who bought, by day"), "bought", days, [row.conversion_rate for row in days], cell_name(largest)),
    ]


def _chart(title: str, name: str, days: Sequence[Measured], rates: Sequence[Any], of: str) -> Chart:
    return line_chart(
        title=title,
        labels=[row.figures["day"] for row in days],
        series=[
            Series(of, [each and each.value for each in rates]),
            Series(_("lower end"), [each and each.low for each in rates], "other"),
            Series(_("upper end"), [each and each.high for each in rates], "other"),
        ],
        description=str(INTERVAL),
        shown=lambda value: percent(value, 2),
        axis=lambda value: percent(value, 2),
        chart_id=f"measured-{name}",
    )


def _cells(rows: Sequence[Measured], found: Measurement) -> Table:
    figures = [_("people"), _("clicked"), _("bought"), _("won per signed-in person"), _("clicks per product shown")]
    figures += [_("conversions"), _("refunded"), _("revenue")]
    note = _("Purchases can still follow from answers after %(day)s.") % {"day": found.complete_until}
    if found.people_from:
        note += " " + _("Before %(day)s nobody is counted: who they were is not kept.") % {"day": found.people_from}
    return table(
        title=_("By surface, algorithm and variant"),
        columns=[_("list and algorithm"), *(Column(head, figure=True) for head in figures)],
        rows=[
            (
                cell_name(row),
                count(row.figures["people"]),
                rate(row.click_rate),
                rate(row.conversion_rate),
                rate(row.revenue_per_person, shown=whole_money),
                rate(row.click_share),
                count(row.figures["conversions"]),
                count(row.figures["refunded"]),
                money(row.figures["revenue"]),
            )
            for row in rows
        ],
        note=note,
        empty=_("Nothing was recommended in these days."),
    )
