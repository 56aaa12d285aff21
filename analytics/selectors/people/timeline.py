"""What one user did, latest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from analytics.models import UserBehavior
from xlcfi.clock import SEOUL


def timeline(
    *, user_id: int, limit: int, types: Sequence[str] = (), after: tuple[datetime, int] | None = None
) -> list[dict[str, Any]]:
    """Up to `limit` behaviours of a user, latest first: [{id, type, at, details}].

    types: only these; none: all. after: (at, id) of the last one told before.
    """
    found = UserBehavior.objects.filter(user_id=user_id)
    if types:
        found = found.filter(event_type__in=types)
    if after is not None:
        at, last = after
        found = found.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(id__lt=last))
    rows = found.order_by("-created_at", "-id").values_list("id", "event_type", "created_at", "event_data")[:limit]
    return [
        {"id": number, "type": kind, "at": at.astimezone(SEOUL), "details": data or {}}
        for number, kind, at, data in rows
    ]
