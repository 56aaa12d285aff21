"""Work that follows events or the clock."""

from django.conf import settings

from ml.services import reviews
from ml.services.churn_drift import churn_drift_note
from ml.services.demand_forecasting import forecasts_process_start
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


@periodic(seconds=6 * 3600)
def churn_drift_watch() -> None:
    """Note once a week how far buyers are from those whom the churn model was trained on."""
    churn_drift_note()


@periodic(seconds=600)
def demand_forecast() -> None:
    """Have every product forecast by a process of its own, once a day and after a new model."""
    if settings.DEMAND_FORECASTER_STARTS:
        forecasts_process_start()


@rebuild_step(name="unit-prices")
def rebuild_unit_prices(*, apply: bool, progress: Progress) -> RebuildReport:
    """What products were ordered for before their snapshots began."""
    return unit_prices_rebuild(apply=apply, progress=progress)
