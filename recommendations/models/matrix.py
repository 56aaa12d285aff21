"""Who likes what, by what they did."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UserItem(models.Model):
    """A user's rating of a product: the highest of what happened between them. A purchase is 5.0."""

    PURCHASE_RATING = 5.0

    pk = models.CompositePrimaryKey("user_id", "product_id")
    user_id = models.BigIntegerField()
    product_id = models.BigIntegerField()
    rating = models.FloatField()
    interest = models.FloatField(
        db_default=0.0, help_text=_("the highest of what happened but for purchases: what stays of a withdrawn one")
    )
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "user_item_matrix"
        verbose_name = _("rating")
        indexes = [models.Index(fields=["product_id"], name="user_item_matrix_product")]
