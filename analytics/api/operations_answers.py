"""What the answers about operations look like, for the OpenAPI description."""

from rest_framework import serializers

from analytics.api.sales_answers import PeriodAnswer
from analytics.api.serializers import CompletenessAnswer, Money


class Rate(serializers.FloatField):
    """A part of a whole as a fraction; null of nothing."""

    def __init__(self) -> None:
        super().__init__(allow_null=True, help_text="a fraction; null of nothing")


def _counts() -> "serializers.DictField":
    return serializers.DictField(child=serializers.IntegerField())


class OrdersPart(serializers.Serializer[None]):
    """Orders placed in the period; paid: those of them that are paid orders, whatever became of them later."""

    created = serializers.IntegerField()
    paid = serializers.IntegerField()
    success_rate = Rate()
    by_status = _counts()


class Attempts(serializers.Serializer[None]):
    """Payments made in the period. success_rate: succeeded / (attempts - pending)."""

    attempts = serializers.IntegerField()
    succeeded = serializers.IntegerField(help_text="money arrived, even if it went back later")
    pending = serializers.IntegerField()
    success_rate = Rate()
    by_status = _counts()


class MethodAttempts(Attempts):
    """Of one method in one currency. amount: of those that succeeded."""

    method = serializers.CharField()
    currency = serializers.CharField()
    amount = Money()


class ToldReason(serializers.Serializer[None]):
    """A reason that events told, on the day they told it. "": none was given; null: all the rarer ones."""

    reason = serializers.CharField(allow_null=True, allow_blank=True)
    count = serializers.IntegerField()


class PaymentsPart(Attempts):
    """Payments, by method and currency, and why payments failed."""

    by_method = MethodAttempts(many=True)
    failure_reasons = ToldReason(many=True)


class CurrencyAmount(serializers.Serializer[None]):
    """Money in one currency."""

    currency = serializers.CharField()
    amount = Money()


class CancellationsPart(serializers.Serializer[None]):
    """orders: of those placed in the period, how many stand cancelled; told: events; money: that went back for it."""

    orders = serializers.IntegerField()
    rate = Rate()
    told = serializers.IntegerField()
    reasons = ToldReason(many=True)
    money = CurrencyAmount(many=True)


class DeliveriesPart(serializers.Serializer[None]):
    """Parcels requested in the period by status; lead times of those that came in it, on half an hour."""

    requested = serializers.IntegerField()
    by_status = _counts()
    delivered = serializers.IntegerField()
    median_hours = serializers.FloatField(allow_null=True)
    p90_hours = serializers.FloatField(allow_null=True)
    promise_days = serializers.IntegerField(help_text="DELIVERY_PROMISE_DAYS")
    late = serializers.IntegerField(help_text="took longer than promised")
    late_share = Rate()


class CouponRevenue(serializers.Serializer[None]):
    """Paid orders with a used coupon that were placed in the period; discount: their lines' worth - gross."""

    currency = serializers.CharField()
    orders = serializers.IntegerField()
    gross = Money()
    discount = Money()


class CouponCounts(serializers.Serializer[None]):
    """issued: in the period; issued_and_used: of those, by now; used: in the period, whenever they were issued."""

    issued = serializers.IntegerField()
    issued_and_used = serializers.IntegerField()
    redemption_rate = Rate()
    used = serializers.IntegerField()


class OneCoupon(CouponCounts):
    """Of one coupon. orders: an order with several coupons is that of the first."""

    coupon_id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    orders = serializers.IntegerField()


class CouponsPart(CouponCounts):
    """Coupons, and the revenue that came with them."""

    by_status = _counts()
    revenue = CouponRevenue(many=True)
    by_coupon = OneCoupon(many=True)


class BalanceType(serializers.Serializer[None]):
    """Changes of balances of a type: CHARGE, USE, REFUND."""

    type = serializers.CharField()
    count = serializers.IntegerField()
    amount = Money(help_text="balances have no currency")


class BalancesPart(serializers.Serializer[None]):
    """Balances charged, used and refunded."""

    by_type = BalanceType(many=True)


class BlockchainPart(serializers.Serializer[None]):
    """Records made in the period by status."""

    records = serializers.IntegerField()
    by_status = _counts()


class Figures(serializers.Serializer[None]):
    """All parts. null: the table is not deployed."""

    period = PeriodAnswer()
    orders = OrdersPart()
    payments = PaymentsPart()
    cancellations = CancellationsPart()
    deliveries = DeliveriesPart(allow_null=True)
    coupons = CouponsPart(allow_null=True)
    balances = BalancesPart(allow_null=True)
    blockchain = BlockchainPart(allow_null=True)


class OperationsAnswer(Figures):
    """How the business runs."""

    comparison = serializers.DictField(child=Figures(), help_text="by name: previous, year")
    unavailable = serializers.ListField(child=serializers.CharField(), help_text="tables that are not deployed")
    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()


class PartComparison(serializers.Serializer[None]):
    """What every answer about one part has beside it."""

    period = PeriodAnswer()
    comparison = serializers.DictField(help_text="by name: previous, year: the same figures with their period")
    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()


class DeliveriesAnswer(DeliveriesPart, PartComparison):
    """Parcels and lead times."""


class CouponsAnswer(CouponsPart, PartComparison):
    """Coupons."""


class BalancesAnswer(BalancesPart, PartComparison):
    """Balances."""


class BlockchainAnswer(BlockchainPart, PartComparison):
    """Blockchain records."""
