"""Recommendations over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.api.serializers import PersonalAnswer, RelatedAnswer
from recommendations.services.personal import personal_answer
from recommendations.services.related import related_answer
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView


class RelatedProductsView(DataView):
    """Products bought together with one product."""

    access = Access.VISITOR
    Answer = RelatedAnswer

    class Query(serializers.Serializer[None]):
        """How many to answer."""

        limit = serializers.IntegerField(min_value=1, max_value=50, default=5)

    @extend_schema(parameters=[Query], tags=["recommendations"])
    def get(self, request: Request, product_id: int) -> Response:
        """What is in the same paid orders as this product; `score` is the share of its orders that hold both.

        이 상품과 함께 구매된 상품.
        """
        return Response(related_answer(product_id=product_id, limit=self.parse(self.Query)["limit"]))


class PersonalProductsView(DataView):
    """Products for one user."""

    access = Access.USER_SELF
    Answer = PersonalAnswer

    class Query(serializers.Serializer[None]):
        """How many to answer."""

        limit = serializers.IntegerField(min_value=1, max_value=50, default=10)

    @extend_schema(parameters=[Query], tags=["recommendations"])
    def get(self, request: Request, user_id: int) -> Response:
        """What goes with what this user bought, viewed and liked; what everybody buys for someone unknown.

        이 사용자에게 맞는 상품. 알려진 것이 없으면 인기 상품.
        """
        return Response(personal_answer(user_id=user_id, limit=self.parse(self.Query)["limit"]))
