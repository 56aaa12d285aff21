"""Work that follows a commit or the clock, and the steps of a rebuild."""

from collections.abc import Callable, Sequence
from functools import partial

from django.db import connection, transaction

from recommendations.services.changes import changes_prune
from recommendations.services.co_purchase import counts_fold, counts_rebuild
from recommendations.services.features import features_rebuild, features_settle
from recommendations.services.lists import lists_forget, lists_store
from recommendations.services.rebuild import baskets_rebuild, matrix_rebuild, recent_baskets_settle
from xlcfi.cache.redis import RedisAway, redis_client
from xlcfi.events import Batch, Event, Progress, RebuildReport, RetryLater, job, periodic, rebuild_step
from xlcfi.events.followups import followups_add
from xlcfi.upstream.products import product_details_forget

# Events wait while a job runs: what it does not get done in that time is another job.
LISTS_SECONDS = 0.3


@job(merge="user_ids")
def lists_refresh(*, user_ids: list[int]) -> None:
    """Compute and keep the lists of users whose taste changed. Redis away: tried again later, no event waits."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")  # It takes longer than the statements here.
        try:
            left = lists_store(user_ids=user_ids, seconds=LISTS_SECONDS)
        except RedisAway as away:
            raise RetryLater(f"Redis is away: {away}") from away
        if left:
            _queue(lists_refresh, left)


@job(merge="user_ids")
def lists_drop(*, user_ids: list[int]) -> None:
    """Drop the lists of users whose ratings were mended: too many to compute for people who may not come."""
    try:
        lists_forget(user_ids=user_ids)
    except RedisAway as away:
        raise RetryLater(f"Redis is away: {away}") from away


@job(merge="product_ids")
def product_caches_drop(*, product_ids: list[int]) -> None:
    """Drop what is kept of products that changed, in this process and in Redis."""
    try:
        redis_client().ping()
        product_details_forget(product_ids)
    except RedisAway as away:
        raise RetryLater(f"Redis is away: {away}") from away


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
    recent_baskets_settle(on_change=partial(_queue, lists_refresh))


@periodic(seconds=60)
def latest_features_settle() -> None:
    """Read the products again that changed lately: an event comes before its row is visible."""
    features_settle()


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
    return matrix_rebuild(apply=apply, progress=progress, on_change=partial(_queue, lists_drop))


@rebuild_step(name="features")
def rebuild_features(*, apply: bool, progress: Progress) -> RebuildReport:
    """What every product is made of."""
    return features_rebuild(apply=apply, progress=progress)


def _queue(work: Callable[..., None], user_ids: Sequence[int]) -> None:
    """Ask for `work` in the transaction under way, as a batch of events does."""
    asked: Batch[Event] = Batch([])
    asked.queue(work, user_ids=list(user_ids))
    followups_add(jobs=asked.queued)
