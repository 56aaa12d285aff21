"""What the answer about one user looks like, for the OpenAPI description."""

from rest_framework import serializers

from analytics.api.paging import PageOf
from analytics.api.people_answers import Answer, Classes, CutPoints, NetRevenue, Share, Told, Window
from analytics.api.serializers import Money


class Rfm(NetRevenue, Classes):
    """Where a buyer stands in the window that ends today."""

    segment = serializers.CharField(allow_null=True)
    days_since_paid = serializers.IntegerField(allow_null=True)
    orders = serializers.IntegerField()
    average_order_value = Money(allow_null=True)
    currency = serializers.CharField()
    window = Window()
    cut_points = CutPoints()


class Delivered(Answer[None]):
    """DELIVERED orders only; total_spent: KRW."""

    total_purchases = serializers.IntegerField()
    total_spent = Money()
    spent_in_other_currencies = serializers.DictField(child=Money())
    last_purchase_date = serializers.DateTimeField(allow_null=True)


class Score(Answer[None]):
    """0 to 100, and the points of each reason."""

    value = serializers.FloatField()
    parts = serializers.DictField(child=serializers.FloatField())


class Expected(Answer[None]):
    """Average net revenue (KRW) that cohorts brought at the ages to come; null where none is that old."""

    model = serializers.CharField()
    horizon_months = serializers.IntegerField()
    months_covered = serializers.IntegerField()
    net_revenue = Money(allow_null=True)
    cohort_net_per_buyer = Money(allow_null=True)


class BuyerCurrency(NetRevenue):
    """What was bought in another currency."""

    currency = serializers.CharField()
    orders = serializers.IntegerField()


class Lifetime(NetRevenue):
    """All paid orders ever; money: KRW."""

    orders = serializers.IntegerField()
    currency = serializers.CharField()
    average_order_value = Money(allow_null=True)
    other_currencies = BuyerCurrency(many=True)
    expected = Expected(allow_null=True)


class BuyerMonth(NetRevenue):
    """A month in one currency; refunds in the month they were made."""

    month = serializers.CharField(help_text="2025-03")
    currency = serializers.CharField()
    orders = serializers.IntegerField()
    units = serializers.IntegerField()


class PreferredCategory(Answer[None]):
    """share: of all the buyer's counted purchases."""

    category_id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    purchase_count = serializers.IntegerField()
    share = Share()


class Behaviour(Answer[None]):
    """Something the user did."""

    id = serializers.IntegerField()
    type = serializers.CharField()
    at = serializers.DateTimeField()
    details = serializers.DictField()


class Timeline(PageOf):
    """Latest first."""

    items = Behaviour(many=True)


class UserAnswer(Told):
    """A user; zeros and nulls for somebody unknown."""

    user_id = serializers.IntegerField()
    delivered = Delivered()
    churn_risk = serializers.FloatField(allow_null=True)
    churn_updated_at = serializers.DateTimeField(allow_null=True)
    buyer = serializers.CharField(allow_null=True, help_text="new (one paid order ever), returning, null: never paid")
    cohort = serializers.CharField(allow_null=True, help_text="month of the first paid order: 2025-03")
    first_paid_day = serializers.DateField(allow_null=True)
    last_paid_day = serializers.DateField(allow_null=True)
    rfm = Rfm()
    score = Score()
    lifetime = Lifetime()
    monthly = BuyerMonth(many=True)
    preferred_categories = PreferredCategory(many=True)
    timeline = Timeline()
