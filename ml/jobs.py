"""Work that follows events or the clock."""

from ml.services import reviews
from ml.services.snapshots import snapshots_take, unit_prices_rebuild
from xlcfi.events import Progress, RebuildReport, job, periodic, rebuild_step


@periodic(seconds=60)
def review_marks_settle() -> None:
    """Mark the reviews whose rows became visible after their events."""
    reviews.review_marks_settle()


@periodic(seconds=300)
def products_snapshot() -> None:
    """Note what products cost and how many there are, where that changed: also what no event told."""
    snapshots_take()


@job(merge="product_ids")
def changed_products_snapshot(*, product_ids: list[int]) -> None:
    """The same for products that events told of."""
    snapshots_take(product_ids=product_ids)


@rebuild_step(name="unit-prices")
def rebuild_unit_prices(*, apply: bool, progress: Progress) -> RebuildReport:
    """What products were ordered for before their snapshots began."""
    return unit_prices_rebuild(apply=apply, progress=progress)
