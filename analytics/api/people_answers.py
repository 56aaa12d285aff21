"""What the answers about people look like, for the OpenAPI description."""

from rest_framework import serializers

from analytics.api.paging import PageOf
from analytics.api.serializers import CompletenessAnswer, Money

Answer = serializers.Serializer


class Share(serializers.FloatField):
    """A fraction, 0 to 1."""


class Told(Answer[None]):
    """When an answer was made, and how complete it is."""

    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()


class NetRevenue(Answer[None]):
    """Money in one currency; net = gross - refunds."""

    gross_revenue = Money()
    refunds = Money()
    net_revenue = Money()


class Window(Answer[None]):
    """The 365 Seoul days, both ends included."""

    locals()["from"] = serializers.DateField()
    to = serializers.DateField()


class CutPoints(Answer[None]):
    """The fixed cut points of the classes, from the best class down (recency) or the lowest up."""

    window_days = serializers.IntegerField()
    recency_most_days = serializers.ListField(child=serializers.IntegerField())
    frequency_least_orders = serializers.ListField(child=serializers.IntegerField())
    money_least_net_krw = serializers.ListField(child=serializers.IntegerField())


class Classes(Answer[None]):
    """Classes, 5 best; 0: no paid order in the window."""

    recency = serializers.IntegerField()
    frequency = serializers.IntegerField()
    money = serializers.IntegerField()


class Counted(NetRevenue):
    """Buyers together; orders and money of the window, KRW."""

    buyers = serializers.IntegerField()
    share = Share(allow_null=True)
    orders = serializers.IntegerField()
    average_order_value = Money(allow_null=True)
    lifetime_net_revenue = Money()


class Segment(Counted):
    """A named segment."""

    name = serializers.CharField()


class GridCell(Counted):
    """A class of recency with one of frequency."""

    recency = serializers.IntegerField()
    frequency = serializers.IntegerField()
    segment = serializers.CharField()


class MoneyClass(Counted):
    """A class of money."""

    money = serializers.IntegerField()


class SegmentsAnswer(Told):
    """Everybody who ever paid, by segment."""

    currency = serializers.CharField()
    window = Window()
    cut_points = CutPoints()
    total = Counted()
    segments = Segment(many=True)
    grid = GridCell(many=True)
    by_money = MoneyClass(many=True)


class SegmentBuyer(Classes):
    """A buyer in a list. orders, net_revenue: of the window, KRW."""

    user_id = serializers.IntegerField()
    segment = serializers.CharField()
    score = serializers.FloatField()
    first_paid_day = serializers.DateField()
    last_paid_day = serializers.DateField()
    days_since_paid = serializers.IntegerField()
    orders = serializers.IntegerField()
    net_revenue = Money()
    lifetime_orders = serializers.IntegerField()
    lifetime_net_revenue = Money()


class SegmentBuyersAnswer(PageOf, Told):
    """The highest net revenue first."""

    segment = serializers.CharField()
    items = SegmentBuyer(many=True)


class CohortCell(Answer[None]):
    """A month of a cohort. retention: buyers, retention, orders; revenue: the others."""

    age = serializers.IntegerField(help_text="calendar months since the first paid order")
    month = serializers.CharField()
    running = serializers.BooleanField(help_text="the month is running")
    buyers = serializers.IntegerField(required=False)
    retention = Share(required=False)
    orders = serializers.IntegerField(required=False)
    gross_revenue = Money(required=False)
    refunds = Money(required=False)
    net_revenue = Money(required=False)
    net_per_buyer = Money(required=False)
    cumulative_net_per_buyer = Money(required=False)


class CohortRow(Answer[None]):
    """A cohort."""

    cohort = serializers.CharField()
    buyers = serializers.IntegerField()
    months = CohortCell(many=True)


class CohortAverage(Answer[None]):
    """An age, over the cohorts for whom that month is over."""

    age = serializers.IntegerField()
    cohorts = serializers.IntegerField()
    buyers = serializers.IntegerField()
    retention = Share(required=False)
    net_per_buyer = Money(required=False)
    cumulative_net_per_buyer = Money(required=False)


class CohortsAnswer(Told):
    """Cohorts by month of the first paid order."""

    measure = serializers.CharField()
    currency = serializers.CharField()
    locals()["from"] = serializers.CharField()
    to = serializers.CharField()
    cohorts = CohortRow(many=True)
    average = CohortAverage(many=True)


class Sold(NetRevenue):
    """Paid orders."""

    orders = serializers.IntegerField()
    average_order_value = Money(allow_null=True)


class BuyersTotal(Answer[None]):
    """A period. returning_buyers: null over several steps."""

    new_buyers = serializers.IntegerField()
    returning_buyers = serializers.IntegerField(allow_null=True)
    first_orders = Sold()
    repeat_orders = Sold()


class BuyersStep(Window):
    """A step. first_orders: first paid orders ever of their buyers."""

    new_buyers = serializers.IntegerField()
    returning_buyers = serializers.IntegerField()
    first_orders = Sold()
    repeat_orders = Sold()
    running = serializers.BooleanField()


class BuyersCompared(Answer[None]):
    """An earlier period and the changes since, as fractions."""

    period = Window()
    total = BuyersTotal()
    change_rates = serializers.DictField(child=serializers.FloatField(allow_null=True))


class BuyersAnswer(Told):
    """New against returning buyers. Orders and money: of one currency."""

    granularity = serializers.CharField()
    currency = serializers.CharField()
    period = Window()
    total = BuyersTotal()
    series = BuyersStep(many=True)
    compared = serializers.DictField(child=BuyersCompared())
