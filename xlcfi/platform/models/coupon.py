"""The coupon service's tables. A platform may not have deployed it."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from xlcfi.platform.fields import LocalDateTimeField
from xlcfi.platform.guard import PlatformModel
from xlcfi.platform.models.keys import platform_key


class UserCouponStatus(StrEnum):
    """States of an issued coupon known today; the platform can add others."""

    ISSUED = "ISSUED"
    USED = "USED"
    EXPIRED = "EXPIRED"


class Coupon(PlatformModel):
    """A discount that can be issued `total_quantity` times."""

    name = models.CharField(_("name"), max_length=255)
    discount_amount = models.DecimalField(_("discount"), max_digits=38, decimal_places=2)
    total_quantity = models.IntegerField(_("available"))
    issued_quantity = models.IntegerField(_("issued"))
    valid_from = LocalDateTimeField(_("valid from"))
    valid_until = LocalDateTimeField(_("valid until"))

    class Meta(PlatformModel.Meta):
        db_table = "coupons"
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")

    def __str__(self) -> str:
        return self.name


class UserCoupon(PlatformModel):
    """A coupon in a member's hands; `order` once it is used."""

    coupon = platform_key("platform.Coupon", related_name="user_coupons", verbose_name=_("coupon"))
    user = platform_key("platform.User", related_name="user_coupons", verbose_name=_("member"))
    status = models.CharField(_("status"), max_length=255)
    order = platform_key("platform.Order", null=True, related_name="user_coupons", verbose_name=_("order"))
    issued_at = LocalDateTimeField(_("issued"))
    used_at = LocalDateTimeField(_("used"), null=True)

    class Meta(PlatformModel.Meta):
        db_table = "user_coupons"
        verbose_name = _("issued coupon")
        verbose_name_plural = _("issued coupons")

    def __str__(self) -> str:
        return f"#{self.pk} ({self.status})"
