"""What was shown to whom, what they did with it, and which of their purchases follow from it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

REQUEST_ID_MAX = 64
NAME_MAX = 64
# A purchase follows from an answer up to the end of the seventh Seoul day after that of the answer.
WITHIN_DAYS = 7


class Surface(models.TextChoices):
    """Which kind of answer."""

    PERSONAL = "personal", _("personal")
    RELATED = "related", _("related")
    SIMILAR = "similar", _("similar")
    POPULAR = "popular", _("popular")
    BASKET = "basket", _("for a cart")
    SESSION = "session", _("for a visit")


class FeedbackEvent(models.TextChoices):
    """What a client tells of a product it was answered."""

    IMPRESSION = "impression", _("seen")
    CLICK = "click", _("clicked")
    ADD_TO_CART = "add_to_cart", _("put into the cart")
    PURCHASE = "purchase", _("bought, as the client tells")


class Exposure(models.Model):
    """One answer of recommendations. `user_id` 0: a visitor, `visitor` tells them apart ('?…': nobody known)."""

    request_id = models.CharField(_("request"), primary_key=True, max_length=REQUEST_ID_MAX)
    moment = models.DateTimeField(_("served at"))
    day = models.DateField(_("day"), help_text=_("in Seoul"))
    surface = models.CharField(_("surface"), max_length=16, choices=Surface.choices)
    algorithm = models.CharField(_("algorithm"), max_length=NAME_MAX)
    model_version = models.CharField(_("model"), max_length=NAME_MAX, db_default="")
    experiment_id = models.BigIntegerField(_("experiment"), db_default=0, help_text=_("0: none was running"))
    variant = models.CharField(_("variant"), max_length=NAME_MAX, db_default="")
    user_id = models.BigIntegerField(_("user"), db_default=0, help_text=_("0: a visitor"))
    visitor = models.CharField(_("visitor"), max_length=32, db_default="", help_text=_("a digest, never the session"))
    product_ids: "ArrayField[list[int], list[int]]" = ArrayField(models.BigIntegerField(), help_text=_("in order"))

    class Meta:
        db_table = "recommendation_exposures"
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        indexes = [
            models.Index(fields=["moment"], name="exposures_moment"),
            models.Index(fields=["user_id", "moment"], name="exposures_user", condition=~models.Q(user_id=0)),
            models.Index(fields=["visitor", "moment"], name="exposures_visitor", condition=models.Q(user_id=0)),
        ]


class Feedback(models.Model):
    """Something that happened to one product of an answer; counted once. `pending`: its answer is not written yet."""

    pk = models.CompositePrimaryKey("request_id", "product_id", "event")
    request_id = models.CharField(_("request"), max_length=REQUEST_ID_MAX)
    product_id = models.BigIntegerField(_("product"))
    event = models.CharField(_("event"), max_length=16, choices=FeedbackEvent.choices)
    position = models.IntegerField(_("position"), null=True, help_text=_("1 is the first"))
    at = models.DateTimeField(_("when"))
    told_at = models.DateTimeField(_("told at"))
    user_id = models.BigIntegerField(_("user"), db_default=0, help_text=_("0: told by a visitor or a service"))
    pending = models.BooleanField(_("waits for its answer"), db_default=False)

    class Meta:
        db_table = "recommendation_feedback"
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        indexes = [
            models.Index(fields=["told_at"], name="rec_feedback_told"),
            models.Index(fields=["told_at"], name="rec_feedback_pending", condition=models.Q(pending=True)),
        ]


class Conversion(models.Model):
    """A product of a paid order, and the last answer within seven days before it that showed it to the buyer.

    revenue: the line's part of the order's total; a refund leaves it and is marked.
    """

    pk = models.CompositePrimaryKey("order_id", "product_id")
    order_id = models.BigIntegerField(_("order"))
    product_id = models.BigIntegerField(_("product"))
    user_id = models.BigIntegerField(_("user"))
    request_id = models.CharField(_("request"), max_length=REQUEST_ID_MAX)
    at = models.DateTimeField(_("ordered at"))
    units = models.BigIntegerField(_("units"))
    currency = models.CharField(_("currency"), max_length=16)
    revenue = models.DecimalField(_("revenue"), max_digits=38, decimal_places=2)
    refunded = models.BooleanField(_("refunded"), db_default=False)

    class Meta:
        db_table = "recommendation_conversions"
        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")
        indexes = [
            models.Index(fields=["request_id"], name="rec_conversions_request"),
            models.Index(fields=["user_id"], name="rec_conversions_user"),
            models.Index(fields=["at"], name="rec_conversions_at"),
        ]


class ExposureTouch(models.Model):
    """A person's day, or an order, whose figures have to be worked out anew."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(null=True)
    user_id = models.BigIntegerField(db_default=0)
    visitor = models.CharField(max_length=32, db_default="")
    order_id = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "recommendation_touches"
        verbose_name = _("figures to be worked out anew")
