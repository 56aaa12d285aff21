"""The admin's home: today up to the minute, the period with what it is compared with, what is best, what is odd."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from analytics.admin.home_parts import (
    CURRENCY,
    alerts_table,
    anomalies_table,
    day_tiles,
    figures_notice,
    other_money,
    sellers_chart,
    top_charts,
    trend_chart,
)
from analytics.admin.period_choice import period_chosen, period_switch
from analytics.selectors.sales.answer import SalesQuestion, sales_found
from analytics.selectors.sales.buckets import year_before
from analytics.selectors.sales.statement import GroupsAsked
from xlcfi import clock
from xlcfi.clock import PERIOD_DAYS, Period
from xlcfi.console.pages import Page, page, page_named
from xlcfi.events.admin_status import waiting_tiles

SEES_FIGURES = "analytics.view_ledgerentry"
REFRESH_SECONDS = 5


@page
class HomePage(Page):
    """The index. Whoever may not see figures sees how the consumers stand, and the sidebar."""

    name = "home"
    path = ""
    title = gettext_lazy("Home")
    section = "home"
    choices = True
    template_name = "analytics/home.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        status = page_named("events_status")
        shown: dict[str, Any] = {
            "trail": [],
            "refresh_seconds": REFRESH_SECONDS,
        }
        if status is not None and status.allowed(request):
            shown |= {
                "status_address": reverse("admin:events_status"),
                "tiles_extra": "analytics/home_consumers.html",
            }
        if not request.user.has_perm(SEES_FIGURES):
            return {**shown, "tiles": waiting_tiles()} if "status_address" in shown else shown
        name, period = period_chosen(request)
        return {**shown, **_figures(period, request), "figures": True, "switch": period_switch(name)}


@page
class HomeNow(Page):
    """Today's tiles as JSON: what the home page asks for every few seconds."""

    name = "home_now"
    path = "home/now/"
    title = gettext_lazy("Today")
    permission = SEES_FIGURES

    @classmethod
    def example(cls) -> None:
        """It is no page to look at."""

    def get(self, request: HttpRequest, **parameters: Any) -> HttpResponseBase:
        tiles = [
            {"name": one.name, "value": one.value, "changes": [_told(change) for change in one.changes]}
            for one in day_tiles()
        ]
        notice = figures_notice()
        answer = JsonResponse(
            {"tiles": tiles, "as_of": f"{clock.now():%H:%M:%S}", "notice": notice["text"], "mood": notice["mood"]}
        )
        answer["Cache-Control"] = "no-store"
        return answer


def _told(change: dict[str, str]) -> dict[str, str]:
    arrow = f"{change['arrow']} " if change["arrow"] else ""
    return {"text": f"{arrow}{change['text']}", "mood": change["mood"], "before": change["before"]}


def _figures(period: Period, request: HttpRequest) -> dict[str, Any]:
    granularity = "day" if period.days <= PERIOD_DAYS["quarter"] else "week"
    compared = {"previous": period.before(), "year": year_before(period, weekly=True)}
    found = sales_found(
        SalesQuestion(
            period=period,
            granularity=granularity,
            currency=CURRENCY,
            compared=compared,
            groups=GroupsAsked(by="seller", limit=8),
        )
    )
    products, categories = top_charts(period=period, currency=CURRENCY, request=request)
    return {
        "tiles": day_tiles(),
        "as_of": f"{clock.now():%H:%M:%S}",
        "notice": figures_notice(),
        "trend": trend_chart(found.figures, period=period, daily=granularity == "day"),
        "products": products,
        "categories": categories,
        "sellers": sellers_chart([group.told for group in found.groups[:8]], request=request),
        "anomalies": anomalies_table(),
        "alerts": alerts_table(),
        "other_money": other_money(found.figures, day=period.last),
    }


__all__ = ["HomeNow", "HomePage"]
