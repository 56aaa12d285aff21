"""What a new review changes for the models."""

from ml.services.reviews import reviews_analyse
from xlcfi.events import Batch, ReviewCreated, Topic, consumer


@consumer(group="ml-review-group", topics=[Topic.REVIEW_CREATED])
def analyse_reviews(batch: Batch[ReviewCreated]) -> None:
    """Their analyses, the platform's sentiment columns and `review.analyzed`."""
    reviews_analyse(reviews=batch.events)
