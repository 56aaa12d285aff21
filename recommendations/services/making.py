"""Making lists: candidates, what may be shown, what analysts want, how much alike the products may be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from recommendations.placing.diversity import likeness
from recommendations.placing.eligibility import Eligibility, LeftOut
from recommendations.placing.pipeline import Placed, placed
from recommendations.placing.rules import Rules, Surface, rules_for
from recommendations.placing.standings import Standings
from recommendations.ranker import History, Ranked
from recommendations.reasons import CATEGORY, CONTENT, NEW, PERSONAL, POPULAR, SESSION
from recommendations.repurchase import LEAST_RATE, REGULAR, chance_now
from recommendations.selectors.categories import categories
from recommendations.selectors.content import term_vectors
from recommendations.selectors.popularity import newest
from recommendations.selectors.rhythms import Rhythms, rhythms
from recommendations.selectors.rules import rules_of_today
from recommendations.selectors.standing import standings
from recommendations.services.ladder import Wish, candidates_find
from recommendations.services.rankers import ranker_for
from xlcfi import clock

K = TypeVar("K")

DEFAULT_LIMIT: Final = 10
FRESH_HALF_LIFE_DAYS: Final = 30.0
# The first of these that put something into a list names its algorithm.
_LADDER = (SESSION, CONTENT, CATEGORY, POPULAR)


@dataclass(frozen=True, slots=True)
class Options:
    """What a list is asked for. category_id: with those below it; prices in a product's own currency, both included;
    diversity, freshness: 0 to 1."""

    limit: int = DEFAULT_LIMIT
    exclude: tuple[int, ...] = ()
    category_id: int | None = None
    price_min: float | None = None
    price_max: float | None = None
    diversity: float = 0.0
    freshness: float = 0.0

    @property
    def usual(self) -> bool:
        """Whether a kept list of DEFAULT_LIMIT products can answer it."""
        return self.limit <= DEFAULT_LIMIT and not (
            self.exclude
            or self.diversity
            or self.freshness
            or self.category_id is not None
            or self.price_min is not None
            or self.price_max is not None
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A list as it was made. candidates: what it was made from, best first; bought: by who it is for."""

    products: Sequence[Ranked]
    left_out: Mapping[LeftOut, int]
    algorithm: str
    version: str
    bought: Collection[int]
    candidates: Sequence[Ranked]
    placing: Placed
    eligibility: Eligibility
    rules: Rules

    @property
    def spare(self) -> list[Ranked]:
        """What else may be shown, best first."""
        return [each for each in self.candidates if self.eligibility.allows(each.product_id)]


def lists_make(
    *, people: Mapping[K, History], owners: Mapping[K, int | None], surface: Surface, options: Options
) -> dict[K, Made]:
    """A list for each of `people`, by their history; none is empty while something may be shown.

    owners: the user that a list is for, whose own products are left out; None for nobody. Two queries at most, whatever
    their number, and one more for lists that are to be diverse.
    """
    kept, now = standings(), clock.now()
    known = rhythms()
    ranker = ranker_for(people.values(), surface=surface)
    rules = _rules(surface, options, kept)
    wanted = None if options.category_id is None else categories().within(options.category_id)
    # Rules and diversity choose among more than is shown.
    size = options.limit * 3 if options.diversity or options.freshness or rules.rules else options.limit
    wishes: dict[K, Wish] = {}
    for key, history in people.items():
        again = _due(history, kept, known, now)
        eligibility = Eligibility(
            kept,
            owner=owners[key],
            excluded=frozenset(options.exclude),
            bought=history.bought.keys() - again.keys(),
            categories=wanted,
            price_min=options.price_min,
            price_max=options.price_max,
        )
        wishes[key] = Wish(history, eligibility, size, again)
    found = candidates_find(wishes=wishes, ranker=ranker, now=now)
    made = {}
    for key, candidates in found.items():
        wish = wishes[key]
        if options.freshness:
            candidates = _freshened(candidates, wish, options.freshness)
        anyway = _seen_again(candidates, wish)
        result = _placed(candidates, options, anyway, rules)
        made[key] = Made(
            products=result.products,
            left_out=result.left_out,
            algorithm=_algorithm(result.products, ranker.name),
            version=ranker.version,
            bought=wish.history.bought,
            candidates=candidates,
            placing=result,
            eligibility=anyway,
            rules=rules,
        )
    return made


def _due(history: History, kept: Standings, known: Rhythms, now: datetime) -> dict[int, float]:
    """What may be bought again about now, each with its chance."""
    found = {}
    by_id = kept.by_id
    for product_id, bought in history.bought.items():
        standing = by_id.get(product_id)
        rhythm = None if standing is None else known.of(standing.category_id)
        if rhythm is not None and (bought.times >= REGULAR or rhythm.rate >= LEAST_RATE):
            chance = chance_now(bought=bought, rhythm=rhythm, now=now)
            if chance > 0:
                found[product_id] = chance
    return found


def _rules(surface: Surface, options: Options, kept: Standings) -> Rules:
    return rules_for(
        rules_of_today().rules,
        surface=surface,
        category_id=options.category_id,
        standings=kept,
        within=categories().within,
    )


def _placed(candidates: Sequence[Ranked], options: Options, eligibility: Eligibility, rules: Rules) -> Placed:
    if not options.diversity:
        return placed(candidates, size=options.limit, eligibility=eligibility, rules=rules)
    vectors = term_vectors(product_ids=[each.product_id for each in candidates])
    return placed(
        candidates,
        size=options.limit,
        eligibility=eligibility,
        rules=rules,
        diversity=options.diversity,
        alike=likeness(eligibility.standings, vectors),
    )


def _seen_again(candidates: Sequence[Ranked], wish: Wish) -> Eligibility:
    """Who has bought all there is is shown it again: those candidates are marked as new."""
    eligibility = wish.eligibility
    if any(eligibility.allows(each.product_id) for each in candidates):
        return eligibility
    return replace(eligibility, bought=frozenset())


def _freshened(candidates: Sequence[Ranked], wish: Wish, freshness: float) -> list[Ranked]:
    """Scores as (1 - freshness) * score / best + freshness * 2^(-age / FRESH_HALF_LIFE_DAYS), the newest products among
    the candidates."""
    kept = wish.eligibility.standings
    there = {each.product_id for each in candidates}
    only = wish.eligibility.categories
    new = (each for each in newest(kept, only=only) if each not in there and wish.eligibility.allows(each))
    both = [*candidates, *(Ranked(each, 0.0, NEW) for each, _ in zip(new, range(wish.size), strict=False))]
    best = max((each.score for each in both), default=0.0) or 1.0
    today = clock.today()

    def score(each: Ranked) -> float:
        standing = kept.by_id.get(each.product_id)
        age = (today - standing.created).days if standing is not None and standing.created is not None else 10_000
        return (1 - freshness) * each.score / best + freshness * 2 ** (-max(age, 0) / FRESH_HALF_LIFE_DAYS)

    return sorted((replace(each, score=score(each)) for each in both), key=lambda each: -each.score)


def _algorithm(products: Sequence[Ranked], ranker: str) -> str:
    """What answered: the ranker if anything in the list is its, else the highest step of the ladder that is in it."""
    sources = {each.source for each in products}
    if sources - set(_LADDER) - PERSONAL:
        return ranker
    return next((source for source in _LADDER if source in sources), POPULAR)
