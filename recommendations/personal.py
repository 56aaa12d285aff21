"""A user's list from what the user rated and what is bought together with that: item-item confidences, summed.

Source: the neighbourhoods of Sarwar, Karypis, Konstan and Riedl (2001), Item-based collaborative filtering
recommendation algorithms, with the confidence of an association rule as the similarity; its model size is
NEIGHBOURS_AT_MOST here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

RATED_AT_MOST = 100
NEIGHBOURS_AT_MOST = 100
HIGHEST_RATING = 5.0
# Sums of the same fractions in another order differ in the last bits: that must not decide who comes first.
_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is bought with a product. shares: of the paid orders that hold it, the part that holds each of `others`."""

    others: Sequence[int]
    shares: Sequence[float]


@dataclass(frozen=True, slots=True)
class Recommended:
    """A product in a list. source: what put it there, `co-purchase`, `popular` or `new`."""

    product_id: int
    score: float
    source: str


def co_purchase_best(
    *,
    rated: Iterable[tuple[int, float]],
    neighbours: Mapping[int, Neighbours],
    left_out: Collection[int],
    size: int,
) -> list[Recommended]:
    """The `size` products that go best with what is rated, by score, then by id.

    Each rated product p adds rating(p)/5 * orders(p, q)/orders(p) to each of its neighbours q. rated: (product,
    rating in (0, 5]). The scores are not bounded: they grow with how much is rated.
    """
    scores: dict[int, float] = {}
    score_of = scores.get
    for product_id, rating in rated:
        near = neighbours.get(product_id)
        if near is None:
            continue
        weight = rating / HIGHEST_RATING
        for other, share in zip(near.others, near.shares, strict=True):
            scores[other] = score_of(other, 0.0) + weight * share
    for product_id in left_out:
        scores.pop(product_id, None)
    if not scores:
        return []
    least = nlargest(size, scores.values())[-1] - 2 * _SAME
    best = [(-round(score / _SAME), product_id) for product_id, score in scores.items() if score >= least]
    return [Recommended(product_id, scores[product_id], "co-purchase") for _, product_id in sorted(best)[:size]]


def filled_up(
    best: Sequence[Recommended], *, spare: Iterable[int], left_out: Collection[int], size: int, source: str
) -> list[Recommended]:
    """`best`, and products of `spare` in their order with score 0, until there are `size`; none twice."""
    found = list(best[:size])
    there = {each.product_id for each in found}
    for product_id in spare:
        if len(found) >= size:
            break
        if product_id not in there and product_id not in left_out:
            there.add(product_id)
            found.append(Recommended(product_id, 0.0, source))
    return found
