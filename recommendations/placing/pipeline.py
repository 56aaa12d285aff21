"""The one order in which a ranking becomes a list. See docs/recommendations.md, "From ranking to list"."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recommendations.placing.diversity import diversified
from recommendations.placing.eligibility import Eligibility, LeftOut
from recommendations.placing.rules import Rules
from recommendations.ranker import Ranked


@dataclass(frozen=True, slots=True)
class Placed:
    """A list of at most the wanted size, best first. left_out: by reason, how many products were ranked before the
    last of the list and are not in it. objections: by product, of all candidates. full: it has the wanted size."""

    products: list[Ranked]
    left_out: Counter[LeftOut]
    objections: dict[int, LeftOut]
    full: bool


def placed(
    candidates: Sequence[Ranked],
    *,
    size: int,
    eligibility: Eligibility,
    rules: Rules,
    diversity: float = 0.0,
    alike: Callable[[int, int], float] = lambda one, other: 0.0,
) -> Placed:
    """The list that `candidates` (ranked, each once) make.

    1. What may not be shown goes. 2. Boosts and buries change the order. 3. If asked for, unlike products come
    forward. 4. Caps take out what is too much. 5. Pins put products at their position.
    """
    objections: dict[int, LeftOut] = {}
    shown: list[Ranked] = []
    for each in candidates:
        if eligibility.allows(each.product_id):
            shown.append(each)
        elif (objection := eligibility.objection(each.product_id)) is not None:
            objections[each.product_id] = objection
    if rules.rules or diversity > 0:
        weighed = rules.weighed(shown)
        shown = (
            diversified(weighed, size=2 * size, diversity=diversity, alike=alike)
            if diversity > 0
            else [each for _, each in weighed]
        )
        shown, capped = rules.capped(shown)
        objections.update(dict.fromkeys((each.product_id for each in capped), LeftOut.CAPPED))
        shown = rules.pinned(shown, allows=eligibility.allows)
    found = shown[:size]
    full = len(found) >= size
    left_out = Counter(objections.values()) if not full else _before_the_last(candidates, found, objections)
    return Placed(found, left_out, objections, full)


def _before_the_last(
    candidates: Sequence[Ranked], found: Sequence[Ranked], objections: dict[int, LeftOut]
) -> Counter[LeftOut]:
    if not objections:
        return Counter()
    listed = {each.product_id for each in found}
    last = max((place for place, each in enumerate(candidates) if each.product_id in listed), default=-1)
    return Counter(objections[each.product_id] for each in candidates[: last + 1] if each.product_id in objections)
