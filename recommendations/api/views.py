"""Recommendations over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.api.serializers import RelatedAnswer
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
