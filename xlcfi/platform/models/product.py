"""The product service's tables."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from xlcfi.platform.fields import LocalDateTimeField
from xlcfi.platform.guard import PlatformModel
from xlcfi.platform.models.keys import platform_key


class ProductStatus(StrEnum):
    """Product states known today; the platform can add others."""

    ON_SALE = "ON_SALE"
    SOLD_OUT = "SOLD_OUT"
    HIDDEN = "HIDDEN"


class Category(PlatformModel):
    """A category of products; `parent` is null for the top ones."""

    name = models.CharField(_("name"), max_length=255)
    parent = platform_key("platform.Category", null=True, related_name="children", verbose_name=_("parent"))

    class Meta(PlatformModel.Meta):
        db_table = "categories"
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name


class Product(PlatformModel):
    """What a seller sells. `price` is today's, in `currency`; `stock` is today's."""

    seller = platform_key("platform.User", related_name="products", verbose_name=_("seller"))
    category = platform_key("platform.Category", related_name="products", verbose_name=_("category"))
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), null=True)
    price = models.DecimalField(_("price"), max_digits=38, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    stock = models.IntegerField(_("stock"))
    status = models.CharField(_("status"), max_length=255)
    created_at = LocalDateTimeField(_("created"))
    updated_at = LocalDateTimeField(_("updated"))

    class Meta(PlatformModel.Meta):
        db_table = "products"
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name


class ProductImage(PlatformModel):
    """A picture of a product; the first is the one with the lowest `sort_order`, then the lowest id."""

    product = platform_key("platform.Product", related_name="images", verbose_name=_("product"))
    url = models.CharField(_("address"), max_length=255)
    sort_order = models.IntegerField(_("position"))

    class Meta(PlatformModel.Meta):
        db_table = "product_images"
        verbose_name = _("product image")
        verbose_name_plural = _("product images")

    def __str__(self) -> str:
        return self.url
