"""The answer of the bought-together endpoint: what the counts say, with what each product is."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from recommendations.placing.eligibility import Eligibility, LeftOut, told
from recommendations.placing.pipeline import placed
from recommendations.placing.rules import Surface, rules_for
from recommendations.ranker import Ranked
from recommendations.reasons import CO_PURCHASE
from recommendations.selectors.categories import categories
from recommendations.selectors.related import Related, co_purchase_changes, related_products
from recommendations.selectors.rules import rules_of_today
from recommendations.selectors.standing import standings
from recommendations.services.answers import shown_of
from recommendations.services.experiments import variant_of
from recommendations.services.exposures import exposures_record, request_id_new
from xlcfi import clock
from xlcfi.api.rendering import json_bytes
from xlcfi.cache.watched import WatchedCache

SURFACE = str(Surface.RELATED)
DEEPEST: Final = 1_000
"""So many products are looked through where the first of them can't be shown."""

# The same for every caller. A purchase is seen at the next look, well within the contract's two seconds; so there is
# no need to ask again what has not changed. What a product costs and whether it is in stock is asked for apart.
_related: WatchedCache[list[Related]] = WatchedCache(
    look=co_purchase_changes, look_every=0.5, seconds=600.0, at_most=20_000
)


def related_answer(
    *, product_id: int, limit: int, user_id: int | None = None, session: str | None = None
) -> msgspec.Raw:
    """The contract's answer as JSON. user_id: who asks, where that is known: their own products are left out. session:
    the visit it is for, where nobody is signed in.

    `product_source` says where the details came from. A product that nobody bought has an empty list.
    """
    products, spare, left_out = _placed(product_id, limit, user_id)
    shown, details, source, counts = shown_of(products, spare, left_out, limit=limit)
    request_id = request_id_new()
    exposures_record(
        request_id=request_id,
        surface=SURFACE,
        algorithm=CO_PURCHASE,
        variant=variant_of(surface=SURFACE, user_id=user_id, visitor=session),
        user_id=user_id,
        visitor=session,
        product_ids=[each.product_id for each in shown],
        moment=clock.now(),
    )
    answer: dict[str, Any] = {
        "product_id": product_id,
        "related_products": [
            {"product_id": each.product_id, "score": round(each.score, 2), "product": details[each.product_id]}
            for each in shown
        ],
        "product_source": source,
        "request_id": request_id,
        "left_out": told(counts),
    }
    return msgspec.Raw(json_bytes(answer))


def _placed(
    product_id: int, limit: int, user_id: int | None
) -> tuple[Sequence[Ranked], Sequence[Ranked], dict[LeftOut, int]]:
    """(what is to be shown, what could stand in for it, how many were left out by reason)."""
    kept = standings()
    eligibility = Eligibility(kept, owner=user_id)
    rules = rules_for(
        rules_of_today().rules,
        surface=Surface.RELATED,
        category_id=kept.category_of(product_id),
        standings=kept,
        within=categories().within,
    )
    depth = 2 * limit + 10
    while True:
        related = _best(product_id, depth)
        if not related:
            return [], [], {}
        candidates = [Ranked(each.product_id, each.score, CO_PURCHASE, product_id) for each in related]
        found = placed(candidates, size=limit, eligibility=eligibility, rules=rules)
        if found.full or len(related) < depth or depth >= DEEPEST:
            break
        depth = DEEPEST
    return found.products, [each for each in candidates if eligibility.allows(each.product_id)], dict(found.left_out)


def _best(product_id: int, depth: int) -> list[Related]:
    return _related.get_or_make(product_id, depth, lambda: related_products(product_id=product_id, limit=depth))
