"""How the business runs: payments, parcels, coupons, balances and blockchain records, summed by day.

The platform's tables have no index on a date, so they are read by runs of ids (blocks): OperationBlock says what the
rows of a block add to which day, the other two are the sums of all blocks. A block is read again when one of its rows
may have changed; how many rows a table has does not matter.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OperationSums(models.Model):
    """Sums of rows of a `source` that fall on one day (or month) and are alike in `currency`, `key`, `part`, `bucket`.

    What these mean for each source, and what `reached` counts, is told in analytics/services/operations/sources.py.
    """

    source = models.CharField(max_length=20)
    currency = models.CharField(max_length=3, default="", db_default="")
    key = models.CharField(max_length=255, default="", db_default="")
    part = models.CharField(max_length=255, default="", db_default="")
    bucket = models.SmallIntegerField(default=0, db_default=0)
    count = models.BigIntegerField(default=0, db_default=0)
    reached = models.BigIntegerField(default=0, db_default=0)
    amount = models.DecimalField(max_digits=38, decimal_places=2, default=0, db_default=0)
    discount = models.DecimalField(max_digits=38, decimal_places=2, default=0, db_default=0)

    class Meta:
        abstract = True


class OperationBlock(OperationSums):
    """What the rows with ids from `block` * 500 on, 500 of them, add to a Seoul day."""

    pk = models.CompositePrimaryKey("source", "block", "day", "currency", "key", "part", "bucket")
    block = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        db_table = "operation_blocks"
        verbose_name = _("sums of a run of the platform's rows")


class OperationDay(OperationSums):
    """The sums of a Seoul day."""

    pk = models.CompositePrimaryKey("source", "day", "currency", "key", "part", "bucket")
    day = models.DateField()

    class Meta:
        db_table = "operation_days"
        verbose_name = _("operations of a day")


class OperationMonth(OperationSums):
    """The same by month (`month` is its first day): what makes a year cheap to read."""

    pk = models.CompositePrimaryKey("source", "month", "currency", "key", "part", "bucket")
    month = models.DateField()

    class Meta:
        db_table = "operation_months"
        verbose_name = _("operations of a month")


class OperationTouch(models.Model):
    """Orders of which an event told something: the blocks that hold rows of theirs have to be read again."""

    id = models.BigAutoField(primary_key=True)
    due_at = models.DateTimeField(db_default=Now())
    looks = models.SmallIntegerField(default=0, db_default=0)
    order_ids = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "operation_touches"
        verbose_name = _("orders waiting to be looked at")
