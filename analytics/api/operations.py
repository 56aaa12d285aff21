"""Figures over HTTP: operations."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.asking import AskComparison, AskDays, period_asked, periods_compared
from analytics.api.operations_answers import (
    BalancesAnswer,
    BlockchainAnswer,
    CouponsAnswer,
    DeliveriesAnswer,
    OperationsAnswer,
)
from analytics.selectors.completeness import completeness
from analytics.selectors.operations.answer import operations, operations_part
from analytics.selectors.operations.parts import PARTS
from analytics.selectors.sales.answer import period_told
from xlcfi import clock
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView
from xlcfi.clock import Period
from xlcfi.platform.selectors import require_source


class AskOperations(AskDays, AskComparison):
    """Days and comparison."""


class OperationsView(DataView):
    """How the business runs."""

    access = Access.ADMIN
    Answer = OperationsAnswer
    Query = AskOperations

    @extend_schema(parameters=[AskOperations], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Orders, payments by method, cancellations, lead times, coupons, balances, blockchain records of a period.

        주문·결제 성공률, 취소 사유, 배송 소요 시간, 쿠폰, 잔액, 블록체인 기록. 배포되지 않은 항목은 null.
        """
        query = self.parse(self.Query)
        period = period_asked(query)
        found = operations(period=period, compared=periods_compared(period, compare=query["compare"]))
        return _answer(period, found)


class PartView(DataView):
    """One part whose table may be missing: then 404 SOURCE_NOT_DEPLOYED."""

    access = Access.ADMIN
    Query = AskOperations
    part: ClassVar[str]

    def _part(self) -> Response:
        query = self.parse(self.Query)
        require_source(PARTS[self.part].table)
        period = period_asked(query)
        compared = periods_compared(period, compare=query["compare"])
        return _answer(period, operations_part(name=self.part, period=period, compared=compared))


class DeliveriesView(PartView):
    """Parcels and lead times."""

    Answer = DeliveriesAnswer
    part = "deliveries"

    @extend_schema(parameters=[AskOperations], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Parcels by status, and the lead times of those that came: median, p90, late share.

        배송 상태별 건수와 배송 소요 시간의 중앙값, 90백분위수, 지연 비율.
        """
        return self._part()


class CouponsView(PartView):
    """Coupons and the revenue that came with them."""

    Answer = CouponsAnswer
    part = "coupons"

    @extend_schema(parameters=[AskOperations], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Coupons issued, redeemed and used, by coupon, and the revenue that came with them.

        쿠폰 발급·사용 건수와 쿠폰을 쓴 주문의 매출 및 할인액.
        """
        return self._part()


class BalancesView(PartView):
    """Balances charged, used and refunded."""

    Answer = BalancesAnswer
    part = "balances"

    @extend_schema(parameters=[AskOperations], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Changes of buyers' balances by type: how many, and how much.

        잔액 충전·사용·환불 건수와 금액.
        """
        return self._part()


class BlockchainView(PartView):
    """Blockchain records by status."""

    Answer = BlockchainAnswer
    part = "blockchain"

    @extend_schema(parameters=[AskOperations], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Blockchain records by status.

        블록체인 기록의 상태별 건수.
        """
        return self._part()


def _answer(period: Period, found: dict[str, Any]) -> Response:
    asked = {"period": period_told(period), **found}
    return Response({**asked, "as_of": clock.now().isoformat(), "completeness": completeness()})


urlpatterns = [
    path("operations", OperationsView.as_view()),
    path("operations/deliveries", DeliveriesView.as_view()),
    path("operations/coupons", CouponsView.as_view()),
    path("operations/balances", BalancesView.as_view()),
    path("operations/blockchain", BlockchainView.as_view()),
]
