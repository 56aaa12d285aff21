"""What other currencies were worth in won, day by day: for views labelled as converted, and for nothing else."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CurrencyRate(models.Model):
    """The won that one unit of a currency was worth on a day, and who says so."""

    pk = models.CompositePrimaryKey("currency", "day")
    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day"))
    krw_per_unit = models.DecimalField(_("won per unit"), max_digits=20, decimal_places=8)
    source = models.CharField(_("source"), max_length=120, default="", db_default="")
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    class Meta:
        db_table = "currency_rates"
        verbose_name = _("currency rate")
        verbose_name_plural = _("currency rates")
        constraints = [models.CheckConstraint(condition=models.Q(krw_per_unit__gt=0), name="currency_rates_positive")]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}: {self.krw_per_unit}"
