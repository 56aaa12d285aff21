"""Figures over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.serializers import DashboardAnswer
from analytics.selectors.dashboard import HOME_CURRENCY, dashboard, dashboard_cached
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView
from xlcfi.clock import PERIOD_DAYS, named_period


class DashboardView(DataView):
    """The figures of the platform's dashboard."""

    access = Access.ADMIN
    Answer = DashboardAnswer

    class Query(serializers.Serializer[None]):
        """Which period, and money in which currency."""

        period = serializers.ChoiceField(choices=list(PERIOD_DAYS), default="month")
        currency = serializers.RegexField(r"^[A-Z]{3}$", default=HOME_CURRENCY)

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Net revenue, orders, users, the daily trend and the best sellers of a period that ends today in Seoul.

        오늘(서울 기준)까지의 기간별 순매출, 주문, 이용자, 일별 추이, 인기 상품과 카테고리.
        """
        query = self.parse(self.Query)
        if query["currency"] != HOME_CURRENCY:
            return Response(dashboard(period=named_period(query["period"]), currency=query["currency"]))
        return Response(dashboard_cached(period=query["period"]))
