"""Fits a ranker: settings of every component, then the blend, chosen on what came after a past; then all of it anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommendations.ranking.blend import BOOSTED, LINEAR, Blend, with_line
from recommendations.ranking.boosting import Growth, trees_fit, trees_staged
from recommendations.ranking.candidates import (
    Candidates,
    allowed_of,
    candidates_of,
    component_scores,
    shortlist,
    top_of,
)
from recommendations.ranking.components import ENTRIES, Kind, Past, kinds
from recommendations.ranking.context import Component, Context
from recommendations.ranking.features import Facts
from recommendations.ranking.folds import Fold
from recommendations.ranking.interactions import Bools, Ints, Singles
from recommendations.ranking.item_item import ItemItem
from recommendations.ranking.items import ItemColumns
from recommendations.ranking.linear import Linear, linear_fit
from recommendations.ranking.metrics import ndcg, ndcg_by_user
from recommendations.ranking.ranker import Ranker
from recommendations.ranking.search import Found, Settings, search
from recommendations.ranking.weighting import WeightScale

Progress = Callable[[str, int, int], None]
_ROWS = 256
_NEGATIVES = 60
_PARTS = 3
_STAGES = (30, 60, 120)
_MIXED = "+linear"


@dataclass(frozen=True)
class Budget:
    """tries: settings tried for each component. users: asked for to choose by. wanted: people to learn the blend of."""

    tries: int = 12
    users: int = 3_000
    wanted: int = 6_000


@dataclass
class Told:
    """What was chosen and why, as JSON. components: settings and NDCG by name; rules: NDCG of each rule."""

    components: dict[str, dict[str, object]] = field(default_factory=dict)
    rules: dict[str, float] = field(default_factory=dict)
    rule: str = ""
    people: int = 0


@dataclass(frozen=True)
class _Learnt:
    """Candidates of a fold with what became of them. user: of each row, shape (rows,)."""

    candidates: Candidates
    label: Bools
    user: Ints


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
) -> tuple[Ranker, Told]:
    """folds: inside the past, the latest first. final: what the ranker that serves is fitted on.

    known: settings that need not be looked for. Raises ValueError if nobody in the latest fold has a past.
    """
    latest = past_of(folds[0], final.columns, seed=final.seed, entries=final.entries)
    users = folds[0].sample(budget.users, seed=final.seed)
    if not len(users):
        raise ValueError("nobody in the validation window was there before it")
    told, chosen, fitted = Told(), {}, []
    every = kinds(latest, eras=eras)
    for number, kind in enumerate(every):
        progress("components", number, len(every))
        component, found = _choose(kind, latest, folds[0], users, k, budget, (known or {}).get(kind.name))
        chosen[kind.name] = found.settings
        fitted.append(component)
        told.components[kind.name] = {"settings": found.settings, "ndcg": round(found.score, 6)}
    learnt: list[_Learnt] = []
    for number, fold in enumerate(folds):
        if number and sum([len(each.user) for each in learnt]) >= budget.wanted:
            break
        progress("folds", number, len(folds))
        past = latest
        if number:
            past = past_of(fold, final.columns, seed=final.seed, entries=final.entries)
            fitted = [_slim(kind.fit(past, chosen[kind.name]), past.entries) for kind in every]
        asked = users if number == 0 else fold.sample(budget.users, seed=final.seed + number)
        learnt.append(_learn(fold, past, fitted, asked, whole=number == 0))
    del fitted
    progress("blend", 0, 1)
    blend = _blend(learnt, folds[0], users, k, final.seed, told)
    last = []
    for number, kind in enumerate(every):
        progress("all of train", number, len(every))
        last.append(_slim(kind.fit(final, chosen[kind.name]), final.entries))
        final.forget(keep=kind.name == "ease")
    told.people = sum(len(each.user) for each in learnt)
    return Ranker(tuple(last), _facts(final), blend, final.scale, final.repeats), told


def _choose(
    kind: Kind, past: Past, fold: Fold, users: Ints, k: int, budget: Budget, known: Settings | None
) -> tuple[Component, Found]:
    best: list[tuple[float, Component]] = []

    def score(settings: Settings) -> float:
        component = _slim(kind.fit(past, settings), past.entries)
        value = ndcg(fold, users, lambda _, events, now: component.scores(Context(events, now, past.scale)), k)
        if not best or value > best[0][0]:
            best[:] = [(value, component)]
        return value

    start = known or kind.start
    found = search(kind.space, start, score, budget=1 if known else budget.tries)
    return best[0][1], found


def _slim(component: Component, entries: int) -> Component:
    """What is measured is what serves: item-item matrices lose what they will have lost then."""
    if isinstance(component, ItemItem) and isinstance(component.matrix, np.ndarray):
        return component.pruned(entries)
    return component


def _facts(past: Past) -> Facts:
    return Facts.of(past.events, past.columns, now=past.now, span=past.span, repeats=past.repeats)


def _learn(fold: Fold, past: Past, components: Sequence[Component], users: Ints, *, whole: bool) -> _Learnt:
    """whole: keep all candidates, to measure by; else some of those that nobody chose."""
    facts, rng = _facts(past), np.random.default_rng(past.seed)
    parts: list[tuple[Candidates, Bools]] = []
    row_of, item_of, _ = fold.relevant(users)
    keys = np.sort(row_of * fold.past.items + item_of)
    for start in range(0, len(users), _ROWS):
        part = users[start : start + _ROWS]
        events = fold.past.of(part)
        context = Context(events, fold.now[part], past.scale)
        found = candidates_of(
            component_scores(components, context), context, facts, allowed=allowed_of(events, fold.repeats)
        )
        wanted = (found.row + start) * fold.past.items + found.item
        label = keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted
        kept = np.ones(len(label), dtype=bool)
        if not whole:
            kept = _thinned(found.row, label, len(part), rng)
        parts.append((_moved(found, start, kept), label[kept]))
    return _Learnt(_joined([each for each, _ in parts], len(users)), np.concatenate([b for _, b in parts]), users)


def _thinned(row: Ints, label: Bools, rows: int, rng: np.random.Generator) -> Bools:
    """All that was chosen, and about _NEGATIVES of the others of each row."""
    count = np.maximum(np.bincount(row, minlength=rows), 1)
    return np.asarray(label | (rng.random(len(row)) < _NEGATIVES / count[row]))


def _moved(found: Candidates, by: int, kept: Bools) -> Candidates:
    scores = {name: score[kept] for name, score in found.scores.items()}
    return Candidates(
        found.row[kept] + by, found.item[kept], scores, found.parts[kept], found.features[kept], found.rows
    )


def _joined(parts: Sequence[Candidates], rows: int) -> Candidates:
    return Candidates(
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.item for part in parts]),
        {name: np.concatenate([part.scores[name] for part in parts]) for name in parts[0].scores},
        np.concatenate([part.parts for part in parts]),
        np.concatenate([part.features for part in parts]),
        rows,
    )


def _blend(learnt: Sequence[_Learnt], fold: Fold, users: Ints, k: int, seed: int, told: Told) -> Blend:
    """Every rule measured on people that it was not fitted on; the best one fitted on all of them."""
    latest = learnt[0]
    found = latest.candidates
    rng = np.random.default_rng(seed)
    part = rng.integers(0, _PARTS, fold.past.rows)  # of each user, in all folds
    values: dict[str, Singles] = dict(found.scores)
    values |= {name: np.zeros(len(found.row), dtype=np.float32) for name in [LINEAR, *map(_stage, _STAGES)]}
    growth = Growth(trees=max(_STAGES))
    thin = [_thin(each, rng) for each in learnt]
    for turn in range(_PARTS):
        inside = [each.where(part[each.user] != turn) for each in thin]
        test = part[latest.user][found.row] == turn
        linear = linear_fit(*_stacked(inside), components=len(found.scores))
        values[LINEAR][test] = linear.scores(found.parts[test])
        features, label = _all_features(inside, linear)
        other = with_line(found.features[test], values[LINEAR][test])
        staged = trees_staged(features, label, other, growth, stages=_STAGES, seed=seed)
        for stage, score in zip(_STAGES, staged, strict=True):
            values[_stage(stage)][test] = score
    short = np.zeros(len(found.row), dtype=bool)
    short[shortlist(found.row, values[LINEAR], len(users))] = True
    for stage in _STAGES:
        values[_stage(stage)][~short] = -np.inf
        values[_stage(stage) + _MIXED] = values[_stage(stage)] + values[LINEAR]
    for name, value in values.items():
        lists, _ = top_of(found.row, found.item, value, rows=len(users), size=k)
        told.rules[name] = float(ndcg_by_user(fold, users, lists, k).mean())
    best = max(told.rules, key=lambda name: told.rules[name])
    told.rule = best
    linear = linear_fit(*_stacked(thin), components=len(found.scores))
    if not best.startswith(BOOSTED):
        return Blend(best, linear)
    features, label = _all_features(thin, linear)
    count = int(best.removeprefix(BOOSTED).removesuffix(_MIXED))
    trees = trees_fit(features, label, Growth(trees=count), seed=seed)
    return Blend(BOOSTED, linear, trees, best.endswith(_MIXED))


def _stage(trees: int) -> str:
    return f"{BOOSTED}{trees}"


@dataclass(frozen=True)
class _Thin:
    """Some candidates of a fold, those without a choice left out by row. row: ascending, shape (n,)."""

    row: Ints
    user: Ints
    features: Singles
    parts: Singles
    label: Bools

    def where(self, kept_rows: Bools) -> "_Thin":
        kept = kept_rows[self.row]
        return _Thin(self.row[kept], self.user, self.features[kept], self.parts[kept], self.label[kept])


def _thin(learnt: _Learnt, rng: np.random.Generator) -> _Thin:
    found, rows = learnt.candidates, len(learnt.user)
    kept = _thinned(found.row, learnt.label, rows, rng)
    kept &= np.bincount(found.row, weights=learnt.label, minlength=rows)[found.row] > 0
    return _Thin(found.row[kept], learnt.user, found.features[kept], found.parts[kept], learnt.label[kept])


def _stacked(parts: Sequence[_Thin]) -> tuple[Singles, Ints, Bools]:
    start = np.cumsum([0] + [len(part.user) for part in parts])
    return (
        np.concatenate([part.parts for part in parts]),
        np.concatenate([part.row + first for part, first in zip(parts, start, strict=False)]),
        np.concatenate([part.label for part in parts]),
    )


def _all_features(parts: Sequence[_Thin], linear: Linear) -> tuple[Singles, Bools]:
    return (
        np.concatenate([with_line(part.features, linear.scores(part.parts)) for part in parts]),
        np.concatenate([part.label for part in parts]),
    )
