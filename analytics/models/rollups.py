"""Sums kept ready to read. Changes are appended to RollupDelta and folded in by one process at a time.

Every figure is rollup + deltas, read in one statement. Appending never waits for another consumer; a day's total
or a popular product would be fought over by all of them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sums(models.Model):
    """Columns that every sales rollup sums."""

    gross = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    refunds = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    orders = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class SalesDay(Sums):
    """Gross, refunds and paid orders of a Seoul day in one currency."""

    pk = models.CompositePrimaryKey("currency", "day")
    currency = models.CharField(max_length=3)
    day = models.DateField()

    class Meta:
        db_table = "sales_days"
        verbose_name = _("sales of a day")


class StatusDay(models.Model):
    """How many of the orders that were placed on a day stand in which status."""

    pk = models.CompositePrimaryKey("day", "status")
    day = models.DateField()
    status = models.CharField(max_length=255)
    orders = models.BigIntegerField(default=0)

    class Meta:
        db_table = "order_status_days"
        verbose_name = _("orders by status of a day")


class ProductSums(Sums):
    """Sums by product; `orders` counts the paid orders that hold it."""

    currency = models.CharField(max_length=3)
    product_id = models.BigIntegerField()
    units = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class ProductSalesDay(ProductSums):
    """One product's sales on a Seoul day in one currency."""

    pk = models.CompositePrimaryKey("currency", "day", "product_id")
    day = models.DateField()

    class Meta:
        db_table = "product_sales_days"
        verbose_name = _("a product's sales of a day")


class ProductSalesMonth(ProductSums):
    """The same by month (`month` is its first day): what makes a year cheap to read."""

    pk = models.CompositePrimaryKey("currency", "month", "product_id")
    month = models.DateField()

    class Meta:
        db_table = "product_sales_months"
        verbose_name = _("a product's sales of a month")


class RollupDelta(models.Model):
    """A change not folded in yet: of a day (no product, no status), of a product's day, or of a status's day."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    currency = models.CharField(max_length=3, default="")
    product_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=255, null=True)
    units = models.BigIntegerField(default=0)
    gross = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    refunds = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    orders = models.BigIntegerField(default=0)

    class Meta:
        db_table = "rollup_deltas"
        verbose_name = _("change waiting to be folded in")
