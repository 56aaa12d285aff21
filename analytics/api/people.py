"""Buyers over HTTP: one user, segments, cohorts, new against returning."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import rfm
from analytics.api.asking import AskComparison, AskCurrency, AskDays, AskPage, period_asked
from analytics.api.paging import cursor_read, page_of_run
from analytics.api.people_answers import (
    BuyersAnswer,
    CohortsAnswer,
    SegmentBuyersAnswer,
    SegmentsAnswer,
)
from analytics.api.user_answers import UserAnswer
from analytics.selectors.completeness import completeness
from analytics.selectors.people.cohorts import MEASURES, RETENTION, cohorts
from analytics.selectors.people.newcomers import STEPS, newcomers
from analytics.selectors.people.profile import user_profile
from analytics.selectors.people.segments import segment_buyers, segments
from analytics.selectors.people.timeline import timeline
from xlcfi import clock
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView
from xlcfi.clock import SEOUL
from xlcfi.errors import NotFound

MOST_TYPES = 20


class UserView(DataView):
    """Everything about one user."""

    access = Access.USER_SELF
    Answer = UserAnswer

    class Query(AskPage):
        """Which part of the timeline."""

        types = serializers.RegexField(
            rf"\A[a-z_]+(,[a-z_]+){{0,{MOST_TYPES - 1}}}\Z",
            required=False,
            max_length=500,
            help_text="only these behaviours, e.g. purchase,refund",
        )

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request, user_id: int) -> Response:
        """A user's purchases, segment, score, lifetime value, preferred categories, timeline and churn risk.

        한 이용자의 구매, 세그먼트, 점수, 생애 가치, 선호 카테고리, 행동 기록과 이탈 위험.
        """
        query = self.parse(self.Query)
        types = query["types"].split(",") if query.get("types") else []
        scope = f"timeline:{user_id}:{','.join(sorted(types))}"
        after: Any = cursor_read(query.get("cursor"), scope=scope, kinds=[datetime, int])
        rows = timeline(user_id=user_id, limit=query["limit"] + 1, types=types, after=after)
        page = page_of_run(rows, limit=query["limit"], key=lambda row: (row["at"], row["id"]), scope=scope)
        told = [{**row, "at": row["at"].isoformat()} for row in page["items"]]
        return Response({**user_profile(user_id=user_id), "timeline": {**page, "items": told}})


class SegmentsView(DataView):
    """Buyers by recency, frequency and money."""

    access = Access.ADMIN
    Answer = SegmentsAnswer

    class Nothing(serializers.Serializer[None]):
        """Nothing to choose: the description of the API can't hold an empty `Query`."""

    @extend_schema(tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Segments of all buyers over the last 365 days, with the grid of recency by frequency and its cut points.

        최근 365일 구매 기준의 구매자 세그먼트, 최근성×빈도 표와 그 경계값.
        """
        self.parse(self.Nothing)
        return Response(segments())


class SegmentBuyersView(DataView):
    """Who is in a segment."""

    access = Access.ADMIN
    Answer = SegmentBuyersAnswer

    class Query(AskPage):
        """Which part of the list."""

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request, segment: str) -> Response:
        """The buyers of a segment, the highest net revenue of the last 365 days first.

        한 세그먼트의 구매자 목록 (최근 365일 순매출이 큰 순서).
        """
        if segment not in rfm.SEGMENTS:
            raise NotFound(f"There is no such segment: they are {', '.join(rfm.SEGMENTS)}.")
        query = self.parse(self.Query)
        after: Any = cursor_read(query.get("cursor"), scope=segment, kinds=[Decimal, int])
        rows = segment_buyers(segment=segment, limit=query["limit"] + 1, after=after)
        page = page_of_run(
            rows, limit=query["limit"], key=lambda row: (row["net_revenue"], row["user_id"]), scope=segment
        )
        as_of = clock.now().astimezone(SEOUL).isoformat()
        return Response({"segment": segment, **page, "as_of": as_of, "completeness": completeness()})


class CohortsView(DataView):
    """Cohorts by month of the first paid order."""

    access = Access.ADMIN
    Answer = CohortsAnswer

    class Query(AskDays, AskCurrency):
        """Cohorts of which months, and what of them."""

        measure = serializers.ChoiceField(choices=MEASURES, default=RETENTION)

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """Monthly cohorts by months since the first paid order: who came back, or what they brought in.

        첫 결제 월별 코호트의 재구매 유지율 또는 구매자당 누적 매출.
        """
        query = self.parse(self.Query)
        period = period_asked(query, default="year")
        return Response(
            cohorts(first=period.first, last=period.last, measure=query["measure"], currency=query["currency"])
        )


class BuyersView(DataView):
    """New against returning buyers."""

    access = Access.ADMIN
    Answer = BuyersAnswer

    class Query(AskDays, AskComparison, AskCurrency):
        """Which days, in which steps; whole steps are counted."""

        granularity = serializers.ChoiceField(choices=STEPS, default="day")

    @extend_schema(parameters=[Query], tags=["analytics"])
    def get(self, request: Request) -> Response:
        """New and returning buyers over time, with their orders and revenue.

        기간별 신규 구매자와 재구매자, 그 주문과 매출.
        """
        query = self.parse(self.Query)
        return Response(
            newcomers(
                period=period_asked(query),
                granularity=query["granularity"],
                currency=query["currency"],
                compare=query["compare"],
            )
        )


urlpatterns = [
    path("users/<bigid:user_id>", UserView.as_view()),
    path("segments", SegmentsView.as_view()),
    path("segments/<slug:segment>/buyers", SegmentBuyersView.as_view()),
    path("cohorts", CohortsView.as_view()),
    path("buyers", BuyersView.as_view()),
]
