"""Work that follows the clock, and the steps of a rebuild."""

from recommendations.services.changes import changes_prune
from recommendations.services.co_purchase import counts_fold, counts_rebuild
from recommendations.services.rebuild import baskets_rebuild, matrix_rebuild, recent_baskets_settle
from xlcfi.events import Progress, RebuildReport, periodic, rebuild_step


@periodic(seconds=1)
def co_purchases_fold() -> None:
    """Fold what the consumers appended."""
    counts_fold()


@periodic(seconds=600)
def co_purchase_changes_prune() -> None:
    """Forget which counts changed long ago."""
    changes_prune()


@periodic(seconds=60)
def latest_baskets_settle() -> None:
    """Find among the latest orders the payments whose event was lost."""
    recent_baskets_settle()


@rebuild_step(name="baskets")
def rebuild_baskets(*, apply: bool, progress: Progress) -> RebuildReport:
    """The products of every paid order."""
    return baskets_rebuild(apply=apply, progress=progress)


@rebuild_step(name="co-purchases", after=["baskets"])
def rebuild_co_purchases(*, apply: bool, progress: Progress) -> RebuildReport:
    """The bought-together counts."""
    return counts_rebuild(apply=apply)


@rebuild_step(name="matrix", after=["baskets"])
def rebuild_matrix(*, apply: bool, progress: Progress) -> RebuildReport:
    """The ratings that purchases give."""
    return matrix_rebuild(apply=apply, progress=progress)
