"""Products like one, by what they are about."""

from typing import Final

import msgspec

from recommendations.placing.eligibility import Eligibility
from recommendations.placing.pipeline import placed
from recommendations.placing.rules import Surface, rules_for
from recommendations.ranker import Ranked
from recommendations.reasons import CATEGORY, CONTENT
from recommendations.selectors.categories import categories
from recommendations.selectors.content import Similar, content_changes, similar_products
from recommendations.selectors.popularity import newest, popularity
from recommendations.selectors.rules import rules_of_today
from recommendations.selectors.standing import standings
from recommendations.services.answers import products_answer
from recommendations.services.experiments import variant_of
from xlcfi.cache.watched import WatchedCache

SURFACE = str(Surface.SIMILAR)
DEPTH: Final = 200
KEPT_SECONDS: Final = 30.0
"""So much later at most others' new terms show up in a product's list; its own at once."""

_similar: WatchedCache[list[Similar]] = WatchedCache(
    look=content_changes, look_every=0.5, seconds=KEPT_SECONDS, at_most=5_000
)


def similar_answer(
    *, product_id: int, limit: int, user_id: int | None = None, session: str | None = None
) -> msgspec.Raw:
    """`{"products": […]}` as JSON: those that share most of what the product's terms weigh, then what is popular in its
    category. Empty for a product that does not exist. session: the visit it is for, where nobody is signed in."""
    kept, tree = standings(), categories()
    known = kept.by_id.get(product_id)
    candidates = [Ranked(each.product_id, each.score, CONTENT, product_id) for each in _alike(product_id)]
    if known is not None and known.category_id is not None and len(candidates) < DEPTH:
        there = {product_id, *(each.product_id for each in candidates)}
        beside = frozenset({known.category_id})
        order = dict.fromkeys([*popularity().within(beside, kept), *newest(kept, only=beside)])
        candidates += [Ranked(each, 0.0, CATEGORY, product_id) for each in order if each not in there]
    eligibility = Eligibility(kept, owner=user_id, excluded=frozenset({product_id}))
    rules = rules_for(
        rules_of_today().rules,
        surface=Surface.SIMILAR,
        category_id=None if known is None else known.category_id,
        standings=kept,
        within=tree.within,
    )
    found = placed(candidates if known is not None else [], size=limit, eligibility=eligibility, rules=rules)
    return products_answer(
        products=found.products if known is not None else [],
        spare=[each for each in candidates if eligibility.allows(each.product_id)],
        left_out=found.left_out,
        surface=SURFACE,
        algorithm=CONTENT,
        variant=variant_of(surface=SURFACE, user_id=user_id, visitor=session),
        user_id=user_id,
        visitor=session,
        limit=limit,
        more={"product_id": product_id},
    )


def _alike(product_id: int) -> list[Similar]:
    return _similar.get_or_make(
        product_id, DEPTH, lambda: similar_products(product_ids=[product_id], most=DEPTH)[product_id]
    )
