"""What products cost and how many there were, day by day: the platform's table knows today's only."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductSnapshot(models.Model):
    """A product as it was last seen on a Seoul day. Days on which nothing differed from the last row have none.

    So what held on a day is said by the last row up to it. `lowest_stock` is the lowest that was seen on that day.
    """

    pk = models.CompositePrimaryKey("product_id", "day")
    product_id = models.BigIntegerField(_("product"))
    day = models.DateField(_("day"))
    price = models.DecimalField(_("price"), max_digits=38, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    stock = models.IntegerField(_("stock"))
    lowest_stock = models.IntegerField(_("lowest stock"))
    status = models.CharField(_("status"), max_length=255)

    class Meta:
        db_table = "product_snapshots"
        verbose_name = _("daily snapshot of a product")
        verbose_name_plural = _("daily snapshots of products")


class ProductUnitPrice(models.Model):
    """What most units of a product were ordered for on a day, from order lines: the history before the snapshots.

    One row per day on which it differs from the row before, each currency by itself.
    """

    pk = models.CompositePrimaryKey("product_id", "currency", "day")
    product_id = models.BigIntegerField(_("product"))
    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day"))
    price = models.DecimalField(_("price"), max_digits=38, decimal_places=2)

    class Meta:
        db_table = "product_unit_prices"
        verbose_name = _("price from order lines")
        verbose_name_plural = _("prices from order lines")
