"""What analysts want of the lists."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class PlacementRule(models.Model):
    """A wish of an analyst, from `first` to `last`, both Seoul days and included. See docs/recommendations.md."""

    class Kind(models.TextChoices):
        PIN = "pin", _("pin to a position")
        BOOST = "boost", _("boost by a factor")
        BURY = "bury", _("bury at the end")
        CAP_SELLER = "cap_seller", _("cap the products of one seller")
        CAP_CATEGORY = "cap_category", _("cap the products of one category")

    class Surface(models.TextChoices):
        ALL = "all", _("all lists")
        PERSONAL = "personal", _("personal")
        RELATED = "related", _("bought together")
        SIMILAR = "similar", _("similar")
        BASKET = "basket", _("cart")
        POPULAR = "popular", _("popular")
        SESSION = "session", _("visitors")

    kind = models.CharField(_("what it does"), max_length=20, choices=Kind.choices)
    surface = models.CharField(_("list"), max_length=20, choices=Surface.choices, default=Surface.ALL)
    product_id = models.BigIntegerField(_("product"), null=True, blank=True)
    seller_id = models.BigIntegerField(_("seller"), null=True, blank=True)
    category_id = models.BigIntegerField(
        _("category"), null=True, blank=True, help_text=_("with those below it; empty: every category")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)], help_text=_("of a pin")
    )
    factor = models.DecimalField(
        _("factor"),
        max_digits=6,
        decimal_places=3,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("of a boost: the score times this; below 1 it holds back"),
    )
    most = models.PositiveSmallIntegerField(
        _("at most"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)], help_text=_("of a cap")
    )
    first = models.DateField(_("from"))
    last = models.DateField(_("until"), help_text=_("including that day"))
    reason = models.CharField(_("why"), max_length=300)
    owner = models.CharField(_("who"), max_length=150, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        db_table = "placement_rules"
        verbose_name = _("rule for lists")
        verbose_name_plural = _("rules for lists")
        indexes = [models.Index(fields=["last", "first"], name="placement_rules_days")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    def clean(self) -> None:
        wrong: dict[str, object] = {}
        if self.first and self.last and self.last < self.first:
            wrong["last"] = _("Ends before it begins.")
        if self.kind == self.Kind.PIN and self.product_id is None:
            wrong["product_id"] = _("A pin needs a product.")
        if self.kind in (self.Kind.BOOST, self.Kind.BURY) and not (
            self.product_id or self.seller_id or self.category_id
        ):
            wrong["product_id"] = _("Say which product, seller or category.")
        if self.kind in (self.Kind.CAP_SELLER, self.Kind.CAP_CATEGORY) and self.product_id is not None:
            wrong["product_id"] = _("A cap is about a seller or a category.")
        if wrong:
            raise ValidationError(wrong)
