"""Our copy of the catalogue's shape, so that figures by category need no scan of the platform's products."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductCategory(models.Model):
    """The category a product is in now."""

    product_id = models.BigIntegerField(primary_key=True)
    category_id = models.BigIntegerField()

    class Meta:
        db_table = "product_categories"
        verbose_name = _("category of a product")
