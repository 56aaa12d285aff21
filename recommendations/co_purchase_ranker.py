"""A user's list from what the user rated and what is bought together with that: item-item confidences, summed.

Source: the neighbourhoods of Sarwar, Karypis, Konstan and Riedl (2001), Item-based collaborative filtering
recommendation algorithms, with the confidence of an association rule as the similarity; its model size is
NEIGHBOURS_AT_MOST here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from recommendations.ranker import Ask, Ranked
from recommendations.reasons import AGAIN, CO_PURCHASE

RATED_AT_MOST: Final = 100
NEIGHBOURS_AT_MOST: Final = 100
HIGHEST_RATING: Final = 5.0
# Sums of the same fractions in another order differ in the last bits: that must not decide who comes first.
_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is bought with a product. shares: of the paid orders that hold it, the part that holds each of `others`."""

    others: Sequence[int]
    shares: Sequence[float]


@dataclass(frozen=True, slots=True)
class CoPurchaseRanker:
    """Each rated product p adds rating(p)/5 * orders(p, q)/orders(p) to each of its neighbours q.

    neighbours: by product, of all that the histories hold. The scores are not bounded: they grow with how much is
    rated. What led to a product is the rated one that added most.
    """

    neighbours: Mapping[int, Neighbours]
    name: str = CO_PURCHASE
    version: str = ""

    def rank(self, asks: Sequence[Ask]) -> list[Sequence[Ranked]]:
        """See Ranker. By score, then by id."""
        return [self._ranked(ask) for ask in asks]

    def _ranked(self, ask: Ask) -> list[Ranked]:
        history, eligible = ask.history, ask.eligible
        scores, led = _summed([(act.product_id, act.rating) for act in history.acts], self.neighbours)
        for product_id in history.bought:
            scores.pop(product_id, None)
        # Most of the best are eligible: the long rest is only asked about where they are not enough.
        best = _best(scores, size=2 * ask.k)
        found = [pair for pair in best if eligible(pair[0])]
        if len(found) < ask.k < len(scores):
            found = _best({p: score for p, score in scores.items() if eligible(p)}, size=ask.k)
        listed = [Ranked(product_id, score, CO_PURCHASE, led[product_id][1]) for product_id, score in found[: ask.k]]
        if not ask.again:
            return listed
        due = [Ranked(p, chance, AGAIN, p) for p, chance in ask.again.items() if chance > 0 and eligible(p)]
        return sorted([*listed, *due], key=lambda each: (-round(each.score / _SAME), each.product_id))[: ask.k]


def _summed(
    rated: Iterable[tuple[int, float]], neighbours: Mapping[int, Neighbours]
) -> tuple[dict[int, float], dict[int, tuple[float, int]]]:
    scores: dict[int, float] = {}
    led: dict[int, tuple[float, int]] = {}
    score_of, led_by, nothing = scores.get, led.get, (0.0, 0)
    for product_id, rating in rated:
        near = neighbours.get(product_id)
        if near is None:
            continue
        weight = rating / HIGHEST_RATING
        for other, share in zip(near.others, near.shares, strict=True):
            added = weight * share
            scores[other] = score_of(other, 0.0) + added
            if added > led_by(other, nothing)[0]:
                led[other] = (added, product_id)
    return scores, led


def _best(found: Mapping[int, float], *, size: int) -> list[tuple[int, float]]:
    if not found or size < 1:
        return []
    least = nlargest(size, found.values())[-1] - 2 * _SAME
    best = [(-round(score / _SAME), product_id) for product_id, score in found.items() if score >= least]
    return [(product_id, found[product_id]) for _, product_id in sorted(best)[:size]]
