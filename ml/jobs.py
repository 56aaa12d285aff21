"""Work that follows the clock."""

from ml.services import reviews
from xlcfi.events import periodic


@periodic(seconds=60)
def review_marks_settle() -> None:
    """Mark the reviews whose rows became visible after their events."""
    reviews.review_marks_settle()
