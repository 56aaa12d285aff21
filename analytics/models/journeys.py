"""What became of people's interest: counts by day, and journeys from a first view to a delivered order.

Counts of days are rollup + waiting changes (InterestDelta), read in one statement. Journeys are worked out anew for the
pairs of user and product that JourneyTouch names; funnel days and times are kept in step with them.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class BehaviorDay(models.Model):
    """How many behaviours of a type a Seoul day saw; `anonymous`: those of nobody who was signed in."""

    pk = models.CompositePrimaryKey("day", "event_type")
    day = models.DateField()
    event_type = models.CharField(max_length=64)
    count = models.BigIntegerField(default=0, db_default=0)
    anonymous = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "behavior_days"
        verbose_name = _("behaviours of a day")
        verbose_name_plural = _("behaviours by day")


class BehaviorReason(models.Model):
    """How many cancellations or failed payments (`event_type`) of a Seoul day were told with which reason."""

    pk = models.CompositePrimaryKey("day", "event_type", "reason")
    day = models.DateField()
    event_type = models.CharField(max_length=64)
    reason = models.CharField(max_length=120)
    count = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "behavior_reasons"
        verbose_name = _("reason told on a day")


class ProductInterestDay(models.Model):
    """What people did with a product on a Seoul day. `views` are all of them, `anonymous_views` part of them."""

    pk = models.CompositePrimaryKey("product_id", "day")
    product_id = models.BigIntegerField()
    day = models.DateField()
    views = models.BigIntegerField(default=0, db_default=0)
    anonymous_views = models.BigIntegerField(default=0, db_default=0)
    carts = models.BigIntegerField(default=0, db_default=0)
    wishes = models.BigIntegerField(default=0, db_default=0)
    clicks = models.BigIntegerField(default=0, db_default=0)
    shares = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "product_interest_days"
        verbose_name = _("interest in a product on a day")
        indexes = [models.Index(fields=["day"], name="product_interest_days_day")]


class InterestDelta(models.Model):
    """A change of the three tables above that is not folded in yet."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    event_type = models.CharField(max_length=64)
    product_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=120, null=True)
    count = models.BigIntegerField()
    anonymous = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "interest_deltas"
        verbose_name = _("change of interest waiting to be folded in")


class JourneyTouch(models.Model):
    """Pairs (`user_ids[i]`, `product_ids[i]`) and orders whose journeys have to be worked out anew."""

    id = models.BigAutoField(primary_key=True)
    due_at = models.DateTimeField(db_default=Now())
    looks = models.SmallIntegerField(default=0, db_default=0)
    user_ids = ArrayField(models.BigIntegerField(), db_default=[])
    product_ids = ArrayField(models.BigIntegerField(), db_default=[])
    order_ids = ArrayField(models.BigIntegerField(), db_default=[])

    class Meta:
        db_table = "journey_touches"
        verbose_name = _("journeys waiting to be worked out")


class Journey(models.Model):
    """A signed-in buyer's way with one product, from a first view on: the funnel counts these.

    Views of the pair that follow each other within 7 days, without an order of it between them, are one journey; the
    first order within 7 days after its last view is its order. `paid_at`, `delivered_at`: only where they came within
    7 days of the step before. `day`: the Seoul day of the first view.
    """

    pk = models.CompositePrimaryKey("user_id", "product_id", "started_at")
    user_id = models.BigIntegerField()
    product_id = models.BigIntegerField()
    started_at = models.DateTimeField()
    day = models.DateField()
    last_view_at = models.DateTimeField()
    order_id = models.BigIntegerField(null=True)
    ordered_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "journeys"
        verbose_name = _("journey")


class FunnelDay(models.Model):
    """How far the journeys got that began on a Seoul day; product 0: all products together."""

    pk = models.CompositePrimaryKey("product_id", "day")
    product_id = models.BigIntegerField()
    day = models.DateField()
    viewed = models.BigIntegerField(default=0, db_default=0)
    ordered = models.BigIntegerField(default=0, db_default=0)
    paid = models.BigIntegerField(default=0, db_default=0)
    delivered = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "funnel_days"
        verbose_name = _("funnel of a day")
        indexes = [models.Index(fields=["day"], name="funnel_days_day")]


class FunnelTime(models.Model):
    """How many of those journeys took how long to a step (O ordered, P paid, D delivered) from the one before.

    `bucket` k: from 2^(k/8) to 2^((k+1)/8) seconds; 0 holds everything up to a second. Product 0: all together.
    """

    pk = models.CompositePrimaryKey("product_id", "day", "step", "bucket")
    product_id = models.BigIntegerField()
    day = models.DateField()
    step = models.CharField(max_length=1)
    bucket = models.SmallIntegerField()
    count = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "funnel_times"
        verbose_name = _("time between steps of a funnel")
