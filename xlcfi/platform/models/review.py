"""The review service's table: the only one of the platform's with columns that we may write, two of them."""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from django.db import connections, models
from django.utils.translation import gettext_lazy as _

from xlcfi.platform.fields import LocalDateTimeField
from xlcfi.platform.guard import PlatformModel, PlatformQuerySet
from xlcfi.platform.models.keys import platform_key


class SentimentRecord(NamedTuple):
    """What an analysed review gets: sentiment POSITIVE, NEUTRAL or NEGATIVE, score -1..1."""

    review_id: int
    sentiment: str
    score: float


class ReviewQuerySet(PlatformQuerySet["Review"]):
    """Reviews."""

    def sentiment_record(self, records: Iterable[SentimentRecord]) -> int:
        """Write the sentiments of analysed reviews in one statement; how many of the reviews were found.

        The last record of a review counts. Raises ValueError for a score outside -1..1 or not a number.
        """
        by_id = {record.review_id: record for record in records}
        for record in by_id.values():
            if not -1 <= record.score <= 1:
                raise ValueError(f"review {record.review_id}: score {record.score} is not within -1..1")
        if not by_id:
            return 0
        rows = [by_id[review_id] for review_id in sorted(by_id)]
        with connections[self.db].cursor() as cursor:
            # Rows are locked by id first, so that two writers never wait for each other in a circle.
            cursor.execute(
                "with locked as (select id from reviews where id = any(%s) order by id for update)"
                " update reviews r set sentiment = v.sentiment, sentiment_score = v.score"
                " from locked, unnest(%s::bigint[], %s::text[], %s::double precision[]) as v (id, sentiment, score)"
                " where r.id = locked.id and v.id = locked.id",
                [
                    [row.review_id for row in rows],
                    [row.review_id for row in rows],
                    [str(row.sentiment) for row in rows],
                    [float(row.score) for row in rows],
                ],
            )
            return int(cursor.rowcount)


class Review(PlatformModel):
    """A buyer's review of a product. `sentiment` and `sentiment_score` (-1..1) are ours to fill."""

    writable_columns: ClassVar[frozenset[str]] = frozenset({"sentiment", "sentiment_score"})

    product = platform_key("platform.Product", related_name="reviews", verbose_name=_("product"))
    user = platform_key("platform.User", related_name="reviews", verbose_name=_("member"))
    rating = models.IntegerField(_("rating"))
    content = models.TextField(_("text"))
    sentiment = models.CharField(_("sentiment"), max_length=255, null=True)
    sentiment_score = models.FloatField(_("sentiment score"), null=True)
    created_at = LocalDateTimeField(_("created"))

    objects = ReviewQuerySet.as_manager()  # type: ignore[misc]

    class Meta(PlatformModel.Meta):
        db_table = "reviews"
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self) -> str:
        return f"#{self.pk} ({self.rating}/5)"
