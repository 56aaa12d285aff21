"""What buyers did and what they are like."""

from django.db import models
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _


class UserBehavior(models.Model):
    """Something a user did, told by an event (or, for purchases of the past, by the platform's tables).

    (`event_type`, `subject`) is what makes it the same behaviour when it is told again: the order of a purchase, the
    parcel of a delivery, else the event itself. Of several tellings the earliest stays, whichever came first.
    """

    VIEW = "view"
    ORDER = "order"
    PURCHASE = "purchase"
    REFUND = "refund"
    CANCEL = "cancel"
    PAYMENT_FAILED = "payment_failed"
    DELIVERY_STARTED = "delivery_started"
    DELIVERY_COMPLETED = "delivery_completed"

    id = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=255)
    user_id = models.BigIntegerField(null=True)
    event_type = models.CharField(max_length=64)
    event_data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    subject = models.CharField(max_length=160)

    class Meta:
        db_table = "user_behaviors"
        verbose_name = _("behaviour")
        constraints = [models.UniqueConstraint(fields=["event_type", "subject"], name="user_behaviors_once")]
        indexes = [
            models.Index(fields=["user_id", "created_at"], name="user_behaviors_user"),
            models.Index(fields=["created_at"], name="user_behaviors_created"),
            models.Index(
                fields=["id"],
                condition=models.Q(user_id__isnull=True) & models.Q(subject__startswith="order:"),
                name="user_behaviors_orphans",
            ),
            models.Index(
                "user_id",
                Cast(KT("event_data__product_id"), models.BigIntegerField()),
                "created_at",
                condition=models.Q(event_type="view", user_id__isnull=False),
                name="user_behaviors_views",
            ),
        ]


class UserProfile(models.Model):
    """A buyer at a glance. The first three figures count DELIVERED orders only; `total_spent` is KRW."""

    user_id = models.BigIntegerField(primary_key=True)
    total_purchases = models.BigIntegerField(default=0)
    total_spent = models.DecimalField(max_digits=38, decimal_places=2, default=0)
    spent_in_other_currencies = models.JSONField(default=dict, help_text=_("{currency: amount}"))
    last_purchase_date = models.DateTimeField(null=True)
    churn_risk = models.FloatField(null=True)
    churn_updated_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "user_profiles"
        verbose_name = _("buyer's profile")


class CategoryPreference(models.Model):
    """How often a buyer bought of a category: paid orders times the products of it they hold."""

    pk = models.CompositePrimaryKey("user_id", "category_id")
    user_id = models.BigIntegerField()
    category_id = models.BigIntegerField()
    purchase_count = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "category_preferences"
        verbose_name = _("category preference")
