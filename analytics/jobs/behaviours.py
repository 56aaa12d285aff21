"""Work on what users did: counts by day, journeys, the funnel."""

from analytics.services.interest import interest_fold, interest_rebuild
from analytics.services.journeys.keeping import journeys_fold, journeys_rebuild
from analytics.services.touching import latest_orders_touch
from xlcfi.events import Progress, RebuildReport, periodic, rebuild_step

# A backlog is worked off over several seconds, so that the other chores get their turn.
FOLDS_AT_ONCE = 3


@periodic(seconds=1)
def interest_count() -> None:
    """Fold the counts of behaviours that the consumers appended."""
    interest_fold()


@periodic(seconds=1)
def journeys_follow() -> None:
    """Work out the journeys that events touched."""
    for _ in range(FOLDS_AT_ONCE):
        if not journeys_fold():
            break


@periodic(seconds=60)
def latest_journeys_follow() -> None:
    """Look at the journeys of the latest orders: what no event told."""
    latest_orders_touch()


@rebuild_step(name="interest", after=["orders", "purchases"])
def rebuild_interest(*, apply: bool, progress: Progress) -> RebuildReport:
    """Behaviours by day, interest in products, reasons told."""
    return interest_rebuild(apply=apply)


@rebuild_step(name="journeys", after=["orders", "purchases"])
def rebuild_journeys(*, apply: bool, progress: Progress) -> RebuildReport:
    """Journeys from a first view to a delivered order, and the funnel."""
    return journeys_rebuild(apply=apply)
