"""What analysts want of lists, applied after ranking in one order: boosts and buries, then caps, then pins."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from recommendations.placing.standings import Standings
from recommendations.ranker import Ranked
from recommendations.reasons import PINNED

Within = Callable[[int], frozenset[int]]
"""A category with all below it."""


class Kind(StrEnum):
    """What a rule does."""

    PIN = "pin"
    BOOST = "boost"
    BURY = "bury"
    CAP_SELLER = "cap_seller"
    CAP_CATEGORY = "cap_category"


class Surface(StrEnum):
    """Which list a rule is for."""

    ALL = "all"
    PERSONAL = "personal"
    RELATED = "related"
    SIMILAR = "similar"
    BASKET = "basket"
    POPULAR = "popular"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. product_id, seller_id, category_id: what it is about, None for any; of a pin `category_id` says in the
    lists of which category it stands. position: from 1. factor: of a boost. most: of a cap."""

    id: int
    kind: Kind
    surface: Surface
    product_id: int | None = None
    seller_id: int | None = None
    category_id: int | None = None
    position: int = 1
    factor: float = 1.0
    most: int = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold for one list. standings: whose products these are; within: the tree of categories."""

    rules: Sequence[Rule]
    standings: Standings
    within: Within

    def about(self, product_id: int) -> list[Rule]:
        """Those that concern the product."""
        return [rule for rule in self.rules if self._concerns(rule, product_id)]

    def weighed(self, candidates: Sequence[Ranked]) -> list[tuple[float, Ranked]]:
        """(weight, product), the heaviest first, what is buried at the end. A weight is the score times the factors of
        all boosts; products without a score (those that fill up) weigh less than any that has one, by their order."""
        least = min((each.score for each in candidates if each.score > 0), default=1.0)
        steps = len(candidates) + 1
        weights = [
            each.score if each.score > 0 else least * (steps - 1 - place) / steps
            for place, each in enumerate(candidates)
        ]
        changing = [rule for rule in self.rules if rule.kind in (Kind.BOOST, Kind.BURY)]
        if not changing:
            return list(zip(weights, candidates, strict=True))
        buried: set[int] = set()
        for place, each in enumerate(candidates):
            for rule in changing:
                if self._concerns(rule, each.product_id):
                    if rule.kind is Kind.BOOST:
                        weights[place] *= rule.factor
                    else:
                        buried.add(each.product_id)
        order = sorted(
            range(len(candidates)), key=lambda place: (candidates[place].product_id in buried, -weights[place], place)
        )
        return [(weights[place], candidates[place]) for place in order]

    def capped(self, ordered: Iterable[Ranked]) -> tuple[list[Ranked], list[Ranked]]:
        """(what stays within every cap, what does not), each in its order."""
        caps = [rule for rule in self.rules if rule.kind in (Kind.CAP_SELLER, Kind.CAP_CATEGORY)]
        if not caps:
            return list(ordered), []
        counts: Counter[tuple[int, int | None]] = Counter()
        stays, goes = [], []
        for each in ordered:
            keys = [
                (rule, self._counted(rule, each.product_id)) for rule in caps if self._concerns(rule, each.product_id)
            ]
            if any(counts[rule.id, of] >= rule.most for rule, of in keys):
                goes.append(each)
                continue
            counts.update((rule.id, of) for rule, of in keys)
            stays.append(each)
        return stays, goes

    def pinned(self, ordered: Sequence[Ranked], *, allows: Callable[[int], bool]) -> list[Ranked]:
        """`ordered` with each pinned product that may be shown at its position; of two pins for one position the
        older rule comes first."""
        pins = sorted(
            (rule for rule in self.rules if rule.kind is Kind.PIN and rule.product_id is not None),
            key=lambda rule: (rule.position, rule.id),
        )
        found = list(ordered)
        placed: set[int] = set()
        for rule in pins:
            product_id = rule.product_id
            if product_id is None or product_id in placed or not allows(product_id):
                continue
            there = next((each for each in found if each.product_id == product_id), None)
            if there is not None:
                found.remove(there)
            place = rule.position - 1
            while place < len(found) and found[place].product_id in placed:
                place += 1
            placed.add(product_id)
            found.insert(place, replace(there, source=PINNED) if there else Ranked(product_id, 0.0, PINNED))
        return found

    def _concerns(self, rule: Rule, product_id: int) -> bool:
        if rule.product_id is not None and rule.product_id != product_id:
            return False
        if rule.kind is Kind.PIN:
            return True
        standing = self.standings.by_id.get(product_id)
        if rule.seller_id is not None and (standing is None or standing.seller_id != rule.seller_id):
            return False
        if rule.category_id is None:
            return True
        return standing is not None and standing.category_id in self.within(rule.category_id)

    def _counted(self, rule: Rule, product_id: int) -> int | None:
        standing = self.standings.by_id.get(product_id)
        if standing is None:
            return None
        return standing.seller_id if rule.kind is Kind.CAP_SELLER else standing.category_id


def rules_for(
    rules: Iterable[Rule], *, surface: Surface, category_id: int | None, standings: Standings, within: Within
) -> Rules:
    """The rules for a list of `surface`. category_id: which category's list it is, None for one of all of them.

    A pin with a category stands in lists of that category and of those below it only.
    """
    found = []
    for rule in rules:
        if rule.surface not in (Surface.ALL, surface):
            continue
        elsewhere = category_id is None or rule.category_id is None or category_id not in within(rule.category_id)
        if rule.kind is Kind.PIN and rule.category_id is not None and elsewhere:
            continue
        found.append(rule)
    return Rules(found, standings, within)
