"""What runs out when, what to order, and what will expire."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InventoryAlert(models.Model):
    """A product whose stock needs somebody: worked out anew with each forecast.

    position: stock. reorder_point = demand of the lead time (mean) + safety_stock. order_quantity: what to order now, 0
    where stock suffices. runs_out_on: the first day at whose end less than nothing would be left by the mean, empty:
    not within 90 days. expiring: units whose shelf life ends before they are sold, by FIFO and the rises of stock that
    we saw. at_risk: money, in `currency`, of sales lost within the lead time and of what expires. assumed: fields that
    are a category's or our defaults, not the product's own.
    """

    product_id = models.BigIntegerField(_("product"), primary_key=True)
    seller_id = models.BigIntegerField(_("seller"))
    stock = models.IntegerField(_("stock"))
    daily_demand = models.FloatField(_("demand a day"))
    lead_time_days = models.PositiveSmallIntegerField(_("supplier lead time"))
    service_level = models.FloatField(_("service level"))
    shelf_life_days = models.PositiveSmallIntegerField(_("shelf life"), null=True)
    minimum_order_quantity = models.PositiveIntegerField(_("minimum order quantity"))
    reorder_point = models.PositiveIntegerField(_("reorder point"))
    safety_stock = models.PositiveIntegerField(_("safety stock"))
    order_quantity = models.PositiveIntegerField(_("order quantity"))
    runs_out_on = models.DateField(_("runs out on"), null=True)
    expiring_units = models.PositiveIntegerField(_("units that will expire"))
    expires_on = models.DateField(_("first expiry"), null=True)
    at_risk = models.DecimalField(_("money at risk"), max_digits=38, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    kinds = models.JSONField(_("kinds"))
    assumed = models.JSONField(_("assumed"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        db_table = "inventory_alerts"
        verbose_name = _("inventory alert")
        verbose_name_plural = _("inventory alerts")
        indexes = [
            models.Index(fields=["-at_risk", "product_id"], name="inventory_alerts_risk"),
            models.Index(fields=["seller_id", "-at_risk", "product_id"], name="inventory_alerts_seller"),
        ]
