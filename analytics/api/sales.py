"""Figures over HTTP: sales over time and by group."""

from collections.abc import Mapping
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import contribution
from analytics.api.asking import (
    AskComparison,
    AskCurrency,
    AskPage,
    AskStep,
    days_asked,
    period_asked,
    periods_compared,
)
from analytics.api.paging import Key, page_of_run
from analytics.api.sales_answers import SalesAnswer
from analytics.api.sales_asking import LEVELS, AskWhich, filter_allowed, not_kept_told, place_after
from analytics.selectors.completeness import completeness
from analytics.selectors.sales.answer import GroupFound, SalesFound, SalesQuestion, orders_counted, sales_found
from analytics.selectors.sales.rates import WON, converted
from analytics.selectors.sales.statement import SORTS, GroupsAsked
from xlcfi import clock
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView

GROUPS = ["none", "category", "seller", "product", "country", "currency"]
MOST_STEPS = 20_000
"""How many steps the series of a page of groups may have together."""


class SalesView(DataView):
    """Sales over time, by group, compared."""

    access = Access.SELLER
    Answer = SalesAnswer

    class Query(AskStep, AskComparison, AskCurrency, AskPage, AskWhich):
        """Days, steps, groups, filters, comparison."""

        group_by = serializers.ChoiceField(choices=GROUPS, default="none")
        level = serializers.ChoiceField(choices=LEVELS, default="leaf", help_text="of categories")
        sort = serializers.ChoiceField(
            choices=[sign + name for name in SORTS for sign in ("-", "")],
            default="-net_revenue",
            help_text="of groups; change: of net revenue, against what it is compared with first; ties by id",
        )
        series = serializers.BooleanField(default=False, help_text="each group of the page with its own steps")
        convert = serializers.ChoiceField(choices=[WON], required=False, help_text="all currencies as one, labelled")

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            asked: dict[str, Any] = super().validate(attrs)
            grouped = asked["group_by"] not in ("none", "currency")
            if asked.get("cursor") and not grouped:
                raise serializers.ValidationError({"cursor": ["There are no pages without groups."]})
            if asked["series"] and (not grouped or asked["granularity"] == "hour"):
                raise serializers.ValidationError({"series": ["Needs groups, and steps of a day or more."]})
            if asked["series"] and days_asked(asked) * asked["limit"] > MOST_STEPS and asked["granularity"] == "day":
                raise serializers.ValidationError({"series": [f"Days times limit: at most {MOST_STEPS}."]})
            if asked["sort"].endswith("change") and asked["compare"] == "none":
                raise serializers.ValidationError({"sort": ["There is no change without a comparison."]})
            return asked

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Gross, discounts, cancellations, returns, net revenue, orders, units, average order value: by step, by group.

        기간·단위·분류별 총매출, 할인, 취소, 반품, 순매출, 주문, 수량, 평균 주문 금액과 비교 기간 대비 증감.
        """
        query = self.parse(self.Query)
        period, by = period_asked(query), _groups_named(query)
        weekly = query["granularity"] == "week"
        question = SalesQuestion(
            period=period,
            granularity=query["granularity"],
            currency=query["currency"],
            compared=periods_compared(period, compare=query["compare"], weekly=weekly),
            where=filter_allowed(self.caller, query),
            groups=_groups_asked(query, by) if by else None,
            by_currency=query["group_by"] == "currency",
        )
        with not_kept_told():
            found = sales_found(question)
        groups = _groups_told(query, by, question, found) if query["group_by"] != "none" else None
        convert = query.get("convert")
        return Response(
            {
                **found.figures,
                "group_by": query["group_by"],
                "groups": groups,
                "converted": converted(amounts=found.net_by_currency, day=period.last) if convert else None,
                "as_of": clock.now().isoformat(),
                "completeness": completeness(),
            }
        )


def _groups_named(query: Mapping[str, Any]) -> str | None:
    """The key of GROUPINGS that is asked for; None without groups, and for currencies, which are apart anyway."""
    by: str = query["group_by"]
    if by in ("none", "currency"):
        return None
    return "top_category" if by == "category" and query["level"] == "top" else by


def _groups_asked(query: Mapping[str, Any], by: str) -> GroupsAsked:
    return GroupsAsked(
        by=by,
        sort=query["sort"].lstrip("-"),
        descending=query["sort"].startswith("-"),
        limit=query["limit"],
        after=place_after(query.get("cursor"), by=by, scope=f"{by}:{query['sort']}"),
        stepped=query["series"],
    )


def _groups_told(
    query: Mapping[str, Any], by: str | None, question: SalesQuestion, found: SalesFound
) -> dict[str, Any]:
    limit = query["limit"] if by else len(found.groups)

    def place(group: GroupFound) -> Key:
        return group.place

    page = page_of_run(found.groups, limit=limit, key=place, scope=f"{by}:{query['sort']}")
    return {
        "items": [group.told for group in page["items"]],
        "next": page["next"],
        "count": found.members,
        "orders_counted": orders_counted(question.where, by=by),
    }


urlpatterns = [
    path("sales", SalesView.as_view()),
    *contribution.urlpatterns,
]
