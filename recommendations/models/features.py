"""What a product is made of: what recommending by content starts from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductFeature(models.Model):
    """Our copy of what a product's content is, as the platform's table last told it.

    A product that an event told of before its row was visible, or whose row is gone, is `present` false.
    """

    product_id = models.BigIntegerField(primary_key=True)
    present = models.BooleanField(db_default=False, help_text=_("its row was there when last looked"))
    seller_id = models.BigIntegerField(null=True)
    category_id = models.BigIntegerField(null=True)
    name = models.TextField(db_default="")
    price = models.DecimalField(max_digits=38, decimal_places=2, null=True)
    currency = models.TextField(db_default="")
    status = models.TextField(db_default="")
    content_hash = models.CharField(
        max_length=32, db_default="", help_text=_("MD5 of name, description and category: other text, other vector")
    )
    changed_at = models.DateTimeField(help_text=_("when any of this was last found to be different"))
    told_at = models.DateTimeField(help_text=_("when an event last told of a change"))

    class Meta:
        db_table = "product_features"
        verbose_name = _("product's content")
        indexes = [
            models.Index(fields=["changed_at"], name="product_features_changed"),
            models.Index(fields=["told_at"], name="product_features_told"),
        ]
