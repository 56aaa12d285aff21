"""How complete our figures are: what every answer of analytics says beside `as_of`."""

from typing import Any, TypedDict

from django.db import connection

from analytics.models import ReconcileRun
from xlcfi.cache.recent import Recent
from xlcfi.clock import SEOUL

# More than these change nothing in what is said, only in what it costs.
COUNTED_AT_MOST = 10_000
# A look for lost news that is older than this says nothing about today.
CHECKED_WITHIN_SECONDS = 6 * 3_600
KEPT_SECONDS = 0.5
"""For how long a process says the same: every answer says it, and it changes with nothing that one asks for."""

COMPLETE, PROVISIONAL, UNCHECKED = "complete", "provisional", "unchecked"

WAITING = (
    "rollup_deltas",
    "active_deltas",
    "buyer_changes",
    "interest_deltas",
    "journey_touches",
    "operation_touches",
    "co_purchase_deltas",
)
"""Every table that consumers append to and a job empties: see "Append and fold" in ARCHITECTURE.md."""

_WAITING = " UNION ALL ".join(f"(SELECT 1 FROM {table} LIMIT %(most)s)" for table in WAITING)
# Each part is answered by an index that holds the rows asked for and no others, or from a table that is all but empty.
_LOOK = f"""
SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM order_facts WHERE provisional LIMIT %(most)s) AS p),
       (SELECT COUNT(*) FROM ({_WAITING} LIMIT %(most)s) AS w),
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
    """How far the figures can be believed, as of at most KEPT_SECONDS ago; within a transaction as of now.

    status: "complete"; "provisional" where orders count whose rows nobody has seen, events wait as dead letters or a
    compared day differs from the platform's tables; "unchecked" where none of that is known to be so but no reconciling
    succeeded within CHECKED_WITHIN_SECONDS. waiting_changes: rows of WAITING, all together: appended and not folded in
    or worked out yet. Sums, active days, buyers and interest hold them already; journeys, operations and what is bought
    together will in a moment. The counts stop at COUNTED_AT_MOST. reconciled_at: ISO 8601 in Seoul, None before the
    first run. days_differing: days whose money differs in some currency; None where no day was ever compared.
    """
    # A transaction sees what it did itself, and perhaps nothing that others did since.
    return _looked() if connection.in_atomic_block else _kept.get().copy()


def completeness_forget() -> None:
    """Look again at the next question, whatever this process saw a moment ago."""
    _kept.forget()


def _looked() -> Completeness:
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


_kept = Recent(_looked, seconds=KEPT_SECONDS)
