"""Work on operations: payments, parcels, coupons, balances and blockchain records."""

from analytics.services.operations.keeping import operations_fold, operations_rebuild, operations_settle
from xlcfi.events import Progress, RebuildReport, periodic, rebuild_step

# A backlog is worked off over several seconds, so that the other chores get their turn.
FOLDS_AT_ONCE = 3


@periodic(seconds=1)
def operations_follow() -> None:
    """Read again what events touched."""
    for _ in range(FOLDS_AT_ONCE):
        if not operations_fold():
            break


@periodic(seconds=60)
def operations_look() -> None:
    """Read the latest rows, and a few older ones in turn: what no event told."""
    operations_settle()


@rebuild_step(name="operations")
def rebuild_operations(*, apply: bool, progress: Progress) -> RebuildReport:
    """Sums of payments, parcels, coupons, balances and blockchain records."""
    return operations_rebuild(apply=apply)
