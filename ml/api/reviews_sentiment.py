"""How reviews feel over time, over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ml.selectors.sentiment import product_sentiment, sentiment_falls
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView


class SentimentWeek(serializers.Serializer[None]):
    """A week, by its Monday, and the analysed reviews that were written in it. mean_score: -1 to 1."""

    week = serializers.DateField()
    reviews = serializers.IntegerField()
    positive_share = serializers.FloatField()
    negative_share = serializers.FloatField()
    mean_score = serializers.FloatField()


class SentimentTime(serializers.Serializer[None]):
    """Reviews of a time."""

    reviews = serializers.IntegerField()
    positive_share = serializers.FloatField()


class SentimentFall(serializers.Serializer[None]):
    """The last 28 days beside the 180 before. probability: of so few positive ones by chance; fallen: below `alpha`."""

    before = SentimentTime()
    lately = SentimentTime()
    probability = serializers.FloatField()
    alpha = serializers.FloatField()
    fallen = serializers.BooleanField()


class ProductSentimentAnswer(serializers.Serializer[None]):
    """fall: null where there are too few reviews to say (5 lately, 10 before)."""

    product_id = serializers.IntegerField()
    weeks = SentimentWeek(many=True)
    fall = SentimentFall(allow_null=True)


class ProductFall(SentimentFall):
    """A product whose reviews have become worse."""

    product_id = serializers.IntegerField()


class SentimentFallsAnswer(serializers.Serializer[None]):
    """Of these, one in twenty at most is expected to be chance."""

    items = ProductFall(many=True)


class ProductSentimentView(DataView):
    """Sentiment of one product's reviews by week."""

    access = Access.ADMIN
    Answer = ProductSentimentAnswer

    class Query(serializers.Serializer[None]):
        """How many weeks back, the running one included."""

        weeks = serializers.IntegerField(min_value=1, max_value=260, default=26)

    @extend_schema(parameters=[Query], tags=["ml"])
    def get(self, request: Request, product_id: int) -> Response:
        """How a product's reviews feel week by week, and whether they have become worse of a sudden.

        상품 리뷰 감성의 주별 추이와 급락 여부.
        """
        return Response(product_sentiment(product_id=product_id, weeks=self.parse(self.Query)["weeks"]))


class SentimentFallsView(DataView):
    """Products whose reviews have become worse."""

    access = Access.ADMIN
    Answer = SentimentFallsAnswer

    class Nothing(serializers.Serializer[None]):
        """No parameter."""

    @extend_schema(tags=["ml"])
    def get(self, request: Request) -> Response:
        """The products whose reviews have become worse in the last 28 days, the surest first.

        최근 28일 동안 리뷰 감성이 급락한 상품.
        """
        self.parse(self.Nothing)
        return Response({"items": sentiment_falls()})
