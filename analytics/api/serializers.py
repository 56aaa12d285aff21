"""What the answers look like, for the OpenAPI description."""

from rest_framework import serializers


class Money(serializers.DecimalField):
    """An amount: a JSON number with at most two decimals."""

    def __init__(self, **options: object) -> None:
        super().__init__(max_digits=38, decimal_places=2, coerce_to_string=False, **options)  # type: ignore[arg-type]


class CompletenessAnswer(serializers.Serializer[None]):
    """How far the figures can be believed."""

    status = serializers.ChoiceField(choices=["complete", "provisional", "unchecked"])
    provisional_orders = serializers.IntegerField(help_text="orders that only an event told so far")
    waiting_changes = serializers.IntegerField(help_text="appended and not folded in yet")
    dead_letters = serializers.IntegerField(help_text="events that could not be applied and wait for somebody")
    reconciled_at = serializers.DateTimeField(allow_null=True)
    days_differing = serializers.IntegerField(allow_null=True, help_text="null: no day was compared yet")


class CurrencySales(serializers.Serializer[None]):
    """Sales in another currency."""

    currency = serializers.CharField()
    total = Money()
    gross = Money()
    refunds = Money()
    average_order_value = Money(allow_null=True)
    orders = serializers.IntegerField()


class Revenue(serializers.Serializer[None]):
    """Money of the period in one currency. total: net, gross - refunds."""

    total = Money()
    gross = Money()
    refunds = Money()
    average_order_value = Money(allow_null=True)
    previous_total = Money()
    change_rate = serializers.FloatField(allow_null=True)
    currency = serializers.CharField()
    other_currencies = CurrencySales(many=True)


class Orders(serializers.Serializer[None]):
    """count: paid orders; by_status: all orders placed in the period."""

    count = serializers.IntegerField()
    previous_count = serializers.IntegerField()
    change_rate = serializers.FloatField(allow_null=True)
    by_status = serializers.DictField(child=serializers.IntegerField())


class Users(serializers.Serializer[None]):
    """active: buyers with a paid order or any behaviour; new: BUYER accounts made."""

    active = serializers.IntegerField()
    new = serializers.IntegerField()
    previous_active = serializers.IntegerField()
    change_rate = serializers.FloatField(allow_null=True)


class TrendDay(serializers.Serializer[None]):
    """A Seoul day. revenue: net."""

    date = serializers.DateField()
    revenue = Money()
    orders = serializers.IntegerField()


class TopProduct(serializers.Serializer[None]):
    """A product of the ten best by net revenue."""

    product_id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    units = serializers.IntegerField()
    revenue = Money()
    order_count = serializers.IntegerField()


class TopCategory(serializers.Serializer[None]):
    """A category of the five best by net revenue."""

    category_id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    units = serializers.IntegerField()
    revenue = Money()


class DashboardAnswer(serializers.Serializer[None]):
    """The dashboard."""

    revenue = Revenue()
    orders = Orders()
    users = Users()
    daily_trend = TrendDay(many=True)
    top_products = TopProduct(many=True)
    top_categories = TopCategory(many=True)
    period = serializers.DictField(child=serializers.CharField(), help_text="name, from, to")
    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()
