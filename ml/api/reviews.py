"""What reviews say, over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ml.models.reviews import Sentiment
from ml.reviews.analysis import Aspect
from ml.services.analyzing import texts_analyze
from xlcfi.api.caller import Access
from xlcfi.api.views import DataView


class AspectFound(serializers.Serializer[None]):
    """score: -1 to 1; evidence: the part of the text that says so, letter by letter."""

    aspect = serializers.ChoiceField(choices=[each.value for each in Aspect])
    sentiment = serializers.ChoiceField(choices=Sentiment.values)
    score = serializers.FloatField()
    evidence = serializers.CharField()


class ReviewRead(serializers.Serializer[None]):
    """score: -1 to 1; confidence: the probability that `sentiment` is right; keywords: at most 10, the best first."""

    sentiment = serializers.ChoiceField(choices=Sentiment.values)
    score = serializers.FloatField()
    confidence = serializers.FloatField()
    keywords = serializers.ListField(child=serializers.CharField())
    aspects = AspectFound(many=True)


class ReviewsAnswer(serializers.Serializer[None]):
    """results: in the order of the texts."""

    results = ReviewRead(many=True)
    model_version = serializers.CharField()


class ReviewTexts(serializers.Serializer[None]):
    """1 to 1,000 texts of at most 10,000 characters; without `keywords` it is some ten times as fast."""

    texts = serializers.ListField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False), allow_empty=False
    )
    keywords = serializers.BooleanField(default=True)


class AnalyzeReviewsView(DataView):
    """Sentiment, keywords and aspects of texts."""

    access = Access.ADMIN
    Answer = ReviewsAnswer
    Body = ReviewTexts

    @extend_schema(request=ReviewTexts, responses=ReviewsAnswer, tags=["ml"])
    def post(self, request: Request) -> Response:
        """What texts say: how they feel, about what, in which words; changes nothing.

        리뷰의 감성, 키워드, 속성별 의견 분석.
        """
        body = self.parse(self.Body)
        return Response(texts_analyze(texts=body["texts"], keywords=body["keywords"]))
