"""What is bought when, and how often what is bought is bought again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductOrderDay(models.Model):
    """How many paid orders of a Seoul day hold a product."""

    pk = models.CompositePrimaryKey("day", "product_id")
    day = models.DateField()
    product_id = models.BigIntegerField()
    orders = models.BigIntegerField()

    class Meta:
        db_table = "product_order_days"
        verbose_name = _("product's orders of a day")


class CategoryRhythm(models.Model):
    """How often products of a category are bought again by who bought them.

    pairs: (buyer, product) first bought long enough ago; repeated: those of them bought again; days: the median between
    two purchases, null without any.
    """

    category_id = models.BigIntegerField(primary_key=True)
    pairs = models.BigIntegerField()
    repeated = models.BigIntegerField()
    days = models.FloatField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "category_rhythms"
        verbose_name = _("rhythm of a category")
