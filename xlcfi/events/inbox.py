"""Which events a group has applied."""

from collections.abc import Iterable

from django.db import connection

_ADD = """
INSERT INTO events_inbox (consumer_group, event_id)
SELECT %s, event_id FROM unnest(%s::varchar[]) AS given (event_id)
ON CONFLICT DO NOTHING RETURNING event_id
"""


def inbox_add(*, group: str, event_ids: Iterable[str]) -> set[str]:
    """Notes `event_ids` as applied by `group`; returns those that are new. Waits for whoever notes the same ids now.

    Belongs into the transaction of the events' effect. Sorted, so that two replicas with the same ids wait for each
    other in one order and never in a circle.
    """
    given = sorted(set(event_ids))
    if not given:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [group, given])
        return {row[0] for row in cursor.fetchall()}
