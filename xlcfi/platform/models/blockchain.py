"""The blockchain service's table. A platform may not have deployed it."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from xlcfi.platform.fields import LocalDateTimeField
from xlcfi.platform.guard import PlatformModel
from xlcfi.platform.models.keys import platform_key


class BlockchainStatus(StrEnum):
    """States of a record known today; the platform can add others."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    FAILED = "FAILED"


class BlockchainRecord(PlatformModel):
    """A transaction that records a product's or an order's facts on a chain."""

    product = platform_key("platform.Product", null=True, related_name="blockchain_records", verbose_name=_("product"))
    order = platform_key("platform.Order", null=True, related_name="blockchain_records", verbose_name=_("order"))
    tx_hash = models.CharField(_("transaction"), max_length=255)
    status = models.CharField(_("status"), max_length=255)
    created_at = LocalDateTimeField(_("created"))

    class Meta(PlatformModel.Meta):
        db_table = "blockchain_records"
        verbose_name = _("blockchain record")
        verbose_name_plural = _("blockchain records")

    def __str__(self) -> str:
        return self.tx_hash
