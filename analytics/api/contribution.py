"""Figures over HTTP: what made sales change."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.asking import AskCurrency, AskDays, AskPage, period_asked, periods_compared
from analytics.api.paging import page_of_run
from analytics.api.sales_answers import ContributionAnswer
from analytics.api.sales_asking import LEVELS, AskWhich, filter_allowed, not_kept_told, place_after
from analytics.selectors.completeness import completeness
from analytics.selectors.sales.answer import period_told
from analytics.selectors.sales.contribution import contribution
from xlcfi import clock
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView


class ContributionView(DataView):
    """What made net revenue change."""

    access = Access.SELLER
    Answer = ContributionAnswer

    class Query(AskDays, AskCurrency, AskPage, AskWhich):
        """Days, what to compare them with, by which members."""

        by = serializers.ChoiceField(choices=["seller", "category", "product", "country"], default="category")
        level = serializers.ChoiceField(choices=LEVELS, default="leaf", help_text="of categories")
        compare = serializers.ChoiceField(choices=["previous", "year"], default="previous")

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Which members made the change of net revenue, each split into volume and price, exactly.

        순매출 증감에 기여한 판매자·카테고리·상품·국가와 가격 효과, 수량 효과.
        """
        query = self.parse(self.Query)
        period = period_asked(query)
        (compared,) = periods_compared(period, compare=query["compare"]).values()
        by = "top_category" if query["by"] == "category" and query["level"] == "top" else query["by"]
        scope = f"contribution:{by}"
        with not_kept_told():
            found = contribution(
                period=period,
                compared=compared,
                by=by,
                currency=query["currency"],
                where=filter_allowed(self.caller, query),
                limit=query["limit"],
                after=place_after(query.get("cursor"), by=by, scope=scope),
            )
        page = page_of_run(found.items, limit=query["limit"], key=lambda item: item[0], scope=scope)
        return Response(
            {
                "period": period_told(period),
                "compared": period_told(compared),
                "currency": query["currency"],
                "by": query["by"],
                "total": found.whole,
                "members": {
                    "items": [told for _, told in page["items"]],
                    "next": page["next"],
                    "count": found.members,
                },
                "as_of": clock.now().isoformat(),
                "completeness": completeness(),
            }
        )


urlpatterns = [path("contribution", ContributionView.as_view())]
