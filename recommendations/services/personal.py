"""The answer of the personal endpoint: the kept list or one computed now, without what can't be shown."""

import logging
from collections.abc import Sequence

from recommendations.personal import Recommended, filled_up
from recommendations.selectors.personal import newest_on_sale
from recommendations.services.lists import SIZE, PersonalList, list_answer, list_keep, list_kept, lists_compute
from xlcfi.cache.redis import RedisAway
from xlcfi.observability.metrics import CACHE_READS
from xlcfi.platform.models.product import ProductStatus
from xlcfi.upstream.product_answers import ProductDetail
from xlcfi.upstream.products import ProductDetails, product_details

logger = logging.getLogger(__name__)

# Some of a longer list can be shown where all of a short one are hidden.
LONGER = 5


def personal_answer(*, user_id: int, limit: int) -> PersonalList:
    """The contract's answer: up to `limit` products, never none while there are any.

    What a product is comes from the product service (or the tables, see `product_source`), not from the kept list.
    """
    products, details = _listed(user_id, limit)
    shown = _shown(products, details)
    # A list that is short though all of it can be shown has no longer one.
    if len(shown) < limit and len(shown) < len(products):
        longer = lists_compute(user_ids=[user_id], size=limit * LONGER)[user_id]
        details = product_details([each.product_id for each in longer])
        shown = _shown(longer, details)
    if not shown:
        newest = filled_up([], spare=newest_on_sale(most=limit), left_out=(), size=limit, source="new")
        details = product_details([each.product_id for each in newest])
        shown = _shown(newest, details)
    return list_answer(user_id=user_id, products=shown[:limit], details=details.by_id, product_source=details.source)


def _listed(user_id: int, limit: int) -> tuple[Sequence[Recommended], ProductDetails]:
    """At least `limit` products where there are as many, hidden ones too, and what each is."""
    if limit > SIZE:
        products = lists_compute(user_ids=[user_id], size=limit)[user_id]
        return products, product_details([each.product_id for each in products])
    kept = None
    try:
        kept = list_kept(user_id=user_id)
        CACHE_READS.labels("recommendations", "miss" if kept is None else "hit").inc()
    except RedisAway:
        CACHE_READS.labels("recommendations", "away").inc()
    products = lists_compute(user_ids=[user_id])[user_id] if kept is None else kept
    details = product_details([each.product_id for each in products])
    if kept is None and products:
        answer = list_answer(user_id=user_id, products=products, details=details.by_id, product_source=details.source)
        try:
            list_keep(answer=answer)
        except RedisAway as away:
            logger.debug("a personal list is not kept: %s", away)
    return products, details


def _shown(products: Sequence[Recommended], details: ProductDetails) -> list[Recommended]:
    return [each for each in products if _may_be_shown(details.by_id[each.product_id])]


def _may_be_shown(detail: ProductDetail) -> bool:
    """Whether the product is there at all, and not hidden."""
    return detail["name"] is not None and detail["status"] != ProductStatus.HIDDEN
