"""What products are expected to sell, and what planners say instead."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class DemandForecast(models.Model):
    """The forecast of one product, from `first_day` on, a number for each of the days that follow.

    intervals: {"50": [[lows], [highs]], "80": …, "95": …}. totals: {"7": {"mean", "median", "intervals": {"50": [lo,
    hi], …}}, "28": …}. model: which rule spoke; version: of the trained model.
    """

    product_id = models.BigIntegerField(_("product"), primary_key=True)
    category_id = models.BigIntegerField(_("category"))
    seller_id = models.BigIntegerField(_("seller"))
    first_day = models.DateField(_("first day"))
    model = models.CharField(_("model"), max_length=40)
    version = models.IntegerField(_("version"))
    mean = models.JSONField(_("mean"))
    median = models.JSONField(_("median"))
    intervals = models.JSONField(_("intervals"))
    totals = models.JSONField(_("totals"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        db_table = "demand_forecasts"
        verbose_name = _("demand forecast")
        verbose_name_plural = _("demand forecasts")


class CategoryDemand(models.Model):
    """The sum of the forecasts of all products of a category, those below it included; 0: of all products."""

    category_id = models.BigIntegerField(_("category"), primary_key=True)
    first_day = models.DateField(_("first day"))
    products = models.IntegerField(_("products"))
    mean = models.JSONField(_("mean"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        db_table = "demand_categories"
        verbose_name = _("demand of a category")
        verbose_name_plural = _("demand of categories")


class DemandOverride(models.Model):
    """What a planner says a product will sell from `first_day` to `last_day` together, instead of the forecast.

    model_units: what the forecast said of those days when the planner spoke. sold_units: what came, filled in once the
    days are over.
    """

    product_id = models.BigIntegerField(_("product"), validators=[MinValueValidator(1)])
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    units = models.DecimalField(_("units"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    reason = models.CharField(_("reason"), max_length=300)
    model_units = models.FloatField(_("units by the forecast"), null=True, blank=True)
    sold_units = models.FloatField(_("units sold"), null=True, blank=True)
    created_by = models.CharField(_("by"), max_length=150, blank=True, default="")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        db_table = "demand_overrides"
        verbose_name = _("planner's forecast")
        verbose_name_plural = _("planners' forecasts")
        indexes = [models.Index(fields=["product_id", "first_day"], name="demand_overrides_product")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")), name="demand_override_days"
            ),
            models.CheckConstraint(condition=models.Q(units__gte=0), name="demand_override_units"),
        ]

    def clean(self) -> None:
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValidationError({"last_day": _("The last day comes before the first.")})
