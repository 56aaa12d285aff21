"""One member's page: what they bought, where they stand, what they did."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.admin.people_words import BEHAVIOURS, behaviour_word, segment_word
from analytics.api.paging import cursor_made, cursor_read
from analytics.models import BuyerStanding
from analytics.selectors.people.months import month_at, month_index, month_name
from analytics.selectors.people.orders import latest_orders
from analytics.selectors.people.profile import NEW, user_profile
from analytics.selectors.people.timeline import timeline
from xlcfi import clock
from xlcfi.console.admin_base import row_address
from xlcfi.console.charts import Series, column_chart
from xlcfi.console.columns import row_link
from xlcfi.console.formats import count, money, percent, short_money, whole_money
from xlcfi.console.pages import Page, page, page_address
from xlcfi.console.parts import Cell, Column, table, tile
from xlcfi.errors import InvalidInput
from xlcfi.platform.models import Order, Product, User
from xlcfi.platform.selectors import BIGINT_MAX

LISTED = 30
MONTHS = 24
LARGEST = 1e15
"""What browsers tell beyond it is no amount."""
NOT_TOLD = frozenset({"session_id", "payment_id", "event_id"})
"""What an event holds that says nothing to people."""


@page
class PersonPage(Page):
    """A member's figures. Names are on the member's own page, for whoever may see them."""

    name = "analytics_person"
    path = "analytics/people/<bigid:user_id>/"
    title = gettext_lazy("Member")
    permission = "analytics.view_buyerstanding"
    choices = True
    template_name = "analytics/people.html"

    @classmethod
    def example(cls) -> dict[str, Any] | None:
        first = BuyerStanding.objects.order_by("user_id").values_list("user_id", flat=True).first()
        return None if first is None else {"user_id": first}

    def heading(self, request: HttpRequest, **parameters: Any) -> str:
        return _("Member #%(number)s") % {"number": parameters["user_id"]}

    def trail(self, request: HttpRequest, **parameters: Any) -> list[tuple[str, str]]:
        return [(_("Segments"), page_address("analytics_segments"))]

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        user_id = parameters["user_id"]
        profile = user_profile(user_id=user_id)
        member = row_address(User, user_id) if request.user.has_perm("platform.view_user") else ""
        acts, more = self._timeline(request, user_id)
        return {
            "tiles": _tiles(profile),
            "charts": [_months_chart(profile)],
            "tables": [
                _orders_table(user_id, request),
                *([_others_table(profile)] if profile["lifetime"]["other_currencies"] else []),
                _categories_table(profile),
                acts,
            ],
            "member_page": member,
            "next_page": more,
        }

    def _timeline(self, request: HttpRequest, user_id: int) -> tuple[Any, str]:
        asked = request.GET.get("type", "")
        types = [asked] if asked in BEHAVIOURS else []
        scope = f"person:{user_id}:{','.join(types)}"
        try:
            after: Any = cursor_read(request.GET.get("cursor"), scope=scope, kinds=[datetime, int])
        except InvalidInput:
            after = None
        found = timeline(user_id=user_id, limit=LISTED + 1, types=types, after=after)
        more = ""
        if len(found) > LISTED:
            cursor = cursor_made((found[LISTED - 1]["at"], found[LISTED - 1]["id"]), scope=scope)
            more = f"?{urlencode({**({'type': asked} if types else {}), 'cursor': cursor})}"
        acts = table(
            title=_("What this member did"),
            columns=[_("When"), _("What"), _("Details")],
            rows=[
                [f"{one['at']:%Y-%m-%d %H:%M}", behaviour_word(one["type"]), _details(one, request)]
                for one in found[:LISTED]
            ],
        )
        return acts, more


def _tiles(profile: dict[str, Any]) -> list[Any]:
    where, ever, score = profile["rfm"], profile["lifetime"], profile["score"]
    expected = ever["expected"]
    days = where["days_since_paid"]
    classes = f"R {where['recency']} · F {where['frequency']} · M {where['money']}"
    kind = "" if profile["buyer"] is None else _("one paid order") if profile["buyer"] == NEW else _("returning")
    covered = (
        ""
        if expected is None
        else _("average of cohorts, %(known)s of %(asked)s months known")
        % {
            "known": expected["months_covered"],
            "asked": expected["horizon_months"],
        }
    )
    return [
        tile(name="segment", label=_("Segment"), value=segment_word(where["segment"]), hint=classes),
        tile(name="score", label=_("Score"), value=f"{score['value']:g}", hint=_("0 to 100")),
        tile(name="orders", label=_("Paid orders ever"), value=count(ever["orders"]), hint=kind),
        tile(name="net", label=_("Net revenue ever"), value=money(ever["net_revenue"])),
        tile(name="window", label=_("Net revenue, 365 days"), value=money(where["net_revenue"])),
        tile(name="recency", label=_("Days since the last paid order"), value=count(days), hint=_day(profile)),
        tile(name="cohort", label=_("Cohort"), value=profile["cohort"] or "–"),
        tile(
            name="expected",
            label=_("Expected in 12 months"),
            value=whole_money(expected["net_revenue"] if expected else None),
            hint=covered,
        ),
        tile(name="churn", label=_("Churn risk"), value=percent(profile["churn_risk"])),
        tile(name="delivered", label=_("Delivered orders"), value=count(profile["delivered"]["total_purchases"])),
    ]


def _day(profile: dict[str, Any]) -> str:
    return "" if profile["last_paid_day"] is None else str(profile["last_paid_day"])


def _months_chart(profile: dict[str, Any]) -> Any:
    bought = {row["month"]: row["net_revenue"] for row in profile["monthly"] if row["currency"] == "KRW"}
    last = month_index(clock.today())
    names = [month_name(month_at(number)) for number in range(last - MONTHS + 1, last + 1)]
    return column_chart(
        title=_("Net revenue by month"),
        labels=names,
        series=[Series(_("net revenue"), [bought.get(name, 0) for name in names])],
        shown=money,
        axis=short_money,
        note=_("KRW; the last %(number)s months.") % {"number": MONTHS},
    )


def _orders_table(user_id: int, request: HttpRequest) -> Any:
    may = request.user.has_perm("platform.view_order")
    return table(
        title=_("Latest orders"),
        columns=[_("Order"), _("Day"), _("Status"), _("Paid"), Column(_("Total"), figure=True)],
        rows=[
            [
                Cell(f"#{one['order_id']}", link=row_address(Order, one["order_id"]) if may else ""),
                str(one["day"]),
                one["status"] or "–",
                _("yes") if one["paid"] else _("no"),
                money(one["total"], one["currency"]),
            ]
            for one in latest_orders(user_id=user_id)
        ],
    )


def _others_table(profile: dict[str, Any]) -> Any:
    return table(
        title=_("Other currencies"),
        columns=[_("Currency"), Column(_("Paid orders"), figure=True), Column(_("Net revenue"), figure=True)],
        rows=[
            [one["currency"], count(one["orders"]), money(one["net_revenue"], one["currency"])]
            for one in profile["lifetime"]["other_currencies"]
        ],
    )


def _categories_table(profile: dict[str, Any]) -> Any:
    return table(
        title=_("Preferred categories"),
        columns=[_("Category"), Column(_("Purchases"), figure=True), Column(_("Share"), figure=True)],
        rows=[
            [one["name"] or f"#{one['category_id']}", count(one["purchase_count"]), percent(one["share"])]
            for one in profile["preferred_categories"]
        ],
        note=_("Paid orders times the products of the category they hold."),
    )


def _details(one: dict[str, Any], request: HttpRequest) -> Cell:
    """What an event told of it, the order or the product first, leading there."""
    told = {key: value for key, value in one["details"].items() if isinstance(value, str | int | float)}
    words, link = [], ""
    rows = (("order_id", _("order #%(number)s"), Order), ("product_id", _("product #%(number)s"), Product))
    for key, text, model in rows:
        number = told.pop(key, None)
        if number is not None:
            words.append(text % {"number": number})
            # Browsers tell what they like.
            if not link and isinstance(number, int) and 0 < number <= BIGINT_MAX:
                link = row_link(model, number, request)
    amount, currency = told.pop("amount", None), told.pop("currency", None)
    if isinstance(amount, int | float) and abs(amount) < LARGEST:
        words.append(money(amount, str(currency or "KRW")))
    words += [f"{key}: {value}" for key, value in told.items() if key not in NOT_TOLD]
    return Cell(" · ".join(words), link=link)
