"""Why orders were called off and payments failed, as far as events told."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from analytics.selectors.spans import over_spans
from xlcfi.clock import Period

REASONS: Final = 20
_REASONS = """
SELECT span, event_type, reason, SUM(count)::bigint AS told FROM ({rows}) AS r
GROUP BY span, event_type, reason HAVING SUM(count) <> 0 ORDER BY span, event_type, told DESC, reason
"""
_ROWS = """
SELECT {span} AS span, event_type, reason, count FROM behavior_reasons WHERE {within}
UNION ALL
SELECT {span}, event_type, reason, count FROM interest_deltas WHERE reason IS NOT NULL AND {within}
"""


def reasons_told(periods: Sequence[Period]) -> list[dict[str, list[dict[str, Any]]]]:
    """For each of `periods` the most frequent reasons, and all others in one row without a reason. One statement.

    A reason that was not told is ''.
    """
    found: list[dict[str, list[dict[str, Any]]]] = [{"cancel": [], "payment_failed": []} for _ in periods]
    rows, values = over_spans(_ROWS, periods)
    with connection.cursor() as cursor:
        cursor.execute(_REASONS.format(rows=rows), values)
        for span, event_type, reason, count in cursor.fetchall():
            told = found[span].setdefault(event_type, [])
            if len(told) < REASONS:
                told.append({"reason": reason, "count": count})
            elif len(told) == REASONS:
                told.append({"reason": None, "count": count})
            else:
                told[-1]["count"] += count
    return found
