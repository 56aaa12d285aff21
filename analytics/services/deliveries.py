"""Keeping when parcels left and came."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from xlcfi.events import DeliveryCompleted, DeliveryStarted

_KEEP = """
INSERT INTO delivery_facts AS t (order_id, delivery_id, started_at, completed_at)
SELECT order_id, delivery_id, started_at, completed_at
FROM unnest(%(orders)s::bigint[], %(parcels)s::bigint[], %(started)s::timestamptz[], %(completed)s::timestamptz[])
     AS d(order_id, delivery_id, started_at, completed_at)
ORDER BY order_id, delivery_id
ON CONFLICT (order_id, delivery_id) DO UPDATE
SET started_at = LEAST(t.started_at, excluded.started_at), completed_at = LEAST(t.completed_at, excluded.completed_at)
"""


def deliveries_record(*, events: Sequence[DeliveryStarted | DeliveryCompleted]) -> None:
    """Keep the earliest moment at which each parcel was told to have left, and to have come."""
    started: dict[tuple[int, int], datetime] = {}
    completed: dict[tuple[int, int], datetime] = {}
    for event in events:
        moments = started if isinstance(event, DeliveryStarted) else completed
        parcel = (event.order_id, event.delivery_id or 0)
        moments[parcel] = min(event.occurred_at, moments.get(parcel, event.occurred_at))
    parcels = sorted(started.keys() | completed.keys())
    if not parcels:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "orders": [order_id for order_id, _ in parcels],
                "parcels": [delivery_id for _, delivery_id in parcels],
                "started": [started.get(parcel) for parcel in parcels],
                "completed": [completed.get(parcel) for parcel in parcels],
            },
        )
