"""Segments, and who is in one."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import rfm
from analytics.admin.people_choices import MAY_SEE, TEMPLATE
from analytics.admin.people_words import segment_word
from analytics.api.paging import cursor_made, cursor_read
from analytics.selectors.people.segments import segment_buyers, segments
from xlcfi.console.charts import bar_chart
from xlcfi.console.export import ROWS_MOST, Sheet
from xlcfi.console.formats import count, money, percent, short_money, whole_money
from xlcfi.console.heat import heat_table
from xlcfi.console.pages import Page, page, page_address
from xlcfi.console.parts import Cell, Column, table, tile
from xlcfi.errors import InvalidInput

LISTED = 50
AT_ONCE = 1_000


@page
class SegmentsPage(Page):
    """Everybody who ever paid, by recency and frequency."""

    name = "analytics_segments"
    path = "analytics/segments/"
    title = gettext_lazy("Segments")
    description = gettext_lazy("Buyers by recency and frequency of paid orders over the last 365 days.")
    permission = MAY_SEE
    section = "people"
    icon = "pie_chart"
    order = 10
    template_name = TEMPLATE

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        answer = segments()
        total, named = answer["total"], answer["segments"]
        grid = {(one["recency"], one["frequency"]): one for one in answer["grid"]}
        cuts = _("R 5 to 1: at most %(r)s days since the last paid order. F 1 to 5: at least %(f)s paid orders.") % {
            "r": " / ".join(str(days) for days in (*rfm.RECENCY_MOST_DAYS, rfm.WINDOW_DAYS - 1)),
            "f": " / ".join(str(least) for least in rfm.FREQUENCY_LEAST_ORDERS),
        }

        def heat(title: str, key: str, shown: Any) -> Any:
            return heat_table(
                title=title,
                corner=_("recency \\ frequency"),
                heads=[f"F {f}" for f in range(1, 6)],
                rows=[(f"R {r}", [grid[r, f][key] for f in range(1, 6)]) for r in range(5, 0, -1)],
                shown=shown,
                note=cuts,
            )

        return {
            "tiles": [
                tile(name="buyers", label=_("Buyers"), value=count(total["buyers"])),
                tile(name="net", label=_("Net revenue, 365 days"), value=money(total["net_revenue"])),
                tile(name="aov", label=_("Average order value"), value=whole_money(total["average_order_value"])),
                tile(name="lifetime", label=_("Net revenue ever"), value=money(total["lifetime_net_revenue"])),
            ],
            "charts": [
                bar_chart(
                    title=_("Buyers by segment"),
                    rows=[
                        (segment_word(one["name"]), one["buyers"], _segment_page(one["name"]))
                        for one in sorted(named, key=lambda one: -one["buyers"])
                    ],
                    value_name=_("Buyers"),
                    label_name=_("Segment"),
                )
            ],
            "heats": [
                heat(_("Buyers by recency and frequency"), "buyers", count),
                heat(_("Net revenue by recency and frequency"), "net_revenue", short_money),
            ],
            "tables": [self._table(named)],
        }

    def _table(self, named: list[dict[str, Any]]) -> Any:
        heads = [
            _("Segment"),
            _("Classes"),
            _("Buyers"),
            _("Share"),
            _("Net revenue, 365 days"),
            _("Average order value"),
        ]
        return table(
            title=_("Segments"),
            columns=[heads[0], heads[1], *(Column(head, figure=True) for head in heads[2:])],
            rows=[
                [
                    Cell(segment_word(one["name"]), link=_segment_page(one["name"])),
                    _classes(one["name"]),
                    count(one["buyers"]),
                    percent(one["share"]),
                    money(one["net_revenue"]),
                    whole_money(one["average_order_value"]),
                ]
                for one in named
            ],
        )

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet:
        heads = [_("Segment"), _("Buyers"), _("Share"), _("Paid orders"), _("Net revenue"), _("Average order value")]
        keys = ("buyers", "share", "orders", "net_revenue", "average_order_value")
        named = segments()["segments"]
        return Sheet("segments", heads, [[segment_word(one["name"]), *(one[key] for key in keys)] for one in named])


@page
class SegmentPage(Page):
    """Who is in a segment."""

    name = "analytics_segment"
    path = "analytics/segments/<slug:segment>/"
    title = gettext_lazy("Buyers of a segment")
    permission = MAY_SEE
    template_name = TEMPLATE

    @classmethod
    def example(cls) -> dict[str, Any]:
        return {"segment": rfm.LOST}

    def heading(self, request: HttpRequest, **parameters: Any) -> str:
        if parameters["segment"] not in rfm.SEGMENTS:
            raise Http404
        return segment_word(parameters["segment"])

    def trail(self, request: HttpRequest, **parameters: Any) -> list[tuple[str, str]]:
        return [(str(SegmentsPage.title), page_address(SegmentsPage.name))]

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        segment = parameters["segment"]
        self.heading(request, **parameters)
        try:
            after: Any = cursor_read(request.GET.get("cursor"), scope=segment, kinds=[Decimal, int])
        except InvalidInput:
            after = None
        found = segment_buyers(segment=segment, limit=LISTED + 1, after=after)
        more = ""
        if len(found) > LISTED:
            last = found[LISTED - 1]
            more = f"?{urlencode({'cursor': cursor_made((last['net_revenue'], last['user_id']), scope=segment)})}"
        return {"tables": [buyers_table(found[:LISTED])], "next_page": more}

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet:
        self.heading(request, **parameters)
        heads = [_("Member"), _("Score"), "R", "F", "M", _("Last paid day"), _("Paid orders"), _("Net revenue")]
        return Sheet(f"segment-{parameters['segment']}", heads, _all_buyers(parameters["segment"]))


def _all_buyers(segment: str) -> Iterator[list[Any]]:
    after: tuple[Decimal, int] | None = None
    keys = ("user_id", "score", "recency", "frequency", "money", "last_paid_day", "orders", "net_revenue")
    for _run in range(ROWS_MOST // AT_ONCE + 1):
        found = segment_buyers(segment=segment, limit=AT_ONCE, after=after)
        yield from ([one[key] for key in keys] for one in found)
        if len(found) < AT_ONCE:
            return
        after = (found[-1]["net_revenue"], found[-1]["user_id"])


def buyers_table(found: list[dict[str, Any]]) -> Any:
    """Buyers as a table, each leading to their own page."""
    heads = [_("Score"), "R · F · M", _("Last paid day"), _("Paid orders"), _("Net revenue, 365 days"), _("Ever")]
    return table(
        title=_("Buyers, the highest net revenue first"),
        columns=[_("Member"), *(Column(head, figure=True) for head in heads)],
        rows=[
            [
                Cell(f"#{one['user_id']}", link=reverse("admin:analytics_person", args=[one["user_id"]])),
                f"{one['score']:g}",
                f"{one['recency']} · {one['frequency']} · {one['money']}",
                f"{one['last_paid_day']}",
                count(one["orders"]),
                money(one["net_revenue"]),
                money(one["lifetime_net_revenue"]),
            ]
            for one in found
        ],
    )


def _segment_page(name: str) -> str:
    return page_address(SegmentPage.name, segment=name)


def _classes(name: str) -> str:
    if name == rfm.LOST:
        return _("no paid order in 365 days")
    return ", ".join(f"R{r} F{f}" for r, f in rfm.classes_of(name))
