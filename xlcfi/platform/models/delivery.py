"""The delivery service's table. A platform may not have deployed it."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from xlcfi.platform.fields import LocalDateTimeField
from xlcfi.platform.guard import PlatformModel
from xlcfi.platform.models.keys import platform_key


class DeliveryStatus(StrEnum):
    """Delivery states known today; the platform can add others."""

    REQUESTED = "REQUESTED"
    IN_TRANSIT = "IN_TRANSIT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Delivery(PlatformModel):
    """An order on its way to the buyer. It has no `updated_at`."""

    order = platform_key("platform.Order", related_name="deliveries", verbose_name=_("order"))
    status = models.CharField(_("status"), max_length=255)
    requested_at = LocalDateTimeField(_("requested"))
    delivered_at = LocalDateTimeField(_("delivered"), null=True)

    class Meta(PlatformModel.Meta):
        db_table = "deliveries"
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        return f"#{self.pk} ({self.status})"
