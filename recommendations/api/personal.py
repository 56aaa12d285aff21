"""What is about one user."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.api.asking import AskPersonal, options_of
from recommendations.api.serializers import ChoiceAnswer, PersonalAnswer
from recommendations.models import PersonalisationChoice
from recommendations.selectors.choices import choice_of
from recommendations.services.choices import choice_make
from recommendations.services.personal import personal_answer
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView
from xlcfi.clock import SEOUL


class PersonalProductsView(DataView):
    """Products for one user."""

    access = Access.USER_SELF
    Answer = PersonalAnswer

    @extend_schema(parameters=[AskPersonal], tags=["recommendations"])
    def get(self, request: Request, user_id: int) -> Response:
        """What goes with what this user bought, viewed and liked; what everybody buys for someone unknown.

        이 사용자에게 맞는 상품. 알려진 것이 없으면 인기 상품.
        """
        return Response(personal_answer(user_id=user_id, options=options_of(self.parse(AskPersonal))))


class PersonalisationView(DataView):
    """Whether a user wants lists made for them."""

    access = Access.USER_SELF
    Answer = ChoiceAnswer

    class PersonalisationChosen(serializers.Serializer[None]):
        """What the user wants."""

        personalised = serializers.BooleanField()

    class Nothing(serializers.Serializer[None]):
        """No parameter."""

    @extend_schema(tags=["recommendations"])
    def get(self, request: Request, user_id: int) -> Response:
        """What the user chose; who never chose gets lists made for them.

        개인화 추천을 받을지에 대한 선택.
        """
        self.parse(self.Nothing)
        return Response(_told(user_id, choice_of(user_id=user_id)))

    @extend_schema(request=PersonalisationChosen, tags=["recommendations"])
    def put(self, request: Request, user_id: int) -> Response:
        """Choose. With `false` nothing about the user is used for lists or noted with what was shown.

        개인화 추천을 켜거나 끕니다.
        """
        body = self.parse(self.PersonalisationChosen)
        by = "service" if self.caller.is_service else f"user:{self.caller.user_id}"
        return Response(_told(user_id, choice_make(user_id=user_id, personalised=body["personalised"], changed_by=by)))


def _told(user_id: int, choice: PersonalisationChoice | None) -> dict[str, object]:
    return {
        "user_id": user_id,
        "personalised": choice is None or choice.personalised,
        "changed_at": None if choice is None else choice.changed_at.astimezone(SEOUL).isoformat(),
    }
