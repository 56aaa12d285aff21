"""Sums kept ready to read. Changes are appended to RollupDelta and folded in by one process at a time.

Every figure is rollup + deltas, read in one statement. Appending never waits for another consumer; a day's total
or a popular product would be fought over by all of them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sums(models.Model):
    """Columns that every sales rollup sums. Net revenue = gross - refunds; the lines were worth gross + discounts.

    refunds: all money that went back, on its own day; cancelled: the part of it whose paid order was called off.
    """

    gross = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    discounts = models.DecimalField(max_digits=38, decimal_places=2, default=0, db_default=0)
    refunds = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    cancelled = models.DecimalField(max_digits=38, decimal_places=2, default=0, db_default=0)
    orders = models.BigIntegerField(default=0)
    units = models.BigIntegerField(default=0, db_default=0)

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


class SalesHour(Sums):
    """The same of an hour of a Seoul day."""

    pk = models.CompositePrimaryKey("currency", "day", "hour")
    currency = models.CharField(max_length=3)
    day = models.DateField()
    hour = models.SmallIntegerField()

    class Meta:
        db_table = "sales_hours"
        verbose_name = _("sales of an hour")


class SellerSalesDay(Sums):
    """The same of one seller's orders (0: unknown)."""

    pk = models.CompositePrimaryKey("currency", "day", "seller_id")
    currency = models.CharField(max_length=3)
    day = models.DateField()
    seller_id = models.BigIntegerField()

    class Meta:
        db_table = "seller_sales_days"
        verbose_name = _("a seller's sales of a day")
        indexes = [models.Index(fields=["seller_id", "day"], name="seller_sales_days_seller")]


class CountrySalesDay(Sums):
    """The same of the orders of buyers in one country (empty: unknown)."""

    pk = models.CompositePrimaryKey("currency", "day", "country")
    currency = models.CharField(max_length=3)
    day = models.DateField()
    country = models.CharField(max_length=2)

    class Meta:
        db_table = "country_sales_days"
        verbose_name = _("a country's sales of a day")


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
    """Sums by product and the seller whose orders held it; `orders` counts the paid orders that hold it."""

    currency = models.CharField(max_length=3)
    product_id = models.BigIntegerField()
    seller_id = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True


class ProductSalesDay(ProductSums):
    """One product's sales on a Seoul day in one currency."""

    pk = models.CompositePrimaryKey("currency", "day", "product_id", "seller_id")
    day = models.DateField()

    class Meta:
        db_table = "product_sales_days"
        verbose_name = _("a product's sales of a day")
        indexes = [
            models.Index(fields=["product_id", "day"], name="product_sales_days_product"),
            models.Index(fields=["seller_id", "day"], name="product_sales_days_seller"),
        ]


class ProductSalesMonth(ProductSums):
    """The same by month (`month` is its first day): what makes a year cheap to read."""

    pk = models.CompositePrimaryKey("currency", "month", "product_id", "seller_id")
    month = models.DateField()

    class Meta:
        db_table = "product_sales_months"
        verbose_name = _("a product's sales of a month")
        indexes = [models.Index(fields=["seller_id", "month"], name="product_sales_months_seller")]


class RollupDelta(Sums):
    """A change not folded in yet: of whole orders (no product, no status), of a product, or of a status's day."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    hour = models.SmallIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, default="")
    seller_id = models.BigIntegerField(default=0, db_default=0)
    country = models.CharField(max_length=2, default="", db_default="")
    product_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=255, null=True)

    class Meta:
        db_table = "rollup_deltas"
        verbose_name = _("change waiting to be folded in")
