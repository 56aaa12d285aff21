"""What events change for the models."""

from ml.jobs import changed_products_snapshot
from ml.services.reviews import reviews_analyse
from xlcfi.events import Batch, ProductChanged, ReviewCreated, Topic, consumer


@consumer(group="ml-review-group", topics=[Topic.REVIEW_CREATED])
def analyse_reviews(batch: Batch[ReviewCreated]) -> None:
    """Their analyses, the platform's sentiment columns and `review.analyzed`."""
    reviews_analyse(reviews=batch.events)


@consumer(group="ml-review-group", topics=[Topic.PRODUCT_CHANGED])
def snapshot_products(batch: Batch[ProductChanged]) -> None:
    """What they cost and how many there are, noted after the event: its row may be visible a moment later."""
    batch.queue(changed_products_snapshot, product_ids=sorted({event.product_id for event in batch.events}))
