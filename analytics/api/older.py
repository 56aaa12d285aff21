"""The older, bare forms: what some clients still read, under paths of their own and without an envelope.

What their old code got wrong is put right here: `avg_order_value` is gross / paid orders (it was a mean of daily sums),
`order_count` counts paid orders (it counted lines), and nothing that was not paid is in any figure.
"""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.serializers import CompletenessAnswer, Money
from analytics.selectors.people.profile import user_profile
from analytics.selectors.sales.older import older_dashboard, older_summary
from xlcfi.api import converters  # noqa: F401  # makes `<bigid:…>` known
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView


class OlderTrendDay(serializers.Serializer[None]):
    """Net revenue of a Seoul day."""

    date = serializers.DateField()
    revenue = Money()


class OlderProduct(serializers.Serializer[None]):
    """order_count: paid orders that hold it."""

    id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    order_count = serializers.IntegerField()


class OlderDashboardAnswer(serializers.Serializer[None]):
    """The last 30 days in won."""

    sales_trend = OlderTrendDay(many=True)
    popular_products = OlderProduct(many=True)
    total_revenue = Money(help_text="net")
    avg_order_value = Money(allow_null=True, help_text="gross / paid orders")


class OlderSummaryAnswer(serializers.Serializer[None]):
    """The last 30 days in won, for a service."""

    total_revenue = Money(help_text="net")
    gross = Money()
    refunds = Money()
    total_orders = serializers.IntegerField()
    avg_order_value = Money(allow_null=True)
    active_users = serializers.IntegerField()
    new_users = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()


class NothingAsked(serializers.Serializer[None]):
    """No parameter."""


class OlderDashboardView(DataView):
    """The older dashboard."""

    access = Access.ADMIN
    bare = True
    Answer = OlderDashboardAnswer

    @extend_schema(tags=["older forms"])
    def get(self, request: Request) -> Response:
        """Net revenue by day, the ten products of most orders, totals: the last 30 days, bare.

        최근 30일 매출 추이, 인기 상품, 합계 (구형 응답).
        """
        self.parse(NothingAsked)
        return Response(older_dashboard())


class OlderUserView(DataView):
    """The older figures of one user."""

    access = Access.USER_SELF
    bare = True

    @extend_schema(tags=["older forms"])
    def get(self, request: Request, user_id: int) -> Response:
        """What `/v1/analytics/users/{user_id}` tells of the user's buying, bare.

        사용자 한 명의 지표 (구형 응답).
        """
        self.parse(NothingAsked)
        return Response(user_profile(user_id=user_id))


class OlderSummaryView(DataView):
    """The older summary for services."""

    access = Access.SERVICE
    bare = True
    Answer = OlderSummaryAnswer

    @extend_schema(tags=["older forms"])
    def get(self, request: Request) -> Response:
        """Totals of the last 30 days for another service, bare.

        서비스용 최근 30일 요약 (구형 응답).
        """
        self.parse(NothingAsked)
        return Response(older_summary())


urlpatterns = [
    path("api/analytics/dashboard", OlderDashboardView.as_view()),
    path("api/analytics/internal", OlderSummaryView.as_view()),
    path("api/analytics/<bigid:user_id>", OlderUserView.as_view()),
]
