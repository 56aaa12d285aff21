"""What the lists of products look like, for the OpenAPI description."""

from typing import Any

from rest_framework import serializers

from analytics.api.sales_answers import PeriodAnswer
from analytics.api.serializers import CompletenessAnswer, Money


class Stamped(serializers.Serializer[None]):
    """When the answer was made and how complete it is."""

    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()


class AnalysedProduct(serializers.Serializer[None]):
    """A product as the platform's tables have it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    price = Money()
    currency = serializers.CharField()
    category_id = serializers.IntegerField(allow_null=True)
    category_name = serializers.CharField(allow_null=True)
    seller_id = serializers.IntegerField(allow_null=True)
    stock = serializers.IntegerField()
    status = serializers.CharField()
    image_url = serializers.CharField(allow_null=True)


class PopularProduct(serializers.Serializer[None]):
    """A product and how many units of it were sold."""

    product_id = serializers.IntegerField()
    units = serializers.IntegerField()
    product = AnalysedProduct()


class PopularAnswer(Stamped):
    """The best first: by units, then net revenue in won, then id."""

    period = PeriodAnswer()
    items = PopularProduct(many=True)


class TrendingProduct(serializers.Serializer[None]):
    """A product in the window and in the one before. orders: paid orders that hold it."""

    product_id = serializers.IntegerField()
    units = serializers.IntegerField()
    previous_units = serializers.IntegerField()
    orders = serializers.IntegerField()
    previous_orders = serializers.IntegerField()
    new = serializers.BooleanField(help_text="made after the window before began: compared with nothing")
    growth = serializers.FloatField(allow_null=True, help_text="of units, as a fraction; null from 0")
    trend = serializers.FloatField(allow_null=True, help_text="growth of orders, drawn to that of the market")
    p_value = serializers.FloatField(allow_null=True, help_text="of a larger share of orders than the market's")
    direction = serializers.ChoiceField(choices=["up"])
    product = AnalysedProduct(allow_null=True)


class TrendingMarket(serializers.Serializer[None]):
    """All that the caller sees: orders times products."""

    orders = serializers.IntegerField()
    previous_orders = serializers.IntegerField()
    growth = serializers.FloatField(allow_null=True)


class TrendingRule(serializers.Serializer[None]):
    """When a product counts as trending."""

    false_discovery_rate = serializers.FloatField(help_text="Benjamini and Hochberg, over all tested products")
    least_orders = serializers.IntegerField(help_text="in both windows together, to be tested")
    least_units = serializers.IntegerField(help_text="in the window, to be listed")


class TrendingAnswer(Stamped):
    """Products that sell significantly more than before, the strongest growth first; new ones apart, by units."""

    period = PeriodAnswer()
    compared_with = PeriodAnswer()
    market = TrendingMarket()
    rule = TrendingRule()
    items = TrendingProduct(many=True)
    new_items = TrendingProduct(many=True)


class AbcClassSums(serializers.Serializer[None]):
    """The products of a class together. share: of net revenue."""

    products = serializers.IntegerField()
    net_revenue = Money()
    units = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)


class AbcClasses(serializers.Serializer[None]):
    """By class."""

    A = AbcClassSums()
    B = AbcClassSums()
    C = AbcClassSums()


class AbcCuts(serializers.Serializer[None]):
    """The cumulative shares of net revenue at which the classes end."""

    A = serializers.FloatField()
    B = serializers.FloatField()


class AbcProduct(serializers.Serializer[None]):
    """A product in its place. cumulative: the share of all that are at least as good."""

    product_id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    rank = serializers.IntegerField()
    net_revenue = Money()
    units = serializers.IntegerField()
    orders = serializers.IntegerField()
    share = serializers.FloatField()
    cumulative = serializers.FloatField()

    def get_fields(self) -> dict[str, Any]:
        # `class` is no name that a class body can give.
        return {**super().get_fields(), "class": serializers.ChoiceField(choices=["A", "B", "C"])}


class AbcAnswer(Stamped):
    """Products by net revenue, in classes."""

    period = PeriodAnswer()
    currency = serializers.CharField()
    cuts = AbcCuts()
    classes = AbcClasses()
    items = AbcProduct(many=True)
    next = serializers.CharField(allow_null=True)


class MarginTotals(serializers.Serializer[None]):
    """All products together, and how much of their net revenue has a known cost."""

    net_revenue = Money()
    covered_net_revenue = Money()
    coverage = serializers.FloatField(allow_null=True)
    products = serializers.IntegerField()
    covered_products = serializers.IntegerField()
    cost = Money()
    gross_margin = Money()
    margin_rate = serializers.FloatField(allow_null=True, help_text="of the covered net revenue")


class ProductMargin(serializers.Serializer[None]):
    """What one product left. cost: of the units that stayed sold, at today's unit cost."""

    product_id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    net_revenue = Money()
    units = serializers.IntegerField()
    unit_cost = Money()
    cost = Money()
    gross_margin = Money()
    margin_rate = serializers.FloatField(allow_null=True)


class MarginsAnswer(Stamped):
    """Gross margins of the products whose cost is known, largest first."""

    period = PeriodAnswer()
    currency = serializers.CharField()
    totals = MarginTotals()
    items = ProductMargin(many=True)
    next = serializers.CharField(allow_null=True)


class SizeCount(serializers.Serializer[None]):
    """Orders of one size."""

    size = serializers.IntegerField()
    orders = serializers.IntegerField()


class WorthCount(serializers.Serializer[None]):
    """Orders of one class of worth: from the first edge to below the second."""

    orders = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return {"from": Money(), "to": Money(), **super().get_fields()}


class Sizes(serializers.Serializer[None]):
    """Mean, median and how many of each size; null without an order."""

    mean = Money(allow_null=True)
    median = Money(allow_null=True)
    histogram = SizeCount(many=True)


class Worths(serializers.Serializer[None]):
    """The same of what orders are worth. The median is estimated within its class."""

    mean = Money(allow_null=True)
    median = Money(allow_null=True)
    median_estimated = serializers.BooleanField()
    histogram = WorthCount(many=True)


class BasketsAnswer(Stamped):
    """How large paid orders are. lines: different products."""

    period = PeriodAnswer()
    currency = serializers.CharField()
    orders = serializers.IntegerField()
    lines = Sizes()
    units = Sizes()
    value = Worths()
