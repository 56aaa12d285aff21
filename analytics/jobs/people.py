"""Buyers' sums: folding, and the step of a rebuild."""

from analytics.services.buyers.folding import buyers_fold
from analytics.services.buyers.rebuilding import buyers_rebuild
from xlcfi.events import Progress, RebuildReport, periodic, rebuild_step


@periodic(seconds=1)
def buyers_recompute() -> None:
    """Make the rows anew of buyers whose orders or refunds changed, or whose window did with the day."""
    buyers_fold()


@rebuild_step(name="buyers", after=["orders"])
def rebuild_buyers(*, apply: bool, progress: Progress) -> RebuildReport:
    """Buyers' days and standings, and the sums over them."""
    return buyers_rebuild(apply=apply)
