"""What came of recommended products, told by whoever showed them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.models.exposures import REQUEST_ID_MAX, FeedbackEvent
from recommendations.services.feedback import EVENTS_MOST, WORDS, Told, feedback_keep
from xlcfi import clock
from xlcfi.api.caller import Access
from xlcfi.api.converters import LARGEST_ID
from xlcfi.api.views import DataView


class ToldEvent(serializers.Serializer[None]):
    """One thing that happened to a product of an answer. Without `at` it happened now."""

    product_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    event = serializers.ChoiceField(choices=FeedbackEvent.choices)
    position = serializers.IntegerField(min_value=1, max_value=1_000, required=False, allow_null=True, default=None)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class FeedbackBody(serializers.Serializer[None]):
    """One event (`product_id`, `event`, …) or a list of `events`; never both."""

    request_id = serializers.CharField(max_length=REQUEST_ID_MAX)
    product_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    event = serializers.ChoiceField(choices=FeedbackEvent.choices, required=False)
    position = serializers.IntegerField(min_value=1, max_value=1_000, required=False, allow_null=True, default=None)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    events = serializers.ListField(child=ToldEvent(), required=False, min_length=1, max_length=EVENTS_MOST)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "events" in given:
            named = [name for name in ("product_id", "event") if name in given]
            if named:
                raise serializers.ValidationError({name: [_("Give this or `events`, not both.")] for name in named})
            return given
        missing = [name for name in ("product_id", "event") if name not in given]
        if missing:
            raise serializers.ValidationError({name: [_("This field is required.")] for name in missing})
        own = {name: given[name] for name in ("product_id", "event", "position", "at")}
        return {**given, "events": [own]}


class Rejection(serializers.Serializer[None]):
    """Why an event was not kept."""

    product_id = serializers.IntegerField()
    event = serializers.CharField()
    reason = serializers.ChoiceField(choices=list(WORDS))
    message = serializers.CharField()


class FeedbackAnswer(serializers.Serializer[None]):
    """accepted + duplicates + rejected = how many were sent. pending: the answer is not written yet; kept for it."""

    request_id = serializers.CharField()
    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = serializers.IntegerField()
    rejections = Rejection(many=True)
    pending = serializers.BooleanField()


class FeedbackView(DataView):
    """Impressions, clicks, carts and purchases of what was recommended."""

    access = Access.VISITOR
    Answer = FeedbackAnswer

    @extend_schema(request=FeedbackBody, responses=FeedbackAnswer, tags=["recommendations"])
    def post(self, request: Request) -> Response:
        """Tells what happened to products of an answer, named by its `request_id`. The same again changes nothing.

        추천한 상품의 노출, 클릭, 장바구니, 구매 알림. 여러 번 보내도 한 번으로 센다.
        """
        body = self.parse(FeedbackBody)
        now = clock.now()
        told = [
            Told(product_id=each["product_id"], event=each["event"], at=each["at"] or now, position=each["position"])
            for each in body["events"]
        ]
        return Response(feedback_keep(request_id=body["request_id"], told=told, caller=self.caller))
