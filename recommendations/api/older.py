"""The older, bare forms: what some clients still read, under paths of their own and without an envelope.

The products, their order and what may be shown are those of `/v1/recommendations/users/{id}/products`.
"""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.api.serializers import ProductCard, RecommendedProduct
from recommendations.services.older import older_answer, older_products
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView


class NothingAsked(serializers.Serializer[None]):
    """No parameter."""


class OlderPersonalAnswer(serializers.Serializer[None]):
    """confidence: the share of the list, 0 to 1, that comes from what is known of the member."""

    memberId = serializers.IntegerField()  # as Java reads it
    products = ProductCard(many=True)
    recommendations = RecommendedProduct(many=True)
    algorithm = serializers.CharField()
    confidence = serializers.FloatField()


class OlderProductsView(DataView):
    """The older list of products."""

    access = Access.USER_SELF
    bare = True

    @extend_schema(responses=ProductCard(many=True), tags=["older forms"])
    def get(self, request: Request, user_id: int) -> Response:
        """Ten products for a user as a bare array.

        사용자에게 맞는 상품 10개 (구형 응답, 배열).
        """
        self.parse(NothingAsked)
        return Response(older_products(user_id=user_id))


class OlderMemberView(DataView):
    """The older answer for a member."""

    access = Access.USER_SELF
    bare = True
    Answer = OlderPersonalAnswer

    @extend_schema(tags=["older forms"])
    def get(self, request: Request, member_id: int) -> Response:
        """Ten products for a member, with the reasons, bare.

        회원에게 맞는 상품 10개와 이유 (구형 응답).
        """
        self.parse(NothingAsked)
        return Response(older_answer(member_id=member_id))
