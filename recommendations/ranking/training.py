"""Fits a ranker: settings of every component, then the rule, chosen on what came after a past; then all of it anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommendations.ranking.blend import Blend
from recommendations.ranking.components import ENTRIES, Kind, Past, kinds
from recommendations.ranking.context import Component, Context
from recommendations.ranking.factors import Als
from recommendations.ranking.folds import Fold
from recommendations.ranking.interactions import Ints, Singles
from recommendations.ranking.item_item import ItemItem
from recommendations.ranking.items import ItemColumns
from recommendations.ranking.learning import Learnt, facts_of, learn
from recommendations.ranking.metrics import ndcg
from recommendations.ranking.ranker import Ranker
from recommendations.ranking.rules import rule_choose
from recommendations.ranking.search import Found, Settings, near, search
from recommendations.ranking.weighting import WeightScale

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Budget:
    """tries: settings tried for each component at most; in_all: for all of them together, where that is fewer.

    users: asked for to choose by. wanted: people to learn the blend of; `enough` of them where components were fitted
    on more than `events` events for it. quick: what is fitted last begins with what was fitted for the choice.
    """

    tries: int = 12
    users: int = 3_000
    wanted: int = 14_000
    enough: int = 6_000
    events: int = 1_500_000
    in_all: int | None = None
    quick: bool = False

    def shares(self, every: Sequence[Kind]) -> list[int]:
        """Tries of each kind; those with few values have a third of what the others have."""
        if self.in_all is None:
            return [self.tries] * len(every)
        wide = [3 if len(kind.space) > 1 and not kind.name.startswith("group ") else 1 for kind in every]
        one = max((self.in_all - len(every)) / sum(wide), 0.0)
        return [max(1, min(self.tries, 1 + int(part * one))) for part in wide]


@dataclass
class Told:
    """What was chosen and why, as JSON. components: settings and NDCG by name; rules: NDCG of each rule.

    moved: components whose settings are others than those that the search began with. tried: settings tried in all.
    """

    components: dict[str, dict[str, object]] = field(default_factory=dict)
    rules: dict[str, float] = field(default_factory=dict)
    rule: str = ""
    people: int = 0
    tried: int = 0
    moved: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """What was chosen: every kind, its settings by name, and the rule."""

    kinds: list[Kind]
    settings: dict[str, Settings]
    blend: Blend
    told: Told
    vectors: Singles | None


def past_of(fold: Fold, columns: ItemColumns, *, seed: int, entries: int = ENTRIES) -> Past:
    """What the components of a fold are fitted on."""
    events = fold.past
    now = float(np.max(fold.now))
    return Past(events, now, fold.now, columns, WeightScale.of(events.weight), fold.repeats, seed, entries)


def ranker_fit(
    folds: Sequence[Fold],
    final: Past,
    *,
    k: int,
    eras: bool,
    progress: Progress = lambda stage, done, of: None,
    budget: Budget = Budget(),
    known: dict[str, Settings] | None = None,
    start: dict[str, Settings] | None = None,
) -> tuple[Ranker, Told]:
    """folds: inside the past, the latest first. final: what the ranker that serves is fitted on.

    known: settings that need not be looked for; start: where the search begins. Raises ValueError if nobody in the
    latest fold has a past.
    """
    choice = choose(
        folds, final.columns, seed=final.seed, entries=final.entries, k=k, eras=eras, progress=progress,
        budget=budget, known=known, start=start,
    )  # fmt: skip
    if budget.quick:
        final.vectors = choice.vectors
    last = []
    for number, kind in enumerate(choice.kinds):
        progress("all of train", number, len(choice.kinds))
        last.append(_slim(kind.fit(final, choice.settings[kind.name]), final.entries))
        final.forget(keep=kind.name == "ease")
    return Ranker(tuple(last), facts_of(final), choice.blend, final.scale, final.repeats), choice.told


def choose(
    folds: Sequence[Fold],
    columns: ItemColumns,
    *,
    seed: int,
    k: int,
    eras: bool,
    progress: Progress,
    budget: Budget,
    entries: int = ENTRIES,
    known: dict[str, Settings] | None = None,
    start: dict[str, Settings] | None = None,
) -> Choice:
    """Settings and rule, from the folds alone. Raises ValueError if nobody in the latest fold has a past."""
    latest = past_of(folds[0], columns, seed=seed, entries=entries)
    users = folds[0].sample(budget.users, seed=seed)
    if not len(users):
        raise ValueError("nobody in the validation window was there before it")
    told, chosen, fitted = Told(), {}, []
    every = kinds(latest, eras=eras)
    for number, (kind, share) in enumerate(zip(every, budget.shares(every), strict=True)):
        progress("components", number, len(every))
        begin = near(kind.space, {**kind.start, **((known or start or {}).get(kind.name) or {})})
        tries = 1 if known and kind.name in known else share
        component, found = _choose(kind, latest, folds[0], users, k, tries, begin)
        chosen[kind.name] = found.settings
        fitted.append(component)
        told.tried += len(found.tried)
        if found.settings != begin:
            told.moved.append(kind.name)
        told.components[kind.name] = {"settings": found.settings, "ndcg": round(found.score, 6)}
    vectors = next((each.vectors for each in fitted if isinstance(each, Als)), None)
    learnt: list[Learnt] = []
    people, cost = 0, 0
    for number, fold in enumerate(folds):
        cost += len(fold.past.day)
        if number and people >= (budget.wanted if cost <= budget.events else min(budget.enough, budget.wanted)):
            break
        progress("folds", number, len(folds))
        past = latest
        if number:
            past = past_of(fold, columns, seed=seed, entries=entries)
            fitted = [_slim(kind.fit(past, chosen[kind.name]), past.entries) for kind in every]
        asked = users if number == 0 else fold.sample(budget.users, seed=seed + number)
        learnt.append(learn(fold, past, fitted, asked, whole=number == 0))
        people += len(asked)
    del fitted
    progress("blend", 0, 1)
    blend, told.rules, told.rule = rule_choose(learnt, folds[0], users, k, seed)
    told.tried += len(told.rules) - len(every)  # single components were tried already
    told.people = people
    return Choice(every, chosen, blend, told, vectors)


def _choose(
    kind: Kind, past: Past, fold: Fold, users: Ints, k: int, tries: int, start: Settings
) -> tuple[Component, Found]:
    best: list[tuple[float, Component]] = []

    def score(settings: Settings) -> float:
        component = _slim(kind.fit(past, settings), past.entries)
        value = ndcg(fold, users, lambda _, events, now: component.scores(Context(events, now, past.scale)), k)
        if not best or value > best[0][0]:
            best[:] = [(value, component)]
        return value

    found = search(kind.space, start, score, budget=tries)
    return best[0][1], found


def _slim(component: Component, entries: int) -> Component:
    """What is measured is what serves: item-item matrices lose what they will have lost then."""
    if isinstance(component, ItemItem) and isinstance(component.matrix, np.ndarray):
        return component.pruned(entries)
    return component
