"""Cohorts as triangles: who paid again, and what they brought so far."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.admin.people_choices import MAY_SEE, TEMPLATE, choice, currency_choice
from analytics.selectors.people.cohorts import RETENTION, REVENUE, cohorts
from analytics.selectors.people.months import month_at, month_index
from xlcfi import clock
from xlcfi.console.charts import Series, line_chart
from xlcfi.console.export import Sheet
from xlcfi.console.formats import count, percent, short_money, whole_money
from xlcfi.console.heat import heat_table
from xlcfi.console.pages import Page, page


@page
class CohortsPage(Page):
    """Cohorts by the month of the first paid order."""

    name = "analytics_cohorts"
    path = "analytics/cohorts/"
    title = gettext_lazy("Cohorts")
    description = gettext_lazy("Buyers by the month of their first paid order, and what they did in the months since.")
    permission = MAY_SEE
    section = "people"
    icon = "grid_on"
    choices = True
    order = 20
    template_name = TEMPLATE

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        months, currency, choices = self._asked(request)
        retention, revenue = self._read(months, currency)
        ages = range(months)

        def heat(title: str, answer: dict[str, Any], key: str, shown: Any, most: Any = None, note: str = "") -> Any:
            rows = [
                (
                    f"{one['cohort']} ({count(one['buyers'])})",
                    [one["months"][age][key] if age < len(one["months"]) else None for age in ages],
                )
                for one in answer["cohorts"]
            ]
            heads = [str(age) for age in ages]
            corner = _("cohort (buyers) \\ months since")
            return heat_table(title=title, heads=heads, rows=rows, corner=corner, shown=shown, most=most, note=note)

        running = _("The last month of each row is still running.")
        later = [
            month["retention"]
            for one in retention["cohorts"]
            for month in one["months"]
            if month["age"] and month["buyers"]
        ]
        average = retention["average"]
        return {
            "choices": choices,
            "first_heats": [
                heat(
                    _("Who paid again"),
                    retention,
                    "retention",
                    lambda value: percent(value, 0),
                    max(later, default=1),
                    running,
                ),
                heat(
                    _("Net revenue per buyer so far"),
                    revenue,
                    "cumulative_net_per_buyer",
                    lambda value: short_money(value, currency),
                    None,
                    running,
                ),
            ],
            "charts": [
                line_chart(
                    title=_("Average over the cohorts that are old enough: who paid again"),
                    labels=[str(one["age"]) for one in average[1:]],
                    series=[Series(_("retention"), [one["retention"] for one in average[1:]])],
                    shown=percent,
                    axis=lambda value: percent(value, 0),
                    label_name=_("months since"),
                ),
                line_chart(
                    title=_("Average net revenue per buyer so far"),
                    labels=[str(one["age"]) for one in revenue["average"]],
                    series=[Series(_("net revenue"), [one["cumulative_net_per_buyer"] for one in revenue["average"]])],
                    shown=lambda value: whole_money(value, currency),
                    axis=lambda value: short_money(value, currency),
                    label_name=_("months since"),
                ),
            ],
        }

    def _asked(self, request: HttpRequest) -> tuple[int, str, list[Any]]:
        spans = [(str(number), _("%(number)s months") % {"number": number}) for number in (12, 24, 36)]
        months, first = choice("months", _("Cohorts of the last"), spans, request, "12")
        currency, second = currency_choice(request)
        return int(months), currency, [first, *second]

    def _read(self, months: int, currency: str) -> list[dict[str, Any]]:
        today = clock.today()
        first = month_at(month_index(today) - months + 1)
        return [
            cohorts(first=first, last=today, measure=measure, currency=currency) for measure in (RETENTION, REVENUE)
        ]

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet:
        months, currency, _choices = self._asked(request)
        retention, revenue = self._read(months, currency)
        heads = [
            _("Cohort"),
            _("Buyers"),
            _("Month"),
            _("months since"),
            _("Buyers who paid"),
            _("Net revenue"),
            _("Currency"),
        ]
        rows = [
            [one["cohort"], one["buyers"], a["month"], a["age"], a["buyers"], b["net_revenue"], currency]
            for one, other in zip(retention["cohorts"], revenue["cohorts"], strict=True)
            for a, b in zip(one["months"], other["months"], strict=True)
        ]
        return Sheet("cohorts", heads, rows)
