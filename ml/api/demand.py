"""What a product will sell, over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ml.services.demand import NO_FORECAST, UNKNOWN, demand_answer
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView

DAYS_AT_MOST = 90


class Intervals(serializers.Serializer[None]):
    """By percent, [low, high]."""

    def get_fields(self) -> dict[str, Any]:
        return {
            percent: serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)
            for percent in ("50", "80", "95")
        }


class ForecastDay(serializers.Serializer[None]):
    """Units of a Seoul day. overridden: a planner's word, shared out as the forecast does."""

    date = serializers.DateField()
    mean = serializers.FloatField()
    median = serializers.FloatField()
    intervals = Intervals()
    overridden = serializers.BooleanField()


class ForecastTotal(serializers.Serializer[None]):
    """Units of the first `days` days together: surer than the sum of their days' intervals."""

    days = serializers.IntegerField()
    mean = serializers.FloatField()
    median = serializers.FloatField()
    intervals = Intervals()


class DemandAnswer(serializers.Serializer[None]):
    """forecast: a row for each day from today on. Empty, with a reason, where there is none."""

    product_id = serializers.IntegerField()
    model = serializers.CharField(allow_null=True)
    model_version = serializers.CharField(allow_null=True)
    forecast = ForecastDay(many=True)
    totals = ForecastTotal(many=True)
    as_of = serializers.DateTimeField(allow_null=True)
    reason = serializers.ChoiceField(choices=[UNKNOWN, NO_FORECAST], allow_null=True)


class DemandView(DataView):
    """The forecast of one product."""

    access = Access.SELLER
    Answer = DemandAnswer

    class Query(serializers.Serializer[None]):
        """How many days."""

        days = serializers.IntegerField(min_value=1, max_value=DAYS_AT_MOST, default=28)

    @extend_schema(parameters=[Query], tags=["ml"])
    def get(self, request: Request, product_id: int) -> Response:
        """Units that a product is expected to sell on each of the coming days, with intervals.

        앞으로 며칠 동안 이 상품이 하루에 몇 개 팔릴지, 구간과 함께.
        """
        days = self.parse(self.Query)["days"]
        return Response(demand_answer(product_id=product_id, days=days, seller=self.caller.seller_id))
