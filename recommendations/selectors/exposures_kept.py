"""How long single answers and people's days are kept, and what that means for the sums that are made from them.

The sums by day and by experiment stay. What is older than the rows that were really removed is never worked out again.
"""

from django.conf import settings

from xlcfi.events import PruneStep

EXPOSURES = PruneStep(
    name="exposures",
    table="recommendation_exposures",
    age="moment",
    retention="EXPOSURE_RETENTION_DAYS",
    kept=lambda: settings.EXPOSURE_RETENTION_DAYS,
    indexed=True,
)
# Feedback and conversions of an answer come up to a week after it.
FEEDBACK = PruneStep(
    name="exposure-feedback",
    table="recommendation_feedback",
    age="(told_at + interval '8 days')",
    retention="EXPOSURE_RETENTION_DAYS",
    kept=lambda: settings.EXPOSURE_RETENTION_DAYS,
)
CONVERSIONS = PruneStep(
    name="exposure-conversions",
    table="recommendation_conversions",
    age="(at + interval '8 days')",
    retention="EXPOSURE_RETENTION_DAYS",
    kept=lambda: settings.EXPOSURE_RETENTION_DAYS,
)
PEOPLE = PruneStep(
    name="exposed-people",
    table="recommendation_person_days",
    age="(day::timestamp AT TIME ZONE 'Asia/Seoul')",
    retention="EXPOSED_PEOPLE_RETENTION_DAYS",
    kept=lambda: settings.EXPOSED_PEOPLE_RETENTION_DAYS,
)
STEPS = (EXPOSURES, FEEDBACK, CONVERSIONS, PEOPLE)


def _kept_since(*names: str) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"(SELECT COALESCE(MAX(before), '-infinity'::timestamptz) FROM events_prunerun WHERE name IN ({listed}))"


# SQL: from this moment on all of it is there. It is a midnight in Seoul, and what was really pruned, not what the
# settings say today.
KEPT_SINCE = _kept_since(EXPOSURES.name, PEOPLE.name)
KEPT_SINCE_DAY = f"({KEPT_SINCE} AT TIME ZONE 'Asia/Seoul')::date"
PEOPLE_SINCE_DAY = f"({_kept_since(PEOPLE.name)} AT TIME ZONE 'Asia/Seoul')::date"
