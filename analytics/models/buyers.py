"""Buyers' sums: what each bought by day, where each stands today, and the sums over all of them.

A buyer whose orders or refunds changed is appended to BuyerChange; one process at a time makes their rows anew and
adds the difference to the sums. Readers add what still waits themselves (analytics.selectors.people.waiting).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BuyerChange(models.Model):
    """A buyer whose paid orders or refunds changed: waiting to be recomputed. The same buyer may wait many times."""

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()

    class Meta:
        db_table = "buyer_changes"
        verbose_name = _("buyer waiting to be recomputed")


class Bought(models.Model):
    """Paid orders, their units and totals (on their own day), and what went back (on its own day)."""

    orders = models.BigIntegerField(default=0)
    units = models.BigIntegerField(default=0)
    gross = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    refunds = models.DecimalField(max_digits=38, decimal_places=2, default=0)

    class Meta:
        abstract = True


class BuyerDay(Bought):
    """What one buyer bought and gave back on a Seoul day; their first paid order ever apart from later ones."""

    pk = models.CompositePrimaryKey("user_id", "day", "currency", "is_first")
    user_id = models.BigIntegerField()
    day = models.DateField()
    currency = models.CharField(max_length=3)
    is_first = models.BooleanField(help_text=_("of the buyer's first paid order ever"))

    class Meta:
        db_table = "buyer_days"
        verbose_name = _("a buyer's day")


class BuyerStanding(models.Model):
    """Where a buyer who ever paid stands. Money is KRW; the window is the 365 days that end today.

    Nothing in it tells the day it was made: it is right until `renew_on`, when the window or a class changes by itself.
    """

    user_id = models.BigIntegerField(_("buyer"), primary_key=True)
    first_day = models.DateField(
        _("first paid day"), help_text=_("Seoul day of the first paid order; its month is the cohort")
    )
    last_day = models.DateField(_("last paid day"))
    orders = models.BigIntegerField(_("paid orders"), help_text=_("paid orders ever, of any currency"))
    home_orders = models.BigIntegerField(_("paid orders in won"), help_text=_("those in KRW"))
    gross = models.DecimalField(_("gross"), max_digits=38, decimal_places=2)
    refunds = models.DecimalField(_("refunds"), max_digits=38, decimal_places=2)
    others = models.JSONField(_("other currencies"), help_text=_("{currency: {orders, gross, refunds}} but for KRW"))
    window_orders = models.BigIntegerField(_("paid orders of 365 days"))
    window_home_orders = models.BigIntegerField(_("paid orders in won of 365 days"))
    window_gross = models.DecimalField(_("gross of 365 days"), max_digits=38, decimal_places=2)
    window_refunds = models.DecimalField(_("refunds of 365 days"), max_digits=38, decimal_places=2)
    window_net = models.DecimalField(_("net revenue of 365 days"), max_digits=38, decimal_places=2)
    recency = models.SmallIntegerField(_("recency"), help_text=_("class 0 to 5"))
    frequency = models.SmallIntegerField(_("frequency"))
    money = models.SmallIntegerField(_("monetary value"))
    segment = models.CharField(_("segment"), max_length=20)
    renew_on = models.DateField(_("changes by itself on"), null=True)

    class Meta:
        db_table = "buyer_standings"
        verbose_name = _("a buyer's standing")
        verbose_name_plural = _("buyers' standings")
        indexes = [
            models.Index("segment", models.F("window_net").desc(), "user_id", name="buyer_standings_segment"),
            models.Index(fields=["renew_on"], name="buyer_standings_renewal"),
        ]


class RfmCount(models.Model):
    """How many buyers are in which classes, and what they bought in the window and ever (KRW)."""

    pk = models.CompositePrimaryKey("recency", "frequency", "money")
    recency = models.SmallIntegerField()
    frequency = models.SmallIntegerField()
    money = models.SmallIntegerField()
    buyers = models.BigIntegerField(default=0)
    orders = models.BigIntegerField(default=0)
    home_orders = models.BigIntegerField(default=0)
    gross = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    refunds = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    lifetime_net = models.DecimalField(max_digits=38, decimal_places=2, default=0)

    class Meta:
        db_table = "rfm_counts"
        verbose_name = _("buyers in a class")


class CohortMonth(models.Model):
    """What the buyers of a cohort (month of the first paid order) did in a month.

    By currency, and once more with an empty one for all of them together: buyers and orders, no money.
    """

    pk = models.CompositePrimaryKey("cohort", "month", "currency")
    cohort = models.DateField()
    month = models.DateField()
    currency = models.CharField(max_length=3)
    buyers = models.BigIntegerField(default=0, help_text=_("with a paid order in the month"))
    orders = models.BigIntegerField(default=0)
    gross = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    refunds = models.DecimalField(max_digits=38, decimal_places=2, default=0)

    class Meta:
        db_table = "cohort_months"
        verbose_name = _("a cohort's month")


class NewReturningDay(Bought):
    """Sales of a Seoul day: first paid orders of buyers apart from repeated ones."""

    pk = models.CompositePrimaryKey("currency", "day", "is_first")
    currency = models.CharField(max_length=3)
    day = models.DateField()
    is_first = models.BooleanField()

    class Meta:
        db_table = "new_returning_days"
        verbose_name = _("first and repeated orders of a day")


class BuyersInPeriod(models.Model):
    """How many different buyers paid in a day, week, month, quarter or year: new ones (their first paid order ever
    lies in it) and returning ones. Any currency."""

    pk = models.CompositePrimaryKey("step", "start")
    step = models.CharField(max_length=7)
    start = models.DateField()
    new_buyers = models.BigIntegerField(default=0)
    returning_buyers = models.BigIntegerField(default=0)

    class Meta:
        db_table = "buyers_in_periods"
        verbose_name = _("new and returning buyers of a period")
