"""What events change for recommendations."""

from recommendations.jobs import lists_refresh, product_caches_drop, visits_keep
from recommendations.services.baskets import baskets_claim
from recommendations.services.features import features_refresh
from recommendations.services.feedback_waiting import feedback_from_events
from recommendations.services.matrix import ratings_raise
from recommendations.services.taste import interests_in
from recommendations.services.visits import visits_in
from xlcfi.events import Batch, PaymentCompleted, ProductChanged, ProductViewed, Topic, UserBehavior, consumer

GROUP = "recommendation-group"


# One handler for the three: they write the same table, and rows are locked in one order for the whole transaction.
@consumer(group=GROUP, topics=[Topic.PAYMENT_COMPLETED, Topic.PRODUCT_VIEWED, Topic.USER_BEHAVIOR])
def record_purchases(batch: Batch[PaymentCompleted | ProductViewed | UserBehavior]) -> None:
    """The bought-together counts, the ratings that purchases, views and other acts give, and whose list is new."""
    bought = baskets_claim(payments=[event for event in batch.events if isinstance(event, PaymentCompleted)])
    interests = interests_in(event for event in batch.events if not isinstance(event, PaymentCompleted))
    ratings_raise(bought=bought, interests=interests)
    if users := {user_id for user_id, _ in bought} | {user_id for user_id, _ in interests}:
        batch.queue(lists_refresh, user_ids=sorted(users))
    if visits := visits_in(event for event in batch.events if not isinstance(event, PaymentCompleted)):
        batch.queue(visits_keep, visits=visits)


@consumer(group=GROUP, topics=[Topic.USER_BEHAVIOR])
def record_feedback(batch: Batch[UserBehavior]) -> None:
    """Clicks and the like that name the answer of recommendations from which they came."""
    feedback_from_events(events=batch.events)


@consumer(group=GROUP, topics=[Topic.PRODUCT_CHANGED])
def record_product_changes(batch: Batch[ProductChanged]) -> None:
    """What a product is made of, read again; what is kept of it is dropped."""
    product_ids = sorted({event.product_id for event in batch.events})
    features_refresh(product_ids=product_ids)
    batch.queue(product_caches_drop, product_ids=product_ids)
