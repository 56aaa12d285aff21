"""Who was active when, kept so that counting distinct users of a period reads each of them once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Buyer(models.Model):
    """A BUYER account of the platform and the Seoul day on which it was made."""

    user_id = models.BigIntegerField(primary_key=True)
    joined_day = models.DateField()

    class Meta:
        db_table = "buyers"
        verbose_name = _("buyer")
        indexes = [models.Index(fields=["joined_day"], name="buyers_joined_day")]


class ActiveDay(models.Model):
    """A buyer did something on `day`, and next on `next_day` (null: not yet).

    Each buyer active in [a, b] has exactly one row there whose `next_day` lies after b, so a distinct count is a
    plain count over an index.
    """

    pk = models.CompositePrimaryKey("user_id", "day")
    user_id = models.BigIntegerField()
    day = models.DateField()
    next_day = models.DateField(null=True)

    class Meta:
        db_table = "active_days"
        verbose_name = _("active day")
        indexes = [
            models.Index(fields=["day", "next_day"], name="active_days_span"),
            models.Index(fields=["day"], name="active_days_last", condition=models.Q(next_day__isnull=True)),
        ]


class ActiveDelta(models.Model):
    """An active day that is not chained in yet. Without a day: a day of this user may be active no longer."""

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    day = models.DateField(null=True)

    class Meta:
        db_table = "active_deltas"
        verbose_name = _("active day waiting to be folded in")
