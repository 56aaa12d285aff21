"""What one user did, latest first."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from xlcfi.clock import SEOUL

_LATEST = """
SELECT id, event_type, created_at, event_data::text FROM user_behaviors WHERE user_id = %(user_id)s {where}
ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""


def timeline(
    *, user_id: int, limit: int, types: Sequence[str] = (), after: tuple[datetime, int] | None = None
) -> list[dict[str, Any]]:
    """Up to `limit` behaviours of a user, latest first: [{id, type, at, details}].

    types: only these; none: all. after: (at, id) of the last one told before.
    """
    where = ""
    values: dict[str, Any] = {"user_id": user_id, "limit": limit, "types": list(types)}
    if types:
        where += " AND event_type = ANY(%(types)s)"
    if after is not None:
        where += " AND created_at <= %(at)s AND (created_at < %(at)s OR id < %(id)s)"
        values |= {"at": after[0], "id": after[1]}
    with connection.cursor() as cursor:
        cursor.execute(_LATEST.format(where=where), values)
        return [
            {"id": number, "type": kind, "at": at.astimezone(SEOUL), "details": json.loads(data) or {}}
            for number, kind, at, data in cursor.fetchall()
        ]
