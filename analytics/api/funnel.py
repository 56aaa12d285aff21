"""Figures over HTTP: funnel."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.asking import AskComparison, AskDays, Id, period_asked, periods_compared
from analytics.api.sales_answers import PeriodAnswer
from analytics.api.serializers import CompletenessAnswer
from analytics.selectors.completeness import completeness
from analytics.selectors.funnel import STEPS, FunnelFilter, funnel
from analytics.selectors.sales.answer import period_told
from xlcfi import clock
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView


class FunnelStep(serializers.Serializer[None]):
    """How many journeys reached a step, and how long they took to it from the one before."""

    step = serializers.ChoiceField(choices=list(STEPS))
    count = serializers.IntegerField(help_text="journeys that reached it")
    rate_of_first = serializers.FloatField(allow_null=True, help_text="of all journeys; null without one")
    rate_of_previous = serializers.FloatField(allow_null=True, help_text="of those that reached the step before")
    median_seconds = serializers.FloatField(allow_null=True, help_text="from the step before; 5 % precise")
    p90_seconds = serializers.FloatField(allow_null=True, help_text="from the step before; 5 % precise")


class FunnelDayAnswer(serializers.Serializer[None]):
    """The journeys that began on a Seoul day."""

    date = serializers.DateField()
    viewed = serializers.IntegerField()
    ordered = serializers.IntegerField()
    paid = serializers.IntegerField()
    delivered = serializers.IntegerField()


class FunnelRates(serializers.Serializer[None]):
    """The change of each count as a fraction of what it was before; null where that is 0."""

    viewed = serializers.FloatField(allow_null=True)
    ordered = serializers.FloatField(allow_null=True)
    paid = serializers.FloatField(allow_null=True)
    delivered = serializers.FloatField(allow_null=True)


class FunnelComparison(serializers.Serializer[None]):
    """The same of the period that it is compared with."""

    period = PeriodAnswer()
    steps = FunnelStep(many=True)
    change_rates = FunnelRates()


class FunnelAnswer(serializers.Serializer[None]):
    """The funnel. A journey: one buyer, one product, from a first view on; steps within 7 days of each other."""

    period = PeriodAnswer()
    product = serializers.IntegerField(allow_null=True)
    category = serializers.IntegerField(allow_null=True)
    steps = FunnelStep(many=True)
    anonymous_views = serializers.IntegerField(help_text="views of those who were not signed in: in no journey")
    by_day = FunnelDayAnswer(many=True)
    comparison = serializers.DictField(child=FunnelComparison(), help_text="by name: previous, year")
    unavailable = serializers.ListField(
        child=serializers.CharField(), help_text="tables that are not deployed; what events told counts instead"
    )
    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()


class FunnelView(DataView):
    """How many of those who looked at products bought them."""

    access = Access.ADMIN
    Answer = FunnelAnswer

    class Query(AskDays, AskComparison):
        """Days on which journeys began, of which product or category, comparison."""

        product = Id(required=False)
        category = Id(required=False, help_text="with those below it")

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Viewed > ordered > paid > delivered by signed-in buyers, per product, with the time between the steps.

        로그인한 구매자의 상품별 조회 > 주문 > 결제 > 배송 완료 전환과 단계 사이에 걸린 시간.
        """
        query = self.parse(self.Query)
        period = period_asked(query)
        where = FunnelFilter(product=query.get("product"), category=query.get("category"))
        found: dict[str, Any] = funnel(
            period=period, where=where, compared=periods_compared(period, compare=query["compare"])
        )
        return Response(
            {
                "period": period_told(period),
                "product": where.product,
                "category": where.category,
                **found,
                "as_of": clock.now().isoformat(),
                "completeness": completeness(),
            }
        )


urlpatterns = [path("funnel", FunnelView.as_view())]
