"""What the answers about sales look like, for the OpenAPI description."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from analytics.api.serializers import CompletenessAnswer, Money


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class MemberId(serializers.Field[Any, Any, Any, Any]):
    """A number; a code for countries and currencies."""


class PeriodAnswer(serializers.Serializer[None]):
    """First and last moment in Seoul."""

    name = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        ends = {"from": serializers.DateTimeField(), "to": serializers.DateTimeField()}
        return {**super().get_fields(), **ends}


class Measures(serializers.Serializer[None]):
    """Net revenue = gross - refunds; refunds = cancellations + returns; the lines were worth gross + discounts."""

    gross = Money(help_text="totals of paid orders, on the day they were placed")
    discounts = Money()
    cancellations = Money(help_text="money that went back because the paid order was called off, on that day")
    returns = Money(help_text="other money that went back, on its day")
    refunds = Money()
    net_revenue = Money()
    orders = serializers.IntegerField(help_text="paid orders")
    units = serializers.IntegerField()
    average_order_value = Money(
        allow_null=True, help_text="gross / orders; null without one, or where orders_counted is per_product"
    )


class ChangeRates(serializers.Serializer[None]):
    """The change of each measure as a fraction of what it was before; null where that is 0."""

    gross = serializers.FloatField(allow_null=True)
    discounts = serializers.FloatField(allow_null=True)
    cancellations = serializers.FloatField(allow_null=True)
    returns = serializers.FloatField(allow_null=True)
    refunds = serializers.FloatField(allow_null=True)
    net_revenue = serializers.FloatField(allow_null=True)
    orders = serializers.FloatField(allow_null=True)
    units = serializers.FloatField(allow_null=True)
    average_order_value = serializers.FloatField(allow_null=True)


class SalesStep(Measures):
    """One step of a series: Seoul days, both included, and the hour (0 to 23) where steps are hours."""

    hour = serializers.IntegerField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(), "to": serializers.DateField(), **super().get_fields()}


class Compared(serializers.Serializer[None]):
    """The measures of another period, and the change since."""

    totals = Measures()
    change_rate = ChangeRates()


class ComparedPeriod(Compared):
    """The same with its days and its series."""

    period = PeriodAnswer()
    buckets = SalesStep(many=True)


class Comparison(serializers.Serializer[None]):
    """With the same number of days before and with the year before, as asked for."""

    previous = ComparedPeriod(required=False)
    year = ComparedPeriod(required=False)


class GroupComparison(serializers.Serializer[None]):
    """The same of one group."""

    previous = Compared(required=False)
    year = Compared(required=False)


class SalesGroup(Measures):
    """One category, seller, product, country or currency. id null: not known. name null: gone, or it has none."""

    id = MemberId(allow_null=True)
    name = serializers.CharField(allow_null=True)
    share = serializers.FloatField(allow_null=True, help_text="of the net revenue of all groups")
    comparison = GroupComparison()
    buckets = SalesStep(many=True, required=False, help_text="with series=true")


class SalesGroups(serializers.Serializer[None]):
    """A page of groups. count: how many there are in all."""

    items = SalesGroup(many=True)
    next = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()
    orders_counted = serializers.ChoiceField(choices=["once", "per_product"])


@extend_schema_serializer(component_name="OtherCurrencySales")
class OtherCurrency(Measures):
    """Sales in another currency: never added to the rest."""

    currency = serializers.CharField()


class ConvertedRate(serializers.Serializer[None]):
    """What was converted at which rate: won for one unit, as recorded for `day`."""

    currency = serializers.CharField()
    day = serializers.DateField()
    rate = serializers.DecimalField(max_digits=20, decimal_places=8, coerce_to_string=False)
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the answer, not of the serializer
    amount = Money(help_text="net revenue in that currency")
    converted = Money()


class Converted(serializers.Serializer[None]):
    """Net revenue in all currencies as one sum. incomplete: currencies without a rate, left out of it."""

    currency = serializers.CharField()
    total = Money()
    rates = ConvertedRate(many=True)
    incomplete = serializers.ListField(child=serializers.CharField())


class SalesAnswer(serializers.Serializer[None]):
    """Sales over time, compared, by group."""

    period = PeriodAnswer()
    granularity = serializers.CharField()
    group_by = serializers.CharField()
    currency = serializers.CharField()
    orders_counted = serializers.ChoiceField(choices=["once", "per_product"])
    totals = Measures()
    buckets = SalesStep(many=True)
    comparison = Comparison()
    other_currencies = OtherCurrency(many=True)
    groups = SalesGroups(allow_null=True)
    converted = Converted(allow_null=True)
    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()


class ChangeParts(serializers.Serializer[None]):
    """A change of net revenue and its parts, which add up to it."""

    net_revenue = Money()
    net_revenue_before = Money()
    change = Money()
    volume_effect = Money(help_text="more or fewer units, at the net price before")
    price_effect = Money(help_text="the rest of what members of both periods changed: their units at another net price")
    new = Money(help_text="members that sold in this period only")
    lost = Money(help_text="members that sold in the other period only")
    unsold = Money(help_text="members that sold in neither: money that went back, or units that nobody told")


class WholeChange(ChangeParts):
    """The change of all members together."""

    change_rate = serializers.FloatField(allow_null=True)


class MemberChange(ChangeParts):
    """What one member did to the change. contribution: as a fraction of the net revenue before."""

    id = MemberId(allow_null=True)
    name = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(choices=["kept", "new", "lost", "unsold"])
    units = serializers.IntegerField()
    units_before = serializers.IntegerField()
    contribution = serializers.FloatField(allow_null=True)


class MemberChanges(serializers.Serializer[None]):
    """A page of members, the largest changes first. count: how many there are in all."""

    items = MemberChange(many=True)
    next = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()


class ContributionAnswer(serializers.Serializer[None]):
    """Which members made the change of net revenue."""

    period = PeriodAnswer()
    compared = PeriodAnswer()
    currency = serializers.CharField()
    by = serializers.CharField()
    total = WholeChange()
    members = MemberChanges()
    as_of = serializers.DateTimeField()
    completeness = CompletenessAnswer()
