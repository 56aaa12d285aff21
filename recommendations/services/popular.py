"""What is popular now, of all products or of a category with those below it."""

from typing import Final

import msgspec

from recommendations.placing.eligibility import Eligibility
from recommendations.placing.pipeline import placed
from recommendations.placing.rules import Surface, rules_for
from recommendations.ranker import Ranked
from recommendations.reasons import NEW, POPULAR
from recommendations.selectors.categories import categories
from recommendations.selectors.popularity import newest, popularity
from recommendations.selectors.rules import rules_of_today
from recommendations.selectors.standing import standings
from recommendations.services.answers import products_answer
from recommendations.services.experiments import variant_of

SURFACE = str(Surface.POPULAR)
DEEPER: Final = 5
"""So many times the wanted number are ranked, for what can't be shown and what rules take out."""


def popular_answer(
    *, limit: int, category_id: int | None = None, user_id: int | None = None, session: str | None = None
) -> msgspec.Raw:
    """`{"products": […]}` as JSON: by paid orders that count half after a week (see selectors.popularity); where less
    than `limit` were ever bought, the newest after them. user_id: who asks: their own products are left out. session:
    the visit it is for, where nobody is signed in."""
    kept, popular, tree = standings(), popularity(), categories()
    within = None if category_id is None else tree.within(category_id)
    eligibility = Eligibility(kept, owner=user_id, categories=within)
    order = popular.order if within is None else popular.within(within, kept)
    weights = popular.weights
    rules = rules_for(
        rules_of_today().rules, surface=Surface.POPULAR, category_id=category_id, standings=kept, within=tree.within
    )
    depth = limit * DEEPER
    while True:
        candidates = [Ranked(each, weights.get(each, 0.0), POPULAR) for each in order[:depth]]
        if depth >= len(order):
            there = set(order)
            candidates += [Ranked(each, 0.0, NEW) for each in newest(kept, only=within) if each not in there]
        found = placed(candidates, size=limit, eligibility=eligibility, rules=rules)
        if found.full or depth >= len(order):
            break
        depth = len(order)
    return products_answer(
        products=found.products,
        spare=[each for each in candidates[:depth] if eligibility.allows(each.product_id)],
        left_out=found.left_out,
        surface=SURFACE,
        algorithm=POPULAR,
        variant=variant_of(surface=SURFACE, user_id=user_id, visitor=session),
        user_id=user_id,
        visitor=session,
        limit=limit,
        more={"category_id": category_id},
    )
