"""New against returning buyers."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.admin.people_choices import MAY_SEE, TEMPLATE, choice, currency_choice
from analytics.selectors.people.newcomers import newcomers
from xlcfi.clock import Period, named_period
from xlcfi.console.charts import Series, column_chart, line_chart
from xlcfi.console.export import Sheet
from xlcfi.console.formats import count, money, short_money
from xlcfi.console.pages import Page, page
from xlcfi.console.parts import tile


@page
class NewcomersPage(Page):
    """New against returning buyers."""

    name = "analytics_newcomers"
    path = "analytics/newcomers/"
    title = gettext_lazy("First-time and returning buyers")
    description = gettext_lazy(
        "A buyer is a first-time buyer in the step that holds their first paid order, and returning in later ones."
    )
    permission = MAY_SEE
    section = "people"
    icon = "group_add"
    choices = True
    order = 30
    template_name = TEMPLATE

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        answer, granularity, currency, choices = self._answer(request)
        total, before = answer["total"], answer["compared"]["previous"]["total"]
        labels = [f"{step['from']}"[: 7 if granularity == "month" else 10] for step in answer["series"]]

        def sums(kind: str) -> list[Any]:
            return [step[kind]["net_revenue"] for step in answer["series"]]

        def figure(name: str, label: str, kind: str) -> Any:
            now, then = total[kind]["net_revenue"], before[kind]["net_revenue"]
            return tile(
                name=name,
                label=label,
                value=money(now, currency),
                now=now,
                compared=[(_("against before"), then)],
                shown=lambda amount: money(amount, currency),
            )

        return {
            "choices": choices,
            "tiles": [
                tile(
                    name="new",
                    label=_("First-time buyers"),
                    value=count(total["new_buyers"]),
                    now=total["new_buyers"],
                    compared=[(_("against before"), before["new_buyers"])],
                ),
                figure("first", _("Net revenue of first orders"), "first_orders"),
                figure("repeat", _("Net revenue of repeated orders"), "repeat_orders"),
            ],
            "charts": [
                column_chart(
                    title=_("Buyers"),
                    labels=labels,
                    series=[
                        Series(_("first-time"), [step["new_buyers"] for step in answer["series"]]),
                        Series(_("returning"), [step["returning_buyers"] for step in answer["series"]], "other"),
                    ],
                    note=_("The last step may still be running."),
                ),
                line_chart(
                    title=_("Net revenue"),
                    labels=labels,
                    series=[
                        Series(_("first orders"), sums("first_orders")),
                        Series(_("repeated orders"), sums("repeat_orders"), "other"),
                    ],
                    shown=lambda value: money(value, currency),
                    axis=lambda value: short_money(value, currency),
                ),
            ],
        }

    def _answer(self, request: HttpRequest) -> tuple[dict[str, Any], str, str, list[Any]]:
        steps = [("day", _("Days")), ("week", _("Weeks")), ("month", _("Months"))]
        granularity, first = choice("granularity", _("By"), steps, request, "week")
        currency, second = currency_choice(request)
        period: Period = named_period({"day": "month", "week": "quarter", "month": "year"}[granularity])
        answer = newcomers(period=period, granularity=granularity, currency=currency, compare="previous")
        return answer, granularity, currency, [first, *second]

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet:
        answer, _granularity, currency, _choices = self._answer(request)
        heads = [_("From"), _("To"), _("First-time buyers"), _("Returning buyers"), _("Net revenue of first orders")]
        heads += [_("Net revenue of repeated orders"), _("Currency")]
        rows = [
            [
                f"{step['from']}",
                f"{step['to']}",
                step["new_buyers"],
                step["returning_buyers"],
                step["first_orders"]["net_revenue"],
                step["repeat_orders"]["net_revenue"],
                currency,
            ]
            for step in answer["series"]
        ]
        return Sheet("new-and-returning-buyers", heads, rows)
