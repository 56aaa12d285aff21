"""The chance that a user has no paid order in the next 90 days, over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ml.services.churn import churn_of
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView


class ChurnDriver(serializers.Serializer[None]):
    """One side of the user's history. effect: on the log odds; `text`: what is so, in the language asked for."""

    name = serializers.ChoiceField(choices=["rhythm", "history", "lately", "value", "returns", "habits"])
    direction = serializers.ChoiceField(choices=["raises", "lowers"])
    effect = serializers.FloatField()
    text = serializers.CharField()


class OwnRhythm(serializers.Serializer[None]):
    """P(no order) over twice the days that this user usually takes from an order to the next."""

    usual_gap_days = serializers.FloatField()
    horizon_days = serializers.IntegerField()
    risk = serializers.FloatField()


class ChurnAnswer(serializers.Serializer[None]):
    """churn_risk: P(no paid order in the next `horizon_days` days); null with a `reason` where nothing can be said."""

    user_id = serializers.IntegerField()
    churn_risk = serializers.FloatField(allow_null=True)
    horizon_days = serializers.IntegerField()
    own_rhythm = OwnRhythm(allow_null=True)
    drivers = ChurnDriver(many=True)
    reason = serializers.ChoiceField(choices=["NO_PAID_ORDERS", "NO_MODEL"], allow_null=True)
    model_version = serializers.CharField(allow_null=True)
    as_of = serializers.DateTimeField()


class ChurnView(DataView):
    """Churn risk of one user."""

    access = Access.USER_SELF
    Answer = ChurnAnswer

    class Nothing(serializers.Serializer[None]):
        """No parameter."""

    @extend_schema(tags=["ml"])
    def get(self, request: Request, user_id: int) -> Response:
        """How likely a user has no paid order in the next 90 days, and what speaks for and against it.

        한 이용자가 앞으로 90일 동안 결제하지 않을 확률과 그 이유.
        """
        self.parse(self.Nothing)
        return Response(churn_of(user_id=user_id))
