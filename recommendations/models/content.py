"""What products are about, in terms: the inverted index behind products that are alike."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductText(models.Model):
    """How far a product's terms are made. words_hash: of the text that was tokenized; features_at: of the features."""

    product_id = models.BigIntegerField(primary_key=True)
    words_hash = models.CharField(max_length=32, db_default="")
    features_at = models.DateTimeField(help_text=_("the change of its features that its terms know of"))
    words_at = models.DateTimeField(null=True, help_text=_("when its text was tokenized"))

    class Meta:
        db_table = "product_texts"
        verbose_name = _("product's index state")


class ProductTerm(models.Model):
    """A term of a product. weight: what it weighs there, without how rare it is.

    A word as the tokenizer found it, or `#c12` its category, `#s3` its seller, `#pKRW7` its band of price.
    """

    pk = models.CompositePrimaryKey("term", "product_id")
    term = models.CharField(max_length=64)
    product_id = models.BigIntegerField()
    weight = models.FloatField()

    class Meta:
        db_table = "product_terms"
        verbose_name = _("term of a product")
        indexes = [models.Index(fields=["product_id"], name="product_terms_product")]


class ContentChange(models.Model):
    """A product whose terms changed, for processes that keep answers; see CoPurchaseChange."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.BigIntegerField()
    xact = models.BigIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        db_table = "content_changes"
        verbose_name = _("product whose terms changed")
        indexes = [
            models.Index(fields=["xact"], name="content_changes_xact"),
            models.Index(fields=["told_at"], name="content_changes_told"),
        ]
