"""What is bought together: paid orders, counted once each.

Source of the score: the conditional frequency P(other | product), the confidence of Agrawal, Imielinski and Swami
(1993), Mining association rules between sets of items in large databases.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Basket(models.Model):
    """The distinct products of one paid order: its claim, and what rebuilding counts. A refunded order stays."""

    order_id = models.BigIntegerField(primary_key=True)
    user_id = models.BigIntegerField(null=True)
    product_ids: "ArrayField[list[int], list[int]]" = ArrayField(models.BigIntegerField(), help_text=_("ascending"))
    provisional = models.BooleanField(default=False, help_text=_("told by an event before its row was visible"))
    ordered_at = models.DateTimeField(null=True, help_text=_("when it was placed; null until a rebuild has looked"))
    told_at = models.DateTimeField()

    class Meta:
        db_table = "baskets"
        verbose_name = _("basket")
        indexes = [
            models.Index(fields=["user_id"], name="baskets_user"),
            models.Index(fields=["order_id"], name="baskets_provisional", condition=models.Q(provisional=True)),
        ]


class CoPurchaseProduct(models.Model):
    """How many paid orders hold a product."""

    product_id = models.BigIntegerField(primary_key=True)
    orders = models.BigIntegerField()

    class Meta:
        db_table = "co_purchase_products"
        verbose_name = _("product's orders")
        indexes = [models.Index(models.F("orders").desc(), "product_id", name="co_purchase_products_top")]


class CoPurchasePair(models.Model):
    """How many paid orders hold both products; each pair is kept in both directions."""

    pk = models.CompositePrimaryKey("product_id", "other_id")
    product_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    orders = models.BigIntegerField()

    class Meta:
        db_table = "co_purchase_pairs"
        verbose_name = _("products bought together")
        indexes = [models.Index("product_id", models.F("orders").desc(), "other_id", name="co_purchase_pairs_top")]


class CoPurchaseDelta(models.Model):
    """A change of a count that is not folded in yet. `other_id` 0 means the product's own orders of a Seoul `day`."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.BigIntegerField()
    other_id = models.BigIntegerField(default=0)
    orders = models.BigIntegerField()
    day = models.DateField(null=True)

    class Meta:
        db_table = "co_purchase_deltas"
        verbose_name = _("count waiting to be folded in")
        indexes = [models.Index(fields=["product_id"], name="co_purchase_deltas_product")]


class CoPurchaseChange(models.Model):
    """A product whose counts changed, for processes that keep answers. Product 0 means all of them.

    `xact` is the number of the transaction: who looked while it was under way finds it at the next look.
    """

    id = models.BigAutoField(primary_key=True)
    product_id = models.BigIntegerField()
    xact = models.BigIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        db_table = "co_purchase_changes"
        verbose_name = _("product whose counts changed")
        indexes = [
            models.Index(fields=["xact"], name="co_purchase_changes_xact"),
            models.Index(fields=["told_at"], name="co_purchase_changes_told"),
        ]
