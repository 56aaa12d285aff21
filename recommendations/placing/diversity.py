"""Lists whose products are not all alike: maximal marginal relevance.

Source: Carbonell and Goldstein (1998), The use of MMR, diversity-based reranking for reordering documents and
producing summaries, SIGIR.
"""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt

from recommendations.placing.standings import Standings
from recommendations.ranker import Ranked

CATEGORY, SELLER, TEXT = 0.5, 0.2, 0.3
"""What each adds to how alike two products are; together 1."""


def diversified(
    weighed: Sequence[tuple[float, Ranked]], *, size: int, diversity: float, alike: Callable[[int, int], float]
) -> list[Ranked]:
    """The `size` products chosen one after the other, each by (1 - diversity) * weight / heaviest - diversity * how
    much it is like the one that it is most like of those chosen before; then the rest in their order.

    weighed: (weight 0 or more, product), in order. diversity: 0 keeps the order, 1 looks at likeness alone.
    """
    heaviest = max((weight for weight, _ in weighed), default=0.0) or 1.0
    left = [each for _, each in weighed]
    worth = {each.product_id: (1 - diversity) * weight / heaviest for weight, each in weighed}
    nearest = dict.fromkeys(worth, 0.0)
    chosen: list[Ranked] = []
    while left and len(chosen) < size:
        best = max(left, key=lambda each: worth[each.product_id] - diversity * nearest[each.product_id])
        left.remove(best)
        chosen.append(best)
        for each in left:
            nearest[each.product_id] = max(nearest[each.product_id], alike(best.product_id, each.product_id))
    return chosen + left


def likeness(standings: Standings, vectors: Mapping[int, Mapping[str, float]]) -> Callable[[int, int], float]:
    """How alike two products are, 0 to 1: category, seller, and the cosine of their texts' vectors."""
    lengths = {product_id: sqrt(sum(v * v for v in vector.values())) for product_id, vector in vectors.items()}

    def alike(one: int, other: int) -> float:
        first, second = standings.by_id.get(one), standings.by_id.get(other)
        if first is None or second is None:
            return 0.0
        found = CATEGORY * (first.category_id == second.category_id) + SELLER * (first.seller_id == second.seller_id)
        mine, theirs = vectors.get(one), vectors.get(other)
        if mine and theirs and lengths[one] and lengths[other]:
            small, large = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
            product = sum(value * large.get(term, 0.0) for term, value in small.items())
            found += TEXT * product / (lengths[one] * lengths[other])
        return found

    return alike
