"""How far our figures agree with the platform's tables, over HTTP."""

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.asking import AskDays, period_asked
from analytics.api.serializers import CompletenessAnswer, Money
from analytics.selectors.agreement import agreement_days, reconcile_runs
from analytics.selectors.completeness import completeness
from xlcfi import clock
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView
from xlcfi.clock import SEOUL


class FiguresAnswer(serializers.Serializer[None]):
    """Paid orders, gross and refunds of a day."""

    orders = serializers.IntegerField()
    gross = Money()
    refunds = Money()


class AgreementDayAnswer(serializers.Serializer[None]):
    """A compared day in one currency. difference: ours less the platform's."""

    date = serializers.DateField()
    currency = serializers.CharField()
    ours = FiguresAnswer()
    platform = FiguresAnswer()
    difference = FiguresAnswer()
    agrees = serializers.BooleanField()
    checked_at = serializers.DateTimeField()


class RunAnswer(serializers.Serializer[None]):
    """A reconciling run."""

    kind = serializers.ChoiceField(choices=["window", "month", "check"])
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    month = serializers.CharField(allow_null=True, help_text="2025-11")
    checked = serializers.IntegerField()
    changed = serializers.IntegerField()
    by_kind = serializers.DictField(help_text="{subject: {checked, changed}}")
    error = serializers.CharField(help_text="empty: it was complete")


class AgreementAnswer(serializers.Serializer[None]):
    """Days that were compared, the latest first. A day without any money on either side is not among them."""

    items = AgreementDayAnswer(many=True)
    days_compared = serializers.IntegerField()
    days_differing = serializers.IntegerField()
    runs = RunAnswer(many=True, help_text="the last ten")
    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()


class AgreementView(DataView):
    """Ledger and tables side by side, day by day."""

    access = Access.ADMIN
    Answer = AgreementAnswer

    class Query(AskDays):
        """Which days."""

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Paid orders, gross and refunds by our ledger and by the platform's tables, to the won, as last compared.

        원장과 플랫폼 테이블의 일별 결제 주문, 총매출, 환불 일치 여부(마지막 비교 기준).
        """
        days = agreement_days(period=period_asked(self.parse(self.Query)))
        return Response(
            {
                "items": days,
                "days_compared": len({day["date"] for day in days}),
                "days_differing": len({day["date"] for day in days if not day["agrees"]}),
                "runs": reconcile_runs(limit=10),
                "as_of": clock.now().astimezone(SEOUL).isoformat(),
                "completeness": completeness(),
            }
        )


urlpatterns: list[URLPattern] = [path("agreement", AgreementView.as_view())]
