"""The balance service's table. A platform may not have deployed it."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from xlcfi.platform.fields import LocalDateTimeField
from xlcfi.platform.guard import PlatformModel
from xlcfi.platform.models.keys import platform_key


class BalanceType(StrEnum):
    """Kinds of balance movements known today; the platform can add others."""

    CHARGE = "CHARGE"
    USE = "USE"
    REFUND = "REFUND"


class BalanceHistory(PlatformModel):
    """A movement of a member's prepaid balance, and the balance after it."""

    user = platform_key("platform.User", related_name="balance_histories", verbose_name=_("member"))
    type = models.CharField(_("kind"), max_length=255)
    amount = models.DecimalField(_("amount"), max_digits=38, decimal_places=2)
    balance_after = models.DecimalField(_("balance after"), max_digits=38, decimal_places=2)
    created_at = LocalDateTimeField(_("created"))

    class Meta(PlatformModel.Meta):
        db_table = "balance_histories"
        verbose_name = _("balance movement")
        verbose_name_plural = _("balance movements")

    def __str__(self) -> str:
        return f"#{self.pk} ({self.type})"
