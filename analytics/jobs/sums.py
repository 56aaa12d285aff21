"""The sums: folding, settling with the tables, and the steps of a rebuild."""

from analytics.jobs.expiring import dashboards_expire
from analytics.services.activity import activity_fold, activity_rebuild, buyers_learn
from analytics.services.behaviors import orphans_adopt
from analytics.services.rebuild import (
    catalog_rebuild,
    orders_rebuild,
    people_rebuild,
    purchases_rebuild,
    recent_buyers_settle,
    recent_orders_settle,
)
from analytics.services.retention import BEHAVIORS
from analytics.services.rollups import rollups_fold
from analytics.services.rollups_rebuild import rollups_rebuild
from xlcfi.events import Progress, RebuildReport, periodic, prune_step, rebuild_step

prune_step(BEHAVIORS)


@periodic(seconds=1)
def sums_fold() -> None:
    """Fold what the consumers appended."""
    rollups_fold()
    activity_fold()


@periodic(seconds=60)
def new_buyers_learn() -> None:
    """Note new accounts: no event tells of them."""
    buyers_learn()


@periodic(seconds=60)
def latest_orders_settle() -> None:
    """Find among the latest orders what no event told: their status, and payments whose event was lost."""
    if recent_orders_settle():
        dashboards_expire()


@periodic(seconds=60)
def latest_buyers_settle() -> None:
    """The same for the buyers of those orders."""
    recent_buyers_settle()


@periodic(seconds=60)
def nameless_behaviors_adopt() -> None:
    """Find whose orders they were that events spoke of without naming the buyer."""
    orphans_adopt()


@rebuild_step(name="catalog")
def rebuild_catalog(*, apply: bool, progress: Progress) -> RebuildReport:
    """Products' categories and buyers' accounts."""
    return catalog_rebuild(apply=apply)


@rebuild_step(name="orders", after=["catalog"])
def rebuild_orders(*, apply: bool, progress: Progress) -> RebuildReport:
    """Order facts and ledger."""
    return orders_rebuild(apply=apply, progress=progress)


@rebuild_step(name="purchases")
def rebuild_purchases(*, apply: bool, progress: Progress) -> RebuildReport:
    """Purchases that no event told."""
    return purchases_rebuild(apply=apply, progress=progress)


@rebuild_step(name="people", after=["orders"])
def rebuild_people(*, apply: bool, progress: Progress) -> RebuildReport:
    """Profiles and category preferences."""
    return people_rebuild(apply=apply, progress=progress)


@rebuild_step(name="activity", after=["orders", "purchases"])
def rebuild_activity(*, apply: bool, progress: Progress) -> RebuildReport:
    """Active days."""
    return activity_rebuild(apply=apply)


@rebuild_step(name="sums", after=["orders"])
def rebuild_sums(*, apply: bool, progress: Progress) -> RebuildReport:
    """Daily and monthly sums."""
    return rollups_rebuild(apply=apply)
