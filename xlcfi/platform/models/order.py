"""The order service's tables."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from xlcfi.platform.fields import LocalDateTimeField
from xlcfi.platform.guard import PlatformModel
from xlcfi.platform.models.keys import platform_key


class OrderStatus(StrEnum):
    """Order states known today; the platform can add others."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    PREPARING = "PREPARING"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"


class Order(PlatformModel):
    """An order of one buyer at one seller. `total` need not be the sum of its lines: coupons, shipping."""

    buyer = platform_key("platform.User", related_name="orders", verbose_name=_("buyer"))
    seller = platform_key("platform.User", related_name="sold_orders", verbose_name=_("seller"))
    status = models.CharField(_("status"), max_length=255)
    total = models.DecimalField(_("total"), max_digits=38, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=255)
    created_at = LocalDateTimeField(_("created"))
    updated_at = LocalDateTimeField(_("updated"))

    class Meta(PlatformModel.Meta):
        db_table = "orders"
        verbose_name = _("order")
        verbose_name_plural = _("orders")

    def __str__(self) -> str:
        return f"#{self.pk}"


class OrderItem(PlatformModel):
    """A line of an order. `unit_price` is in the order's currency."""

    order = platform_key("platform.Order", related_name="items", verbose_name=_("order"))
    product = platform_key("platform.Product", related_name="order_items", verbose_name=_("product"))
    quantity = models.IntegerField(_("quantity"))
    unit_price = models.DecimalField(_("unit price"), max_digits=38, decimal_places=2)

    class Meta(PlatformModel.Meta):
        db_table = "order_items"
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")

    def __str__(self) -> str:
        return f"#{self.order_id}: {self.quantity} × {self.product_id}"
