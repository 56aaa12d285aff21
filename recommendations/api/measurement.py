"""What recommendations did, with intervals, and what experiments say."""

from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.api.measurement_answers import MeasurementAnswer, experiment_told, measured_told
from recommendations.models.exposures import Surface
from recommendations.selectors.experiment_results import experiment_results
from recommendations.selectors.measurement import DAYS_MOST, measurement
from xlcfi import clock
from xlcfi.api.caller import Access
from xlcfi.api.converters import LARGEST_ID
from xlcfi.api.views import DataView

DAYS = 30
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class AskMeasurement(serializers.Serializer[None]):
    """`from` and `to` (Seoul days, both included; the last 30 days unless given), a surface, an experiment."""

    surface = serializers.ChoiceField(choices=Surface.choices, required=False)
    experiment = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)

    def get_fields(self) -> dict[str, Any]:
        # `from` is no name that a class body can give.
        days = {
            "from": serializers.DateField(required=False, help_text="first Seoul day of answers"),
            "to": serializers.DateField(required=False, help_text="last Seoul day, included; default today"),
        }
        return {**days, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("from"), attrs.get("to")
        for name, day in (("from", first), ("to", last)):
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                raise serializers.ValidationError({name: [f"Has to lie between {FIRST_DAY} and {LAST_DAY}."]})
        if last is not None and first is None:
            raise serializers.ValidationError({"from": ["Is needed where to is given."]})
        if first is not None:
            end = last or clock.today()
            if end < first:
                raise serializers.ValidationError({"to" if last else "from": ["Lies before from."]})
            if (end - first).days >= DAYS_MOST:
                raise serializers.ValidationError({"from": [f"At most {DAYS_MOST} days at a time."]})
        return attrs


class MeasurementView(DataView):
    """Click and conversion rates, revenue per person, experiments."""

    access = Access.ADMIN
    Answer = MeasurementAnswer

    @extend_schema(parameters=[AskMeasurement], tags=["recommendations"])
    def get(self, request: Request) -> Response:
        """Of all who were given an answer: who clicked, who bought, for how much; by algorithm, variant, surface, day.

        추천을 받은 모든 사람의 클릭률, 전환율, 1인당 매출과 95% 구간, 실험 결과.
        """
        query = self.parse(AskMeasurement)
        last = query.get("to") or clock.today()
        first = query.get("from") or last - timedelta(days=DAYS - 1)
        surface, experiment = query.get("surface", ""), query.get("experiment", 0)
        found = measurement(first=first, last=last, surface=surface, experiment=experiment)
        return Response(
            {
                "period": {"from": first, "to": last},
                "surface": surface or None,
                "experiment": experiment or None,
                "rows": [measured_told(row) for row in found.rows],
                "by_day": [measured_told(row) for row in found.days],
                "experiments": [
                    experiment_told(result) for result in experiment_results(experiment=experiment, surface=surface)
                ],
                "complete_until": found.complete_until,
                "people_from": found.people_from,
                "as_of": found.as_of.isoformat(),
            }
        )
