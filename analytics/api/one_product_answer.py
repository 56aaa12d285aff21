"""What the answer about one product looks like, for the OpenAPI description."""

from typing import Any

from rest_framework import serializers

from analytics.api.product_answers import AnalysedProduct, Stamped
from analytics.api.sales_answers import Comparison, Measures, PeriodAnswer, SalesStep
from analytics.api.serializers import Money


class InterestCounts(serializers.Serializer[None]):
    """What people did with the product. views: all of them, anonymous_views those of nobody who was signed in."""

    views = serializers.IntegerField()
    anonymous_views = serializers.IntegerField()
    carts = serializers.IntegerField()
    wishes = serializers.IntegerField()
    clicks = serializers.IntegerField()
    shares = serializers.IntegerField()


class InterestOfDay(InterestCounts):
    """The same on a Seoul day."""

    date = serializers.DateField()


class ProductFunnel(serializers.Serializer[None]):
    """Signed-in buyers' journeys that began in the period; rates are shares of `viewed`."""

    viewed = serializers.IntegerField()
    ordered = serializers.IntegerField()
    paid = serializers.IntegerField()
    delivered = serializers.IntegerField()
    ordered_rate = serializers.FloatField(allow_null=True)
    paid_rate = serializers.FloatField(allow_null=True)
    delivered_rate = serializers.FloatField(allow_null=True)


class Conversion(InterestCounts):
    """Interest in the period, by day, and how far it went."""

    by_day = InterestOfDay(many=True)
    funnel = ProductFunnel()


class ProductBaskets(serializers.Serializer[None]):
    """mean_units: of this product in an order of the period; mean_lines: products in an order that ever held it."""

    mean_units = Money(allow_null=True)
    mean_lines = serializers.FloatField(allow_null=True)
    orders_ever = serializers.IntegerField()


class PriceStepAnswer(serializers.Serializer[None]):
    """From `day` on this was the price. unit_price: what most units of that day were ordered for."""

    day = serializers.DateField()
    price = Money()
    currency = serializers.CharField()
    source = serializers.ChoiceField(choices=["snapshot", "unit_price"])  # type: ignore[assignment]


class ReviewSums(serializers.Serializer[None]):
    """Reviews, their ratings 1 to 5 and sentiments (positive, neutral, negative, unknown: not analysed yet)."""

    count = serializers.IntegerField()
    mean_rating = serializers.FloatField(allow_null=True)
    ratings = serializers.DictField(child=serializers.IntegerField())
    sentiments = serializers.DictField(child=serializers.IntegerField())


class ReviewMonth(ReviewSums):
    """The same of a month, named by its first day."""

    month = serializers.DateField()


class ProductReviews(ReviewSums):
    """All reviews, and by month."""

    by_month = ReviewMonth(many=True)


class Standing(serializers.Serializer[None]):
    """Place by net revenue of the last 365 days among `products`; null for what nobody bought."""

    period = serializers.CharField()
    as_of = serializers.DateTimeField(help_text="of the others' revenues")
    products = serializers.IntegerField()
    rank = serializers.IntegerField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "class": serializers.ChoiceField(choices=["A", "B", "C"], allow_null=True)}


class MarginOfProduct(serializers.Serializer[None]):
    """Null where nobody told what a unit costs in this currency."""

    unit_cost = Money(allow_null=True)
    cost = Money(allow_null=True)
    gross_margin = Money(allow_null=True)
    margin_rate = serializers.FloatField(allow_null=True)


class ProductCurrency(Measures):
    """Its sales in another currency: never added to the rest."""

    currency = serializers.CharField()


class ProductAnswer(Stamped):
    """All about one product. product null: nobody knows it (any more)."""

    product_id = serializers.IntegerField()
    product = AnalysedProduct(allow_null=True)
    period = PeriodAnswer()
    granularity = serializers.CharField()
    currency = serializers.CharField()
    orders_counted = serializers.CharField()
    totals = Measures()
    buckets = SalesStep(many=True)
    comparison = Comparison()
    other_currencies = ProductCurrency(many=True)
    conversion = Conversion(allow_null=True)
    baskets = ProductBaskets(allow_null=True)
    price_history = PriceStepAnswer(many=True)
    reviews = ProductReviews(allow_null=True)
    standing = Standing()
    margin = MarginOfProduct()
