"""Product details for answers: from the Java product service, and from the shared tables when it gives none."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import msgspec
from django.conf import settings

from xlcfi.cache.redis import RedisAway
from xlcfi.cache.single_flight import SingleFlight
from xlcfi.observability.metrics import CACHE_READS
from xlcfi.platform.selectors import product_cards
from xlcfi.upstream.errors import BreakerOpen, BulkheadFull, UpstreamError
from xlcfi.upstream.java_products import java_products_fetch
from xlcfi.upstream.product_answers import LARGEST_ID, ProductDetail, product_unknown
from xlcfi.upstream.product_memory import (
    KEPT_SECONDS,
    Kept,
    ProcessMemory,
    redis_details_forget,
    redis_details_get,
    redis_details_set,
)

logger = logging.getLogger(__name__)

Source = Literal["java", "platform", "mixed"]

PATIENCE_SECONDS = 1.5
"""How long a thread waits for another that asks for the same products: a little longer than a call to Java."""

_memory = ProcessMemory()
_flights: SingleFlight[dict[int, Kept]] = SingleFlight(patience=PATIENCE_SECONDS)
_hit = CACHE_READS.labels("product", "hit")
_miss = CACHE_READS.labels("product", "miss")


@dataclass(frozen=True, slots=True)
class ProductDetails:
    """Details by product id, each in the contract's `product` shape and the caller's own to change.

    source: `java` when the Java service told them (now, or up to a minute ago), `platform` when they were read from
    the shared tables, `mixed` when some of each. A product that neither knows has its id and nulls, and no say in it.
    """

    by_id: dict[int, ProductDetail]
    source: Source


def product_details(ids: Sequence[int]) -> ProductDetails:
    """Details of the products `ids`, in that order. Never fails because of Java or Redis, and waits for them no
    longer than JAVA_CALL_BUDGET_MS and a tenth of a second."""
    kept, source = _details_kept(ids)
    return ProductDetails({product_id: each.detail.copy() for product_id, each in kept.items()}, source)


def product_details_encoded(ids: Sequence[int]) -> tuple[dict[int, msgspec.Raw], Source]:
    """As product_details, each detail as JSON, and where they came from: for answers that only pass them on."""
    kept, source = _details_kept(ids)
    return {product_id: each.encoded for product_id, each in kept.items()}, source


def _details_kept(ids: Sequence[int]) -> tuple[dict[int, Kept], Source]:
    now = _memory.clock()
    kept_of = _memory.get
    found: dict[int, Kept | None] = {}
    missing = False
    for product_id in ids:
        kept = found[product_id] = kept_of(product_id)  # in the order of `ids`, found or not
        missing = missing or kept is None or kept.until <= now
    if missing:
        _miss.inc()
        # Who has to ask anyway asks for those too that would soon have to be asked for.
        soon = now + KEPT_SECONDS / 2
        found.update(
            _details_find([product_id for product_id, kept in found.items() if kept is None or kept.until <= soon])
        )
    else:
        _hit.inc()
    details = cast("dict[int, Kept]", found)
    return details, _source({each.source for each in details.values()})


def product_details_forget(ids: Iterable[int]) -> None:
    """Drop what is kept of products that changed. Other processes follow within seconds, without Redis too."""
    changed = list(ids)
    _memory.forget(changed)
    if not changed:
        return
    try:
        redis_details_forget(changed)
    except RedisAway as away:
        logger.debug("what Redis keeps of %d products ends by itself: %s", len(changed), away)


def _details_find(missing: Iterable[int]) -> dict[int, Kept]:
    """What is now kept of each of `missing`, found once for all threads that miss the same."""
    wanted = tuple(sorted(set(missing)))
    return _flights.run((settings.JAVA_PRODUCT_SERVICE_URL, wanted), lambda: _details_fetch(wanted))


def _details_fetch(wanted: Sequence[int]) -> dict[int, Kept]:
    found: dict[int, tuple[ProductDetail, str]] = {
        product_id: (detail, "java") for product_id, detail in _from_java(wanted).items()
    }
    left = [product_id for product_id in wanted if product_id not in found]
    if left:
        cards = product_cards(left)
        for product_id in left:
            card = cards.get(product_id)
            if card is None:
                found[product_id] = (product_unknown(product_id), "")
            else:
                found[product_id] = (ProductDetail(**card), "platform")
    return _memory.keep(found.values(), java_expected=bool(settings.JAVA_PRODUCT_SERVICE_URL))


def _from_java(wanted: Sequence[int]) -> dict[int, ProductDetail]:
    """What Java told, now or a moment ago. Empty when it isn't there, or what Redis has of it."""
    if not settings.JAVA_PRODUCT_SERVICE_URL:
        return {}
    found: dict[int, ProductDetail] = {}
    try:
        found = redis_details_get(wanted)
    except RedisAway as away:
        logger.debug("product details without Redis: %s", away)
    left = [product_id for product_id in wanted if product_id not in found and 0 < product_id <= LARGEST_ID]
    if not left:
        return found
    try:
        told = java_products_fetch(product_ids=left)
    except UpstreamError as error:
        # Refusals of our own breaker come with every request; the failures that opened it are what is worth a line.
        level = logging.DEBUG if isinstance(error, BreakerOpen | BulkheadFull) else logging.INFO
        logger.log(level, "product details from the shared tables: %s: %s", type(error).__name__, error)
        return found
    try:
        redis_details_set(told)
    except RedisAway as away:
        logger.debug("product details not kept in Redis: %s", away)
    return found | told


def _source(sources: set[str]) -> Source:
    if "java" in sources:
        return "mixed" if "platform" in sources else "java"
    if "platform" in sources:
        return "platform"
    return "java" if settings.JAVA_PRODUCT_SERVICE_URL else "platform"
