"""What counts towards training anew."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RetrainingOrder(models.Model):
    """An order that an event told to be completed, counted once. told_at: the earliest moment any telling named."""

    order_id = models.BigIntegerField(primary_key=True)
    told_at = models.DateTimeField()

    class Meta:
        db_table = "retraining_orders"
        verbose_name = _("order that counts towards retraining")
        verbose_name_plural = _("orders that count towards retraining")
        indexes = [models.Index(fields=["told_at"], name="retraining_orders_told")]
