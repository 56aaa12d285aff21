"""The payment service's table."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from xlcfi.platform.fields import LocalDateTimeField
from xlcfi.platform.guard import PlatformModel
from xlcfi.platform.models.keys import platform_key


class PaymentStatus(StrEnum):
    """Payment states known today; the platform can add others."""

    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"


class Payment(PlatformModel):
    """A payment, or an attempt at one. It has no `updated_at`."""

    order = platform_key("platform.Order", related_name="payments", verbose_name=_("order"))
    pg_transaction_id = models.CharField(_("gateway transaction"), max_length=255)
    method = models.CharField(_("method"), max_length=255)
    status = models.CharField(_("status"), max_length=255)
    amount = models.DecimalField(_("amount"), max_digits=38, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=255)
    paid_at = LocalDateTimeField(_("paid at"), null=True)
    created_at = LocalDateTimeField(_("created"))

    class Meta(PlatformModel.Meta):
        db_table = "payments"
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return f"#{self.pk} ({self.status})"
