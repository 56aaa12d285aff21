"""Work that follows a commit or the clock, and the steps of a rebuild."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.db import connection, transaction

from recommendations.selectors.exposures_kept import STEPS
from recommendations.services.changes import changes_prune
from recommendations.services.co_purchase import counts_fold, counts_rebuild
from recommendations.services.content import content_changes_prune, structure_index
from recommendations.services.exposures_writing import spill_drain
from recommendations.services.features import features_rebuild, features_settle
from recommendations.services.feedback_waiting import waiting_settle
from recommendations.services.indexing import indexer
from recommendations.services.lists import lists_forget, lists_store
from recommendations.services.measuring import measures_fold, measures_rebuild
from recommendations.services.rebuild import baskets_rebuild, matrix_rebuild, recent_baskets_settle
from recommendations.services.rhythms import rhythms_count
from recommendations.services.visits import visits_note
from xlcfi.cache.redis import RedisAway, redis_client
from xlcfi.events import Batch, Event, Progress, RebuildReport, RetryLater, job, periodic, prune_step, rebuild_step
from xlcfi.events.followups import followups_add
from xlcfi.upstream.products import product_details_forget

# Events wait while a job runs: what it does not get done in that time is another job.
LISTS_SECONDS = 0.3

for step in STEPS:
    prune_step(step)


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


@job
def visits_keep(*, visits: list[tuple[str, int]]) -> None:
    """What visitors looked at. Redis away: it is let go of, a visit is over soon."""
    with suppress(RedisAway):
        visits_note(visits=[(digest, product_id) for digest, product_id in visits])


@periodic(seconds=1)
def co_purchases_fold() -> None:
    """Fold what the consumers appended."""
    counts_fold()


@periodic(seconds=600)
def co_purchase_changes_prune() -> None:
    """Forget which counts and terms changed long ago."""
    changes_prune()
    content_changes_prune()


@periodic(seconds=60)
def latest_baskets_settle() -> None:
    """Find among the latest orders the payments whose event was lost."""
    recent_baskets_settle(on_change=partial(_queue, lists_refresh))


@periodic(seconds=60)
def latest_features_settle() -> None:
    """Read the products again that changed lately: an event comes before its row is visible."""
    features_settle()


@periodic(seconds=2)
def products_index() -> None:
    """Bring changed products into the index of what they are about; their texts by a process of its own."""
    structure_index()
    if settings.PRODUCT_INDEXER_STARTS:
        indexer.start_if_needed()


@periodic(seconds=6 * 3_600)
def rhythms_work_out() -> None:
    """Count how often what is bought is bought again."""
    rhythms_count()


@periodic(seconds=1)
def measures_work_out() -> None:
    """Work out what answers, feedback and purchases since the last time add to the sums."""
    waiting_settle()
    measures_fold()


@periodic(seconds=2)
def exposures_unspill() -> None:
    """Write the answers that lie in Redis because the database was away."""
    # Redis away: the next turn is soon enough.
    with suppress(RedisAway):
        spill_drain()


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


@rebuild_step(name="measurement", after=["baskets"])
def rebuild_measurement(*, apply: bool, progress: Progress) -> RebuildReport:
    """What recommendations did: by person, by day, by experiment."""
    return measures_rebuild(apply=apply)


@rebuild_step(name="features")
def rebuild_features(*, apply: bool, progress: Progress) -> RebuildReport:
    """What every product is made of."""
    return features_rebuild(apply=apply, progress=progress)


@rebuild_step(name="rhythms", after=["co-purchases", "features"])
def rebuild_rhythms(*, apply: bool, progress: Progress) -> RebuildReport:
    """How often what is bought in each category is bought again."""
    with transaction.atomic():
        counted = rhythms_count()
        transaction.set_rollback(not apply)
    return RebuildReport(checked=counted, changed=0)


def _queue(work: Callable[..., None], user_ids: Sequence[int]) -> None:
    """Ask for `work` in the transaction under way, as a batch of events does."""
    asked: Batch[Event] = Batch([])
    asked.queue(work, user_ids=list(user_ids))
    followups_add(jobs=asked.queued)
