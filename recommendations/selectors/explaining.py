"""Why a product is, or is not, in a list: the list made once more, with all that was thought on the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.models import PlacementRule
from recommendations.placing.eligibility import Eligibility, LeftOut
from recommendations.placing.rules import Rule
from recommendations.ranker import Ranked


@dataclass(frozen=True, slots=True)
class Explanation:
    """One product in one list.

    position: from 1 where it is in the list; candidate: as it was ranked, `rank` from 1, None where no source brought
    it forward; objection: why it may not be shown; rules: those that concern it; opted_out: nothing about the user was
    used; version: of the model where one ranked.
    """

    product_id: int
    position: int | None
    rank: int | None
    candidate: Ranked | None
    objection: LeftOut | None
    rules: Sequence[PlacementRule]
    opted_out: bool
    algorithm: str
    products: Sequence[Ranked]
    candidates: int
    version: str = ""


def explained(
    *,
    product_id: int,
    products: Sequence[Ranked],
    candidates: Sequence[Ranked],
    capped: LeftOut | None,
    eligibility: Eligibility,
    rules: Sequence[Rule],
    algorithm: str,
    opted_out: bool,
    version: str = "",
) -> Explanation:
    """What became of `product_id`. One query, for what the rules say. capped: what the placing had against it."""
    place = next((place for place, each in enumerate(products, 1) if each.product_id == product_id), None)
    rank = next((place for place, each in enumerate(candidates, 1) if each.product_id == product_id), None)
    written = PlacementRule.objects.in_bulk([rule.id for rule in rules])
    return Explanation(
        product_id=product_id,
        position=place,
        rank=rank,
        candidate=None if rank is None else candidates[rank - 1],
        objection=eligibility.objection(product_id) or capped,
        rules=[written[rule.id] for rule in rules if rule.id in written],
        opted_out=opted_out,
        algorithm=algorithm,
        products=products,
        candidates=len(candidates),
        version=version,
    )
