"""What only people know of a product: what it costs, how it is bought and how long it keeps."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

_NOT_NEGATIVE = MinValueValidator(0)
_POSITIVE = MinValueValidator(1)
_DAYS_AT_MOST = MaxValueValidator(3_650)
_SHARE = (MinValueValidator(0.5), MaxValueValidator(0.9999))


class Supply(models.Model):
    """How goods are bought and kept; empty: not known."""

    lead_time_days = models.PositiveSmallIntegerField(
        _("supplier lead time"), null=True, blank=True, validators=[_DAYS_AT_MOST], help_text=_("days")
    )
    shelf_life_days = models.PositiveSmallIntegerField(
        _("shelf life"), null=True, blank=True, validators=[_POSITIVE, _DAYS_AT_MOST], help_text=_("days")
    )
    minimum_order_quantity = models.PositiveIntegerField(
        _("minimum order quantity"), null=True, blank=True, validators=[_POSITIVE], help_text=_("units")
    )
    service_level = models.DecimalField(
        _("service level"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=_SHARE,
        help_text=_("probability of not running out, 0.5 to 0.9999"),
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    source = models.CharField(_("source"), max_length=200, blank=True, db_default="", default="")

    class Meta:
        abstract = True


class ProductPlanning(Supply):
    """What is known of one product. A unit cost is told by people or not known: it is never guessed."""

    product_id = models.BigIntegerField(_("product"), primary_key=True, validators=[_POSITIVE])
    unit_cost = models.DecimalField(
        _("unit cost"), max_digits=38, decimal_places=2, null=True, blank=True, validators=[_NOT_NEGATIVE]
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"\A[A-Z]{3}\Z")],
        help_text=_("of the unit cost"),
    )

    class Meta:
        db_table = "product_planning"
        verbose_name = _("planning of a product")
        verbose_name_plural = _("planning of products")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit_cost__isnull=True) | (models.Q(unit_cost__gte=0) & ~models.Q(currency="")),
                name="product_planning_cost_has_currency",
                violation_error_message=_("A unit cost needs a currency."),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.product_id}"


class CategoryPlanning(Supply):
    """What is assumed of the products of a category (and of those below it) of which nothing is known."""

    category_id = models.BigIntegerField(_("category"), primary_key=True, validators=[_POSITIVE])

    class Meta:
        db_table = "category_planning"
        verbose_name = _("planning assumed for a category")
        verbose_name_plural = _("planning assumed for categories")

    def __str__(self) -> str:
        return f"#{self.category_id}"
