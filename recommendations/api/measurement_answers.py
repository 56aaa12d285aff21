"""The form of the measurements over HTTP."""

from typing import Any

from rest_framework import serializers

from recommendations.intervals import Estimate
from recommendations.models.measurement import FIGURES
from recommendations.selectors.experiment_results import ExperimentResult, Figure, Verdict
from recommendations.selectors.measurement import Measured

COUNTS = ("people", "members", "people_clicked", "people_converted")
MONEY = ("revenue", "refunded_revenue")


class EstimateAnswer(serializers.Serializer[None]):
    """A figure and its interval; null where there is too little to tell."""

    value = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class Cell(serializers.Serializer[None]):
    """An algorithm or variant on a surface. date: in `by_day` only. members: people who were signed in."""

    date = serializers.DateField(required=False)
    surface = serializers.CharField()
    algorithm = serializers.CharField()
    model_version = serializers.CharField()
    experiment = serializers.IntegerField(allow_null=True)
    variant = serializers.CharField()
    exposures = serializers.IntegerField(help_text="answers")
    shown = serializers.IntegerField(help_text="products in them")
    impressions = serializers.IntegerField()
    clicks = serializers.IntegerField()
    carts = serializers.IntegerField()
    reported = serializers.IntegerField(help_text="purchases that clients told; not counted as conversions")
    conversions = serializers.IntegerField(help_text="products of paid orders")
    foreign_conversions = serializers.IntegerField(help_text="of them in other currencies: in no revenue")
    refunded = serializers.IntegerField(help_text="of the conversions, refunded since")
    revenue = serializers.DecimalField(max_digits=38, decimal_places=2, coerce_to_string=False)
    refunded_revenue = serializers.DecimalField(max_digits=38, decimal_places=2, coerce_to_string=False)
    people = serializers.IntegerField()
    members = serializers.IntegerField()
    people_clicked = serializers.IntegerField()
    people_converted = serializers.IntegerField()
    click_rate = EstimateAnswer(allow_null=True, help_text="people who clicked / people")
    conversion_rate = EstimateAnswer(allow_null=True, help_text="people who bought what was shown / members")
    revenue_per_person = EstimateAnswer(allow_null=True, help_text="won / members")
    click_share = EstimateAnswer(allow_null=True, help_text="clicks / products shown; null in `by_day`")


class VariantAnswer(serializers.Serializer[None]):
    """A variant so far. orders, revenue: all that its people paid for since their first answer."""

    name = serializers.CharField()
    share = serializers.FloatField()
    people = serializers.IntegerField()
    members = serializers.IntegerField()
    orders = serializers.IntegerField()
    revenue = serializers.DecimalField(max_digits=38, decimal_places=2, coerce_to_string=False)
    refunded_revenue = serializers.DecimalField(max_digits=38, decimal_places=2, coerce_to_string=False)
    click_rate = EstimateAnswer(allow_null=True)
    order_rate = EstimateAnswer(allow_null=True)
    revenue_per_person = EstimateAnswer(allow_null=True)
    conversion_rate = EstimateAnswer(allow_null=True)


class EffectAnswer(serializers.Serializer[None]):
    """A variant less the first one. fixed: for one look at the planned size; always_valid: for any number of looks."""

    variant = serializers.CharField()
    figure = serializers.ChoiceField(choices=[str(one) for one in Figure])
    fixed = EstimateAnswer(allow_null=True)
    always_valid = EstimateAnswer(allow_null=True)
    verdict = serializers.ChoiceField(choices=[str(one) for one in Verdict])
    may_stop = serializers.BooleanField(help_text="the always-valid interval leaves 0 out")


class ExperimentAnswer(serializers.Serializer[None]):
    """An experiment so far."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    surface = serializers.CharField()
    state = serializers.ChoiceField(choices=["planned", "running", "stopped", "ended"])
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    planned_people = serializers.IntegerField()
    people = serializers.IntegerField()
    enough = serializers.BooleanField()
    crossed = serializers.IntegerField(help_text="people who saw another variant than their first one too")
    uneven_probability = serializers.FloatField(allow_null=True, help_text="of so uneven a lot by chance")
    level = serializers.FloatField(help_text="of each interval of an effect")
    variants = VariantAnswer(many=True)
    effects = EffectAnswer(many=True)


class DaysAnswer(serializers.Serializer[None]):
    """Seoul days, both included."""

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(), "to": serializers.DateField()}


class MeasurementAnswer(serializers.Serializer[None]):
    """rows: over all days, each person once. complete_until: later days can still get conversions.

    people_from: days before it are in `by_day` but not in `rows`; null: all are.
    """

    period = DaysAnswer()
    surface = serializers.CharField(allow_null=True)
    experiment = serializers.IntegerField(allow_null=True)
    rows = Cell(many=True)
    by_day = Cell(many=True)
    experiments = ExperimentAnswer(many=True)
    complete_until = serializers.DateField()
    people_from = serializers.DateField(allow_null=True)
    as_of = serializers.DateTimeField()


def measured_told(measured: Measured) -> dict[str, Any]:
    """A row of `rows` or `by_day`."""
    figures = measured.figures
    told = {"date": figures["day"]} if "day" in figures else {}
    return {
        **told,
        **{name: figures[name] for name in ("surface", "algorithm", "model_version")},
        "experiment": figures["experiment_id"] or None,
        "variant": figures["variant"],
        **{name: figures[name] if name in MONEY else int(figures[name]) for name in (*FIGURES, *COUNTS)},
        "click_rate": _told(measured.click_rate),
        "conversion_rate": _told(measured.conversion_rate),
        "revenue_per_person": _told(measured.revenue_per_person, digits=2),
        "click_share": _told(measured.click_share),
    }


def experiment_told(result: ExperimentResult) -> dict[str, Any]:
    """One of `experiments`."""
    experiment = result.experiment
    return {
        **{name: getattr(experiment, name) for name in ("id", "name", "surface", "starts_at", "ends_at")},
        "planned_people": experiment.planned_people,
        "state": result.state,
        "people": result.people,
        "enough": result.enough,
        "crossed": result.crossed,
        "uneven_probability": result.uneven,
        "level": result.level,
        "variants": [
            {
                "name": each.name,
                "share": each.share,
                **{name: getattr(each.sums, name, 0) for name in ("people", "members", "orders", *MONEY)},
                **{str(figure): _told(each.rates[figure], digits=_digits(figure)) for figure in Figure},
                "conversion_rate": _told(each.conversion_rate),
            }
            for each in result.variants
        ],
        "effects": [
            {
                "variant": each.variant,
                "figure": str(each.figure),
                "fixed": _told(each.fixed, digits=_digits(each.figure)),
                "always_valid": _told(each.always_valid, digits=_digits(each.figure)),
                "verdict": str(each.verdict),
                "may_stop": each.may_stop,
            }
            for each in result.effects
        ],
    }


def _digits(figure: Figure) -> int:
    return 2 if figure is Figure.REVENUE else 6


def _told(estimate: Estimate | None, *, digits: int = 6) -> dict[str, float | None] | None:
    if estimate is None:
        return None
    low, high = (None if end is None else round(end, digits) for end in (estimate.low, estimate.high))
    return {"value": round(estimate.value, digits), "low": low, "high": high}
