"""Figures over HTTP: products."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.asking import (
    AskComparison,
    AskCurrency,
    AskDays,
    AskPage,
    Id,
    period_asked,
    periods_compared,
)
from analytics.api.one_product_answer import ProductAnswer
from analytics.api.product_answers import (
    AbcAnswer,
    BasketsAnswer,
    MarginsAnswer,
    PopularAnswer,
    TrendingAnswer,
)
from analytics.api.product_lists import abc_answer, baskets_answer, margins_answer
from analytics.selectors.products.one import ProductQuestion, product_answer
from analytics.selectors.products.popular import DAYS, LIMIT, popular_answer, popular_cached
from analytics.selectors.products.trending import trending_answer
from xlcfi.api import converters  # noqa: F401  # makes `<bigid:…>` known
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView

STEPS = ["day", "week", "month", "quarter", "year"]


class PopularProductsView(DataView):
    """What sells most now: public, like the shop itself."""

    access = Access.VISITOR
    Answer = PopularAnswer

    class Query(serializers.Serializer[None]):
        """Of how many days, today among them, how many products, of which category."""

        days = serializers.IntegerField(min_value=1, max_value=90, default=DAYS)
        limit = serializers.IntegerField(min_value=1, max_value=50, default=LIMIT)
        category = Id(required=False, help_text="those below it, too")

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """The products of which most units were sold in the last days; hidden ones are left out.

        최근 며칠간 가장 많이 팔린 상품. 숨긴 상품은 제외.
        """
        query = self.parse(self.Query)
        if query == {"days": DAYS, "limit": LIMIT}:
            return Response(popular_cached())
        return Response(popular_answer(**query))


class TrendingProductsView(DataView):
    """What sells more than before, beyond chance."""

    access = Access.SELLER
    Answer = TrendingAnswer

    class Query(serializers.Serializer[None]):
        """How long the window is and that before it, how many products, of which category."""

        days = serializers.IntegerField(min_value=1, max_value=90, default=7)
        limit = serializers.IntegerField(min_value=1, max_value=50, default=10)
        category = Id(required=False, help_text="those below it, too")

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Products whose orders grew significantly more than the market's against the window before; new ones apart.

        직전 기간보다 판매가 유의하게 늘어난 상품. 신상품은 따로.
        """
        return Response(trending_answer(**self.parse(self.Query), seller=self.caller.seller_id))


class AbcView(DataView):
    """Which few products bring most of the money."""

    access = Access.SELLER
    Answer = AbcAnswer

    class Query(AskDays, AskCurrency, AskPage):
        """Days (by default the last 365), currency, category, one class only, page."""

        category = Id(required=False, help_text="those below it, too; classes are then among them")

        def get_fields(self) -> dict[str, Any]:
            return {
                **super().get_fields(),
                "class": serializers.ChoiceField(choices=["A", "B", "C"], required=False),
            }

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Products by net revenue in classes A (the first 80 %), B (up to 95 %) and C.

        순매출 누적 비중에 따른 상품 ABC 등급.
        """
        return Response(abc_answer(self.parse(self.Query), seller=self.caller.seller_id))


class MarginsView(DataView):
    """What is left after the goods' costs, where they are known."""

    access = Access.SELLER
    Answer = MarginsAnswer

    class Query(AskDays, AskCurrency, AskPage):
        """Days, currency, category, page."""

        category = Id(required=False, help_text="those below it, too")

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Gross margins of the products whose cost is known, and how much of the net revenue that covers.

        원가를 아는 상품의 매출총이익과 그 비중.
        """
        return Response(margins_answer(self.parse(self.Query), seller=self.caller.seller_id))


class BasketsView(DataView):
    """How large orders are."""

    access = Access.ADMIN
    Answer = BasketsAnswer

    class Query(AskDays, AskCurrency):
        """Days, currency."""

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Products, units and worth of paid orders: mean, median and how many of each size.

        주문당 상품 종류, 수량, 금액의 평균·중앙값·분포.
        """
        return Response(baskets_answer(self.parse(self.Query)))


class ProductView(DataView):
    """One product."""

    access = Access.SELLER
    Answer = ProductAnswer

    class Query(AskDays, AskComparison):
        """Days, steps, comparison; currency: the product's own unless given."""

        granularity = serializers.ChoiceField(choices=STEPS, default="day")
        currency = serializers.RegexField(r"\A[A-Z]{3}\Z", required=False)

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request, product_id: int) -> Response:
        """A product's sales by step with comparison, views and conversion, baskets, prices, reviews, rank and margin.

        한 상품의 판매 추이와 비교, 조회·전환, 장바구니, 가격 이력, 리뷰, 순위, 이익.
        """
        query = self.parse(self.Query)
        period = period_asked(query)
        weekly = query["granularity"] == "week"
        question = ProductQuestion(
            product_id=product_id,
            period=period,
            granularity=query["granularity"],
            compared=periods_compared(period, compare=query["compare"], weekly=weekly),
            currency=query.get("currency"),
            seller=self.caller.seller_id,
        )
        return Response(product_answer(question))


urlpatterns = [
    path("products/popular", PopularProductsView.as_view()),
    path("products/trending", TrendingProductsView.as_view()),
    path("products/abc", AbcView.as_view()),
    path("products/margins", MarginsView.as_view()),
    path("products/<bigid:product_id>", ProductView.as_view()),
    path("baskets", BasketsView.as_view()),
]
