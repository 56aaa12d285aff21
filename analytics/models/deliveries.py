"""When parcels left and came."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryFact(models.Model):
    """What events told of one parcel of an order: its lead time. Of several tellings the earliest moment stays.

    `delivery_id` 0 stands for a producer that does not name the parcel.
    """

    pk = models.CompositePrimaryKey("order_id", "delivery_id")
    order_id = models.BigIntegerField()
    delivery_id = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_facts"
        verbose_name = _("delivery fact")
        indexes = [models.Index(fields=["completed_at"], name="delivery_facts_completed")]
