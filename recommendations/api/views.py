"""Recommendations over HTTP, but for what is about one user."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.api.asking import MOST, AskLimit, AskVisit, AskVisitor, ProductIds
from recommendations.api.serializers import PopularProductsAnswer, ProductsAnswer, RelatedAnswer, SimilarAnswer
from recommendations.services.carts import basket_answer, session_answer
from recommendations.services.popular import popular_answer
from recommendations.services.related import related_answer
from recommendations.services.similar import similar_answer
from recommendations.services.visits import LONGEST_SESSION
from xlcfi.api.caller import Access
from xlcfi.api.converters import LARGEST_ID
from xlcfi.api.views import DataView

CART_MOST = 100
SEEN_MOST = 30


class RelatedProductsView(DataView):
    """Products bought together with one product."""

    access = Access.VISITOR
    Answer = RelatedAnswer

    class Query(AskVisit):
        """How many to answer, and whose visit it is."""

        limit = serializers.IntegerField(min_value=1, max_value=MOST, default=5)

    @extend_schema(parameters=[Query], tags=["recommendations"])
    def get(self, request: Request, product_id: int) -> Response:
        """What is in the same paid orders as this product; `score` is the share of its orders that hold both.

        이 상품과 함께 구매된 상품.
        """
        query = self.parse(self.Query)
        return Response(
            related_answer(
                product_id=product_id,
                limit=query["limit"],
                user_id=self.caller.user_id,
                session=query.get("session_id"),
            )
        )


class SimilarProductsView(DataView):
    """Products that are about the same."""

    access = Access.VISITOR
    Answer = SimilarAnswer

    @extend_schema(parameters=[AskVisitor], tags=["recommendations"])
    def get(self, request: Request, product_id: int) -> Response:
        """What is like this product by its text, category, price and seller; works for a new one too.

        내용이 비슷한 상품. 방금 등록된 상품도 됩니다.
        """
        query = self.parse(AskVisitor)
        return Response(
            similar_answer(
                product_id=product_id,
                limit=query["limit"],
                user_id=self.caller.user_id,
                session=query.get("session_id"),
            )
        )


class PopularProductsView(DataView):
    """What is popular now."""

    access = Access.VISITOR
    Answer = PopularProductsAnswer

    class Query(AskVisitor):
        """How many, of which category, and whose visit it is."""

        category_id = serializers.IntegerField(
            min_value=1, max_value=LARGEST_ID, required=False, help_text="with those below it"
        )

    @extend_schema(parameters=[Query], tags=["recommendations"])
    def get(self, request: Request) -> Response:
        """What is in most paid orders of late, those of a week ago counting half.

        지금 인기 있는 상품. 일주일 전 주문은 절반으로 셉니다.
        """
        query = self.parse(self.Query)
        return Response(
            popular_answer(
                limit=query["limit"],
                category_id=query.get("category_id"),
                user_id=self.caller.user_id,
                session=query.get("session_id"),
            )
        )


class BasketView(DataView):
    """What goes with a cart."""

    access = Access.VISITOR
    Answer = ProductsAnswer

    class Cart(AskLimit):
        """The cart's products, and how many to answer."""

        product_ids = ProductIds(most=CART_MOST, allow_empty=False)

    @extend_schema(request=Cart, tags=["recommendations"])
    def post(self, request: Request) -> Response:
        """What goes with all of a cart's products together; changes nothing.

        장바구니 전체와 어울리는 상품.
        """
        body = self.parse(self.Cart)
        return Response(
            basket_answer(product_ids=body["product_ids"], limit=body["limit"], user_id=self.caller.user_id)
        )


class SessionView(DataView):
    """Products for a visit under way."""

    access = Access.VISITOR
    Answer = ProductsAnswer

    class Visit(AskLimit):
        """Whose visit it is, and what was looked at, the latest first."""

        session_id = serializers.CharField(
            max_length=LONGEST_SESSION, required=False, help_text="as in the events of the visit"
        )
        product_ids = ProductIds(most=SEEN_MOST, required=False)

    @extend_schema(parameters=[Visit], tags=["recommendations"])
    def get(self, request: Request) -> Response:
        """What goes with what is being looked at, known from the request and from the session's events.

        지금 보고 있는 상품과 어울리는 상품 (로그인하지 않아도 됩니다).
        """
        return self._answer()

    @extend_schema(request=Visit, tags=["recommendations"])
    def post(self, request: Request) -> Response:
        """The same with a body; changes nothing.

        같은 요청을 본문으로.
        """
        return self._answer()

    def _answer(self) -> Response:
        asked = self.parse(self.Visit)
        return Response(
            session_answer(
                session=asked.get("session_id"),
                product_ids=asked.get("product_ids") or [],
                limit=asked["limit"],
                user_id=self.caller.user_id,
            )
        )
