"""What is known of every order: the facts that all figures are sums of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderFact(models.Model):
    """One row per order: its claim (whoever tells of it first makes it) and what it is worth.

    A provisional fact was told by an event whose row was not visible yet; `told_at` is when an event last spoke.
    """

    order_id = models.BigIntegerField(_("order"), primary_key=True)
    buyer_id = models.BigIntegerField(_("buyer"), null=True)
    seller_id = models.BigIntegerField(_("seller"), null=True)
    currency = models.CharField(_("currency"), max_length=3)
    total = models.DecimalField(_("total"), max_digits=38, decimal_places=2)
    status = models.CharField(_("status"), max_length=255)
    country = models.CharField(
        _("country"), max_length=2, default="", db_default="", help_text=_("where the buyer is; empty: unknown")
    )
    placed_at = models.DateTimeField(
        _("placed at"), help_text=_("orders.created_at, or the event's time until the row is visible")
    )
    day = models.DateField(_("day"), help_text=_("Seoul day of the sale"))
    paid = models.BooleanField(_("paid"), default=False)
    provisional = models.BooleanField(_("provisional"), default=False)
    told_at = models.DateTimeField(_("last told at"), null=True)

    class Meta:
        db_table = "order_facts"
        verbose_name = _("order fact")
        verbose_name_plural = _("order facts")
        indexes = [
            models.Index(fields=["buyer_id"], name="order_facts_buyer"),
            models.Index(fields=["order_id"], name="order_facts_provisional", condition=models.Q(provisional=True)),
        ]

    def __str__(self) -> str:
        return f"#{self.order_id}"


class RefundFact(models.Model):
    """One row per refund of a paid order. `amount` null means the full total.

    `ref` is the refund's own id, or the event's time and amount; CANCELLED where an event told that the order was
    called off, PLATFORM where only the tables tell. These two count only where no other fact says how much went back,
    and the event's day counts before the tables'.
    """

    PLATFORM = "platform"
    CANCELLED = "cancelled"

    pk = models.CompositePrimaryKey("order_id", "ref")
    order_id = models.BigIntegerField()
    ref = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=38, decimal_places=2, null=True)
    items = models.JSONField(null=True, help_text=_("[[product_id, quantity], …] where the event named them"))
    day = models.DateField(help_text=_("Seoul day of the return; the first recorded one stays"))
    hour = models.SmallIntegerField(default=0, db_default=0, help_text=_("hour of that day in Seoul"))
    happened_at = models.DateTimeField(null=True, help_text=_("when the event says it was; null: told by the tables"))
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "refund_facts"
        verbose_name = _("refund fact")


class LedgerEntry(models.Model):
    """What happened to one product of one order: a row of its own for each thing that happened, on its own day.

    SALE: what was paid for it (gross). DISCOUNT: what its lines are worth beyond that (negative: a surcharge), on the
    sale's day. REFUND: what went back after a return, CANCELLATION: what went back because the paid order was called
    off. The sales of an order add up to its total, the entries of a refund to the refund, to the last unit. Net
    revenue = sales - refunds - cancellations. Product 0 stands for an order whose lines nobody told, seller 0 and an
    empty country for what is not known.
    """

    SALE, DISCOUNT, REFUND, CANCELLATION = "S", "D", "R", "C"
    KINDS = [(SALE, _("sale")), (DISCOUNT, _("discount")), (REFUND, _("return")), (CANCELLATION, _("cancellation"))]

    pk = models.CompositePrimaryKey("order_id", "kind", "ref", "product_id")
    order_id = models.BigIntegerField()
    kind = models.CharField(max_length=1, choices=KINDS)
    ref = models.CharField(max_length=120, default="")
    product_id = models.BigIntegerField()
    day = models.DateField()
    hour = models.SmallIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3)
    seller_id = models.BigIntegerField(default=0, db_default=0)
    country = models.CharField(max_length=2, default="", db_default="")
    units = models.BigIntegerField(default=0)
    amount = models.DecimalField(max_digits=38, decimal_places=2)

    class Meta:
        db_table = "ledger_entries"
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
