"""Which of the platform's reviews can be seen yet."""

from collections.abc import Collection

from xlcfi.platform.models import Review


def reviews_visible(*, review_ids: Collection[int]) -> set[int]:
    """Those of `review_ids` whose rows the platform has committed."""
    return set(Review.objects.filter(pk__in=review_ids).values_list("pk", flat=True))


def review_texts(*, review_ids: Collection[int]) -> dict[int, str]:
    """The texts of those of `review_ids` whose rows are visible."""
    return dict(Review.objects.filter(pk__in=review_ids).values_list("pk", "content")) if review_ids else {}
