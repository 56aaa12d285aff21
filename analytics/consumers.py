"""What events change for analytics."""

from analytics.jobs.churn import churn_follow
from analytics.jobs.expiring import dashboards_expire
from analytics.jobs.orders import told_orders_follow
from analytics.jobs.products import popular_products_expire, product_categories_renew
from analytics.services.news import news_record
from analytics.services.payments import payments_record
from xlcfi.events import (
    Batch,
    DeliveryCompleted,
    DeliveryStarted,
    Event,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    PaymentCompleted,
    ProductChanged,
    Topic,
    consumer,
)

# After these an order stands somewhere else.
_OF_ORDERS = (OrderCreated, OrderCompleted, OrderCancelled, DeliveryStarted, DeliveryCompleted)


@consumer(group="analytics-payment-group", topics=[Topic.PAYMENT_COMPLETED])
def record_payments(batch: Batch[PaymentCompleted]) -> None:
    """Behaviours, profiles, preferences and the ledger of a batch of payments."""
    payments_record(payments=batch.events)
    batch.queue(dashboards_expire)
    batch.queue(churn_follow, user_ids=sorted({payment.user_id for payment in batch.events}))


@consumer(
    group="analytics-group",
    topics=[
        Topic.ORDER_CREATED,
        Topic.ORDER_COMPLETED,
        Topic.ORDER_CANCELLED,
        Topic.PAYMENT_FAILED,
        Topic.PAYMENT_REFUNDED,
        Topic.PRODUCT_VIEWED,
        Topic.USER_BEHAVIOR,
        Topic.DELIVERY_STARTED,
        Topic.DELIVERY_COMPLETED,
    ],
)
def record_news(batch: Batch[Event]) -> None:
    """Behaviours, profiles, refunds and cancellations on their own day, lead times.

    One handler for all of them: what they lock is locked in one order.
    """
    news_record(events=batch.events)
    batch.queue(dashboards_expire)
    orders = {event.order_id for event in batch.events if isinstance(event, _OF_ORDERS)}
    if orders:
        batch.queue(told_orders_follow, order_ids=sorted(orders))


@consumer(group="analytics-group", topics=[Topic.PRODUCT_CHANGED])
def record_product_changes(batch: Batch[ProductChanged]) -> None:
    """What is popular shows products as they are; figures by category follow a product into another one."""
    batch.queue(popular_products_expire)
    batch.queue(product_categories_renew, product_ids=sorted({event.product_id for event in batch.events}))
