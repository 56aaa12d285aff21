"""What events change for analytics."""

from analytics.jobs import dashboards_expire
from analytics.services.payments import payments_record, refunds_ingest
from xlcfi.events import Batch, PaymentCompleted, PaymentRefunded, Topic, consumer


@consumer(group="analytics-payment-group", topics=[Topic.PAYMENT_COMPLETED])
def record_payments(batch: Batch[PaymentCompleted]) -> None:
    """Behaviours, profiles, preferences and the ledger of a batch of payments."""
    payments_record(payments=batch.events)
    batch.queue(dashboards_expire)


@consumer(group="analytics-group", topics=[Topic.PAYMENT_REFUNDED])
def record_refunds(batch: Batch[PaymentRefunded]) -> None:
    """Refunds, each on its own day."""
    refunds_ingest(refunds=batch.events)
    batch.queue(dashboards_expire)
