"""How complete our figures are: what every answer of analytics says beside `as_of`."""

from typing import Any, TypedDict

from django.db import connection

from analytics.models import ReconcileRun
from xlcfi.clock import SEOUL

# More than these change nothing in what is said, only in what it costs.
COUNTED_AT_MOST = 10_000
# A look for lost news that is older than this says nothing about today.
CHECKED_WITHIN_SECONDS = 6 * 3_600

COMPLETE, PROVISIONAL, UNCHECKED = "complete", "provisional", "unchecked"

# Each part is answered by an index that holds the rows asked for and no others.
_LOOK = """
SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM order_facts WHERE provisional LIMIT %(most)s) AS p),
       (SELECT COUNT(*) FROM (SELECT 1 FROM rollup_deltas LIMIT %(most)s) AS w),
       (SELECT COUNT(*) FROM (SELECT 1 FROM events_deadletter WHERE state = 'new' LIMIT %(most)s) AS d),
       run.finished_at,
       run.finished_at > now() - make_interval(secs => %(within)s),
       CASE WHEN EXISTS (SELECT 1 FROM ledger_checks)
            THEN (SELECT COUNT(*) FROM (SELECT DISTINCT day FROM ledger_checks WHERE agrees = false) AS differing) END
FROM (SELECT 1) AS one
LEFT JOIN LATERAL (
    SELECT finished_at FROM reconcile_runs
    WHERE kind = %(window)s AND finished_at IS NOT NULL AND error = '' ORDER BY finished_at DESC LIMIT 1
) AS run ON true
"""


class Completeness(TypedDict):
    """The part of an answer; see `completeness`."""

    status: str
    provisional_orders: int
    waiting_changes: int
    dead_letters: int
    reconciled_at: str | None
    days_differing: int | None


def completeness() -> Completeness:
    """How far the figures can be believed, in one statement over a few small indexes.

    status: "complete"; "provisional" where orders count whose rows nobody has seen, events wait as dead letters or a
    compared day differs from the platform's tables; "unchecked" where none of that is known to be so but no reconciling
    succeeded within CHECKED_WITHIN_SECONDS. waiting_changes: appended and not folded in yet; every figure holds them
    already. The counts stop at COUNTED_AT_MOST. reconciled_at: ISO 8601 in Seoul, None before the first run.
    days_differing: days whose money differs in some currency; None where no day was ever compared.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK,
            {"most": COUNTED_AT_MOST, "within": CHECKED_WITHIN_SECONDS, "window": ReconcileRun.WINDOW},
        )
        row: tuple[Any, ...] = cursor.fetchone()
    provisional, waiting, dead, at, lately, differing = row
    known_gaps = provisional or dead or differing
    return Completeness(
        status=PROVISIONAL if known_gaps else COMPLETE if lately else UNCHECKED,
        provisional_orders=int(provisional),
        waiting_changes=int(waiting),
        dead_letters=int(dead),
        reconciled_at=None if at is None else at.astimezone(SEOUL).isoformat(),
        days_differing=None if differing is None else int(differing),
    )
