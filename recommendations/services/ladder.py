"""Candidates for lists, source after source, until there are enough that may be shown: the ranker, what is like what
was looked at, what is popular in those categories, what is popular at all, and at last what is new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

from recommendations.placing.eligibility import Eligibility
from recommendations.ranker import Ask, History, Ranked, Ranker
from recommendations.reasons import CATEGORY, CO_PURCHASE, CONTENT, NEW, POPULAR, SESSION
from recommendations.selectors.content import Similar, similar_products
from recommendations.selectors.popularity import newest, popularity
from recommendations.selectors.standing import standings

K = TypeVar("K")

SEEDS: Final = 3
"""The latest of what somebody did: what "like it" and "in its category" start from."""
LIKE_EACH: Final = 50
SPARE: Final = 10
"""Candidates beyond the wanted size, for what rules take out."""


@dataclass(frozen=True, slots=True)
class Wish:
    """For whom candidates are wanted. size: how many that may be shown; again: see Ask."""

    history: History
    eligibility: Eligibility
    size: int
    again: Mapping[int, float] = field(default_factory=dict)


def candidates_find(*, wishes: Mapping[K, Wish], ranker: Ranker, now: datetime) -> dict[K, list[Ranked]]:
    """For each wish its candidates, each product once, best first; some may not be shown. Of those that may there are
    `size` where there are as many. One query at most, whatever the number of wishes, but for what the process keeps.
    """
    found, few = _ranked(wishes, ranker, now)
    short = {key: wishes[key] for key in few}
    if short:
        seeds = {key: _seeds(wish.history) for key, wish in short.items()}
        alike = similar_products(product_ids={each for some in seeds.values() for each in some}, most=LIKE_EACH)
        for key, wish in short.items():
            _fill(found[key], wish, seeds[key], [(seed, alike.get(seed, [])) for seed in seeds[key]])
    return found


def _ranked(wishes: Mapping[K, Wish], ranker: Ranker, now: datetime) -> tuple[dict[K, list[Ranked]], list[K]]:
    """What the ranker says, and for whom that is too little. Where much of it may not be shown, it is asked for what
    may."""
    keys = list(wishes)
    depth = {key: wishes[key].size + SPARE for key in keys}
    asked = [
        Ask(wish.history, now, depth[key], wish.eligibility.wanted, wish.again, wish.eligibility)
        for key, wish in wishes.items()
    ]
    found = {key: list(ranked) for key, ranked in zip(keys, ranker.rank(asked), strict=True)}
    few = [key for key in keys if not _enough(found[key], wishes[key])]
    again = [key for key in few if len(found[key]) >= depth[key]]
    if again:
        deeper = [
            Ask(wish.history, now, depth[key], wish.eligibility.allows, wish.again, wish.eligibility, sold=True)
            for key, wish in ((key, wishes[key]) for key in again)
        ]
        for key, ranked in zip(again, ranker.rank(deeper), strict=True):
            first = found[key]
            there = {each.product_id for each in first}
            found[key] = first + [each for each in ranked if each.product_id not in there]
        few = [key for key in few if not _enough(found[key], wishes[key])]
    for key, wish in wishes.items():
        if wish.history.seen and not wish.history.bought:
            # Somebody unknown but for what they look at now.
            found[key] = [
                Ranked(each.product_id, each.score, SESSION, each.evidence) if each.source == CO_PURCHASE else each
                for each in found[key]
            ]
    return found, few


def _fill(
    found: list[Ranked], wish: Wish, seeds: Sequence[int], alike: Iterable[tuple[int, Sequence[Similar]]]
) -> None:
    eligibility = wish.eligibility
    there = {each.product_id for each in found}
    showable = _showable(found, wish)
    # Scores fall from source to source, so that a list is in the order of its scores.
    ceiling = min((each.score for each in found), default=1.0)

    def take(candidates: Iterable[Ranked], eligibility: Eligibility = eligibility) -> None:
        nonlocal showable
        for each in candidates:
            if showable >= wish.size:
                return
            if each.product_id not in there and eligibility.wanted(each.product_id):
                there.add(each.product_id)
                found.append(each)
                showable += eligibility.unsold(each.product_id) is None

    take(_like(alike, ceiling))
    take(_in_categories(seeds, eligibility, min((each.score for each in found), default=1.0)))
    kept, popular = standings(), popularity()
    order = popular.order if eligibility.categories is None else popular.within(eligibility.categories, kept)
    # By themselves popular products have the score that the list of popular ones has; behind others, parts of the last.
    most = max(popular.weights.get(order[0], 0.0), 1e-9) if order else 1.0
    scale = min(each.score for each in found) / (2 * most) if found else 1.0
    take(Ranked(product_id, scale * popular.weights.get(product_id, 0.0), POPULAR) for product_id in order)
    if showable < wish.size:
        last = newest(kept, only=eligibility.categories)
        take(Ranked(product_id, 0.0, NEW) for product_id in last)
        if not showable and eligibility.bought:
            # Who has bought all there is sees it again.
            anyway = replace(eligibility, bought=frozenset())
            take((Ranked(product_id, 0.0, NEW) for product_id in last), anyway)


def _like(alike: Iterable[tuple[int, Sequence[Similar]]], ceiling: float) -> list[Ranked]:
    best: dict[int, tuple[float, int]] = {}
    for seed, products in alike:
        for each in products:
            if each.score > best.get(each.product_id, (0.0, 0))[0]:
                best[each.product_id] = (each.score, seed)
    order = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
    return [Ranked(product_id, ceiling * score, CONTENT, seed) for product_id, (score, seed) in order]


def _in_categories(seeds: Sequence[int], eligibility: Eligibility, ceiling: float) -> Iterable[Ranked]:
    kept, popular = standings(), popularity()
    led = {kept.category_of(seed): seed for seed in reversed(seeds)}
    led.pop(None, None)
    if not led:
        return
    order = popular.within(frozenset(category for category in led if category is not None), kept)
    for place, product_id in enumerate(order):
        if product_id in seeds:
            continue
        yield Ranked(product_id, ceiling / (place + 2), CATEGORY, led[kept.category_of(product_id)])


def _seeds(history: History) -> list[int]:
    """What was looked at last; then the latest of what was done, the best rated first where that can't be told."""
    acts = sorted(history.acts, key=lambda act: -(act.at.timestamp() if act.at else 0.0))
    return list(dict.fromkeys([*history.seen, *(act.product_id for act in acts)]))[:SEEDS]


def _enough(found: Sequence[Ranked], wish: Wish) -> bool:
    """Whether `wish.size` of them may be shown: the first few tell, as a rule."""
    left, allows = wish.size, wish.eligibility.allows
    if len(found) < left:
        return False
    for each in found:
        if allows(each.product_id):
            left -= 1
            if left <= 0:
                return True
    return left <= 0


def _showable(found: Iterable[Ranked], wish: Wish) -> int:
    allows = wish.eligibility.allows
    return sum(allows(each.product_id) for each in found)
