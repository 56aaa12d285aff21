"""Why orders were called off and payments failed, as far as events told."""

from typing import Any, Final

from django.db import connection

from xlcfi.clock import Period

REASONS: Final = 20
_REASONS = """
SELECT event_type, reason, SUM(count)::bigint AS told FROM (
    SELECT event_type, reason, count FROM behavior_reasons WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT event_type, reason, count FROM interest_deltas
    WHERE reason IS NOT NULL AND day BETWEEN %(first)s AND %(last)s
) AS r GROUP BY event_type, reason HAVING SUM(count) <> 0 ORDER BY event_type, told DESC, reason
"""


def reasons_told(period: Period) -> dict[str, list[dict[str, Any]]]:
    """The most frequent reasons, and all others in one row without a reason. A reason that was not told is ''."""
    found: dict[str, list[dict[str, Any]]] = {"cancel": [], "payment_failed": []}
    for event_type, reason, count in _read(period):
        told = found.setdefault(event_type, [])
        if len(told) < REASONS:
            told.append({"reason": reason, "count": count})
        elif len(told) == REASONS:
            told.append({"reason": None, "count": count})
        else:
            told[-1]["count"] += count
    return found


def _read(period: Period) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, {"first": period.first, "last": period.last})
        return list(cursor.fetchall())
