"""Making a list once more to say what became of a product."""

from typing import Final

from recommendations.co_purchase_ranker import HIGHEST_RATING
from recommendations.placing.eligibility import Eligibility
from recommendations.placing.pipeline import Placed, placed
from recommendations.placing.rules import Surface, rules_for
from recommendations.ranker import Act, History, Ranked
from recommendations.reasons import CO_PURCHASE, CONTENT, POPULAR
from recommendations.selectors.categories import categories
from recommendations.selectors.choices import opted_out
from recommendations.selectors.content import similar_products
from recommendations.selectors.explaining import Explanation, explained
from recommendations.selectors.popularity import popularity
from recommendations.selectors.related import related_products
from recommendations.selectors.rules import rules_of_today
from recommendations.selectors.standing import standings
from recommendations.services.lists import lists_compute
from recommendations.services.making import Made, Options, lists_make

DEPTH: Final = 1_000
PEOPLE: Final = (Surface.PERSONAL, Surface.BASKET, Surface.SESSION)
"""Lists that are ranked for somebody; the others for everybody."""


def list_explain(*, product_id: int, user_id: int, surface: Surface, of_product: int | None = None) -> Explanation:
    """What became of `product_id` in the list of ten that `user_id` gets on `surface` now.

    of_product: whose list of related or similar products, or what lies in the cart or is looked at.
    """
    refused = opted_out(user_id=user_id)
    if surface not in PEOPLE:
        return _of_everybody(product_id, user_id, surface, of_product)
    if surface is Surface.PERSONAL:
        made = lists_compute(user_ids=[user_id])[user_id]
    else:
        seen = [of_product] if of_product is not None else []
        history = History(
            acts=[Act(each, HIGHEST_RATING) for each in seen], seen=seen if surface is Surface.SESSION else []
        )
        options = Options(exclude=tuple(seen))
        made = lists_make(people={0: history}, owners={0: user_id}, surface=surface, options=options)[0]
    return _of_made(product_id, made, refused)


def _of_made(product_id: int, made: Made, refused: bool) -> Explanation:
    return explained(
        product_id=product_id,
        products=made.products,
        candidates=made.candidates,
        capped=made.placing.objections.get(product_id),
        eligibility=made.eligibility,
        rules=made.rules.about(product_id),
        algorithm=made.algorithm,
        opted_out=refused,
        version=made.version,
    )


def _of_everybody(product_id: int, user_id: int, surface: Surface, of_product: int | None) -> Explanation:
    kept, tree = standings(), categories()
    candidates, algorithm = _candidates(surface, of_product)
    eligibility = Eligibility(
        kept, owner=user_id, excluded=frozenset() if of_product is None else frozenset({of_product})
    )
    category_id = None if of_product is None else kept.category_of(of_product)
    rules = rules_for(
        rules_of_today().rules, surface=surface, category_id=category_id, standings=kept, within=tree.within
    )
    placing: Placed = placed(candidates, size=Options().limit, eligibility=eligibility, rules=rules)
    return explained(
        product_id=product_id,
        products=placing.products,
        candidates=candidates,
        capped=placing.objections.get(product_id),
        eligibility=eligibility,
        rules=rules.about(product_id),
        algorithm=algorithm,
        opted_out=False,
    )


def _candidates(surface: Surface, of_product: int | None) -> tuple[list[Ranked], str]:
    if surface is Surface.POPULAR or of_product is None:
        popular = popularity()
        return [Ranked(each, popular.weights.get(each, 0.0), POPULAR) for each in popular.order], POPULAR
    if surface is Surface.RELATED:
        related = related_products(product_id=of_product, limit=DEPTH)
        return [Ranked(each.product_id, each.score, CO_PURCHASE, of_product) for each in related], CO_PURCHASE
    alike = similar_products(product_ids=[of_product], most=DEPTH)[of_product]
    return [Ranked(each.product_id, each.score, CONTENT, of_product) for each in alike], CONTENT
