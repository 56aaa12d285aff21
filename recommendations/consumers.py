"""What events change for recommendations."""

from recommendations.services.baskets import purchases_record
from xlcfi.events import Batch, PaymentCompleted, Topic, consumer


@consumer(group="recommendation-group", topics=[Topic.PAYMENT_COMPLETED])
def record_purchases(batch: Batch[PaymentCompleted]) -> None:
    """The user-item matrix and the bought-together counts of a batch of payments."""
    purchases_record(payments=batch.events)
