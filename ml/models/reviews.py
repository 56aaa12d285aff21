"""What a review says, as a model reads it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sentiment(models.TextChoices):
    """How a review feels; the values are those of the platform's `reviews.sentiment`."""

    POSITIVE = "POSITIVE", _("positive")
    NEUTRAL = "NEUTRAL", _("neutral")
    NEGATIVE = "NEGATIVE", _("negative")


class ReviewAnalysis(models.Model):
    """The analysis of one review: the claim, made once whoever tells of the review and however often.

    keywords: texts, the most frequent first. aspects: objects of aspect, sentiment and score (-1..1).
    """

    review_id = models.BigIntegerField(primary_key=True)
    product_id = models.BigIntegerField()
    user_id = models.BigIntegerField(null=True)
    rating = models.SmallIntegerField(help_text=_("1 to 5"))
    sentiment = models.CharField(max_length=8, choices=Sentiment)
    score = models.FloatField(help_text=_("-1 to 1"))
    confidence = models.FloatField(help_text=_("0 to 1"))
    keywords = models.JSONField(default=list)
    aspects = models.JSONField(default=list)
    model_version = models.CharField(max_length=50)
    analysed_at = models.DateTimeField()
    marked_at = models.DateTimeField(null=True, help_text=_("when the platform's row got its sentiment"))
    look_at = models.DateTimeField(
        null=True, help_text=_("when to look for the platform's row again; empty: it is marked, or it never came")
    )

    class Meta:
        db_table = "review_analyses"
        verbose_name = _("review analysis")
        verbose_name_plural = _("review analyses")
        indexes = [
            models.Index(fields=["product_id", "analysed_at"], name="review_analyses_product"),
            models.Index(fields=["look_at"], name="review_analyses_look", condition=models.Q(look_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(sentiment__in=Sentiment.values), name="review_sentiment_known"),
            models.CheckConstraint(
                condition=models.Q(score__gte=-1, score__lte=1, confidence__gte=0, confidence__lte=1),
                name="review_score_in_bounds",
            ),
        ]
