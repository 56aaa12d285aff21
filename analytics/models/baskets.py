"""How large paid orders are: counted by day, so that a year is cheap to read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BasketDay(models.Model):
    """How many of the paid orders placed on a Seoul day are how large, by one of three measures; `total`: its sum.

    size: products (LINES) or units (UNITS) of an order; of its worth (VALUE) the lower edge of a class, in hundredths
    of the currency, whose edges begin with 10, 12, 15, 20, 25, 30, 40, 50, 60, 80 and go on with noughts.
    """

    LINES, UNITS, VALUE = "L", "U", "V"
    MEASURES = [(LINES, _("products")), (UNITS, _("units")), (VALUE, _("value"))]

    pk = models.CompositePrimaryKey("day", "currency", "measure", "size")
    day = models.DateField()
    currency = models.CharField(max_length=3)
    measure = models.CharField(max_length=1, choices=MEASURES)
    size = models.BigIntegerField()
    orders = models.BigIntegerField()
    total = models.DecimalField(max_digits=38, decimal_places=2)

    class Meta:
        db_table = "basket_days"
        verbose_name = _("sizes of a day's orders")
        verbose_name_plural = _("sizes of orders by day")
