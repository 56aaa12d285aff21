"""Days and hours that break the pattern, over HTTP."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.asking import AskDays, AskPage, period_asked
from analytics.api.paging import PageOf, cursor_read, page_of_run
from analytics.api.serializers import Money
from analytics.models import Series
from analytics.selectors.completeness import completeness
from analytics.selectors.goals.anomalies import AnomalyPoint, anomalies_page, series_checked
from xlcfi import clock
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView
from xlcfi.clock import SEOUL


class AnomalyItem(serializers.Serializer[None]):
    """A day or an hour outside [low, high]. at: its first moment; hour null: the whole day; seller_id null: all."""

    id = serializers.IntegerField()
    series = serializers.ChoiceField(choices=Series.values)
    seller_id = serializers.IntegerField(allow_null=True)
    at = serializers.DateTimeField()
    day = serializers.DateField()
    hour = serializers.IntegerField(allow_null=True)
    value = Money()
    expected = Money()
    low = Money()
    high = Money()
    score = serializers.FloatField(help_text="its own deviations; negative: too low")
    direction = serializers.ChoiceField(choices=["low", "high"])
    found_at = serializers.DateTimeField()
    acknowledged_by = serializers.CharField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class AnomaliesAnswer(PageOf):
    """Anomalies, newest first. checked_until: up to when each series has been looked through."""

    items = AnomalyItem(many=True)
    checked_until = serializers.DictField(child=serializers.DateTimeField(allow_null=True))
    as_of = serializers.DateTimeField()
    completeness = serializers.DictField()


class AnomaliesView(DataView):
    """Days and hours that break the pattern."""

    access = Access.ADMIN
    Answer = AnomaliesAnswer

    class Query(AskDays, AskPage):
        """Which days, which series, which part of the list."""

        series = serializers.ChoiceField(choices=Series.choices, required=False)

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Days and hours of sales, payment failures and views that break the pattern, newest first.

        매출, 결제 실패, 조회 가운데 평소와 다른 날과 시간, 최신순.
        """
        query = self.parse(self.Query)
        period, limit = period_asked(query), query["limit"]
        after = cursor_read(query.get("cursor"), scope="anomalies", kinds=[datetime, int])
        found = anomalies_page(
            first=period.first, last=period.last, series=query.get("series"), after=after, limit=limit + 1
        )
        page = page_of_run(found, limit=limit, key=lambda point: (point.at, point.id), scope="anomalies")
        checked = series_checked()
        return Response(
            {
                "items": [anomaly_told(point) for point in page["items"]],
                "next": page["next"],
                "checked_until": {series: _moment(checked.get(series)) for series in Series.values},
                "as_of": clock.now().isoformat(),
                "completeness": completeness(),
            }
        )


def anomaly_told(point: AnomalyPoint) -> dict[str, Any]:
    """A point as the answer has it."""
    return {
        **asdict(point),
        "at": _moment(point.at),
        "found_at": _moment(point.found_at),
        "acknowledged_at": _moment(point.acknowledged_at),
        "acknowledged_by": point.acknowledged_by or None,
        "score": round(point.score, 2),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(SEOUL).isoformat()
