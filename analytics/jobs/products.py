"""Work on products: sizes of orders, cached lists."""

from analytics.jobs.expiring import dashboards_expire
from analytics.selectors.products.popular import KEY as POPULAR_KEY
from analytics.services.baskets import baskets_fold, baskets_rebuild
from analytics.services.catalog import categories_renew
from analytics.services.rollups import rollups_fold
from xlcfi.cache.json_cache import cache_invalidate
from xlcfi.events import Progress, RebuildReport, job, periodic, rebuild_step


@job
def popular_products_expire() -> None:
    """Mark the popular products as stale: one of them may be hidden now, or cost something else."""
    cache_invalidate(POPULAR_KEY)


@job(merge="product_ids")
def product_categories_renew(*, product_ids: list[int]) -> None:
    """Note into which categories products have moved: their sales go with them, from now on and of the past."""
    if categories_renew(product_ids=product_ids):
        dashboards_expire()


@periodic(seconds=1)
def recent_baskets_fold() -> None:
    """Count today's and yesterday's orders anew where they changed.

    Their sums say which changed: they are folded first, not a second later.
    """
    rollups_fold()
    baskets_fold(recent=True)


@periodic(seconds=30)
def baskets_fold_all() -> None:
    """The same for every day: a late payment, an order that moved."""
    baskets_fold()


@rebuild_step(name="basket-days", after=["sums"])
def rebuild_basket_days(*, apply: bool, progress: Progress) -> RebuildReport:
    """Sizes of orders by day."""
    return baskets_rebuild(apply=apply, progress=progress)
