"""Exposures into the database, and into the list in Redis that stands in while the database is away."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import DataError, IntegrityError, connection, transaction

from recommendations.selectors.exposures_kept import KEPT_SINCE
from xlcfi.cache.redis import redis_client
from xlcfi.events.erasure import known_as
from xlcfi.observability.metrics import EXPOSURES

logger = logging.getLogger(__name__)

SPILL_KEY = "xlcfi:recommendations:exposures"
# Half a million answers, some 300 MB: an hour and a half at a hundred a second.
SPILLED_MOST = 500
BATCHES_AT_ONCE = 20


class Served(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One answer, as it is written. user_id 0: a visitor."""

    request_id: str
    moment: datetime
    surface: str
    algorithm: str
    model_version: str
    experiment_id: int
    variant: str
    user_id: int
    visitor: str
    product_ids: tuple[int, ...]


_batch = msgspec.json.Decoder(list[Served])

# An exposure older than what was pruned would be counted twice: its day's sums are final.
_WRITE = f"""
WITH put AS (
    INSERT INTO recommendation_exposures (request_id, moment, day, surface, algorithm, model_version, experiment_id,
                                          variant, user_id, visitor, product_ids)
    SELECT e.request_id, e.moment, (e.moment AT TIME ZONE 'Asia/Seoul')::date, e.surface, e.algorithm,
           e.model_version, e.experiment_id, e.variant, {known_as("e.user_id")}, e.visitor, e.products::bigint[]
    FROM unnest(%(requests)s::text[], %(moments)s::timestamptz[], %(surfaces)s::text[], %(algorithms)s::text[],
                %(versions)s::text[], %(experiments)s::bigint[], %(variants)s::text[], %(users)s::bigint[],
                %(visitors)s::text[], %(products)s::text[])
         AS e(request_id, moment, surface, algorithm, model_version, experiment_id, variant, user_id, visitor, products)
    WHERE e.moment >= {KEPT_SINCE}
    ORDER BY e.request_id
    ON CONFLICT (request_id) DO NOTHING
    RETURNING day, user_id, visitor
), touched AS (
    INSERT INTO recommendation_touches (day, user_id, visitor) SELECT DISTINCT day, user_id, visitor FROM put
)
SELECT COUNT(*) FROM put
"""


def exposures_write(batch: Sequence[Served]) -> int:
    """Write `batch` and whose day it changes. Returns how many were new: twice does no harm.

    What no column can hold goes alone and is counted. Raises OperationalError and InterfaceError.
    """
    try:
        with transaction.atomic():
            return _write(batch)
    except (DataError, IntegrityError) as wrong:
        if len(batch) == 1:
            EXPOSURES.labels(outcome="dropped").inc()
            logger.warning("an exposure can't be kept: %s", wrong)
            return 0
        return sum(exposures_write([each]) for each in batch)


def _write(batch: Sequence[Served]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "requests": [each.request_id for each in batch],
                "moments": [each.moment for each in batch],
                "surfaces": [each.surface for each in batch],
                "algorithms": [each.algorithm for each in batch],
                "versions": [each.model_version for each in batch],
                "experiments": [each.experiment_id for each in batch],
                "variants": [each.variant for each in batch],
                "users": [each.user_id for each in batch],
                "visitors": [each.visitor for each in batch],
                "products": [f"{{{','.join(map(str, each.product_ids))}}}" for each in batch],
            },
        )
        written = int(cursor.fetchone()[0])
    EXPOSURES.labels(outcome="written").inc(written)
    return written


def spill_put(batch: Sequence[Served]) -> None:
    """Put `batch` at the end of the list in Redis; count it as dropped where that is full. Raises RedisAway."""
    client: Any = redis_client()
    if client.llen(SPILL_KEY) >= SPILLED_MOST:
        EXPOSURES.labels(outcome="dropped").inc(len(batch))
        return
    client.rpush(SPILL_KEY, msgspec.json.encode(batch))
    EXPOSURES.labels(outcome="spilled").inc(len(batch))


def spill_drain() -> int:
    """Write what lies in Redis. Returns how many exposures it held. One process at a time. Raises RedisAway.

    A batch leaves Redis after it was written: a process that dies in between has it written twice, which is once.
    """
    client: Any = redis_client()
    drained = 0
    while raw := client.lrange(SPILL_KEY, 0, BATCHES_AT_ONCE - 1):
        for one in raw:
            try:
                batch = _batch.decode(one)
            except msgspec.MsgspecError:
                EXPOSURES.labels(outcome="dropped").inc()  # Not ours, or of another release.
                continue
            exposures_write(batch)
            drained += len(batch)
        client.ltrim(SPILL_KEY, len(raw), -1)
    return drained
