"""What every answer about products says beside its figures."""

from datetime import timedelta
from typing import Any

from analytics.selectors.completeness import completeness
from xlcfi import clock
from xlcfi.clock import SEOUL, day_start


def stamped(answer: dict[str, Any]) -> dict[str, Any]:
    """`answer` with when it was made and how complete it is. One query."""
    return {**answer, "as_of": clock.now().astimezone(SEOUL).isoformat(), "completeness": completeness()}


def seconds_of_today(*, most: int) -> int:
    """For how long an answer that ends today may be kept: after midnight in Seoul "today" is another day."""
    midnight = day_start(clock.today() + timedelta(days=1))
    return min(most, max(1, int((midnight - clock.now()).total_seconds())))
