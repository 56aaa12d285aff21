"""What all events but payments change for analytics, inside the batch's transaction.

Locks are taken in one order everywhere: users' profiles, then orders, then parcels, then behaviours, each ascending.
"""

from collections.abc import Sequence

from django.db import connection

from analytics.services.behaviors import behaviors_record
from analytics.services.deliveries import deliveries_record
from analytics.services.profiles import profiles_lock, profiles_refresh
from analytics.services.refunds import refunds_ingest
from analytics.services.telling import behaviors_of
from ml.services.retraining import orders_count
from xlcfi.events import (
    DeliveryCompleted,
    DeliveryStarted,
    Event,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    PaymentRefunded,
)
from xlcfi.events.erasure import known_as

# What can change how many delivered orders a buyer has, or that there is a buyer at all.
_OF_BUYERS = (OrderCreated, OrderCompleted, OrderCancelled, PaymentRefunded, DeliveryStarted, DeliveryCompleted)


def news_record(*, events: Sequence[Event]) -> None:
    """Behaviours, profiles, refunds, parcels, and how many orders a model has not learnt from yet."""
    buyers = _buyers(events)
    if buyers:
        profiles_lock(user_ids=buyers)
    refunds_ingest(events=[event for event in events if isinstance(event, PaymentRefunded | OrderCancelled)])
    deliveries_record(events=[event for event in events if isinstance(event, DeliveryStarted | DeliveryCompleted)])
    behaviors_record(behaviors=behaviors_of(events=events))
    if buyers:
        profiles_refresh(user_ids=buyers)
    completed = [(event.order_id, event.occurred_at) for event in events if isinstance(event, OrderCompleted)]
    if completed:
        orders_count(orders=completed)


def _buyers(events: Sequence[Event]) -> list[int]:
    """Whose profiles these events may change; where one names the order only, its row says whose it is."""
    told = [event for event in events if isinstance(event, _OF_BUYERS)]
    found = {event.user_id for event in told if event.user_id is not None}
    nameless = sorted({event.order_id for event in told if event.user_id is None})
    if nameless:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT {known_as('buyer_id')} FROM orders WHERE id = ANY(%s)", [nameless])
            found.update(row[0] for row in cursor.fetchall())
    return sorted(found)
