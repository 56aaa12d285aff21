"""Measures our ranking and its baselines: chosen on the validation folds, fitted on all of train, tested once."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from recommendations.evaluation.baselines import baselines
from recommendations.evaluation.files import Data
from recommendations.evaluation.intervals import Bootstrap
from recommendations.evaluation.validation import baseline_choose, lists_of, tries_for
from recommendations.ranking.cuts import AT_RANDOM, BY_TIME, cut_of, fold_of_test, folds_inside
from recommendations.ranking.folds import Fold
from recommendations.ranking.interactions import Floats, Ints
from recommendations.ranking.metrics import NAMES, by_user, coverage, hits_of, novelty
from recommendations.ranking.ranker import Ranker
from recommendations.ranking.training import Budget, past_of, ranker_fit

OURS = "ours"
PLACES = (5, 10, 20)
RULES = 7  # of the blend, which are tries too
FOLDS = 24
_ROWS = 256
Progress = Callable[[str, int, int], None]


class NothingToMeasure(ValueError):
    """The files leave nobody to choose by or to test on; the text says which."""


@dataclass(frozen=True)
class Evaluation:
    """report: as JSON. fold: of the test; lists: of each method, shape (users of the fold, places)."""

    report: dict[str, Any]
    fold: Fold
    lists: dict[str, Ints]
    ranker: Ranker


def evaluate(
    data: Data, *, k: int, repeats: bool, seed: int, progress: Progress, without: tuple[str, ...] = ()
) -> Evaluation:
    """without: names of baselines that are left out. Raises NothingToMeasure."""
    began = time.monotonic()
    cut = cut_of(data.train, data.test)
    folds = folds_inside(data.train, cut, repeats=repeats, seed=seed, most=2 if cut.kind == AT_RANDOM else FOLDS)
    test = fold_of_test(data.train, data.test, cut, repeats=repeats)
    if not len(test.users):
        raise NothingToMeasure("nobody in the test has anything that could be recommended")
    if not len(folds[0].known):
        raise NothingToMeasure("nobody in the last part of train was there before: there is nothing to choose by")
    size, tries = max(*PLACES, k), tries_for(data.train)
    lists: dict[str, Ints] = {}
    told: dict[str, dict[str, Any]] = {}
    every = [each for each in baselines(folds[0], seed=seed) if each.name not in without]
    popular = np.zeros(data.train.items)
    for number, each in enumerate(every):
        told_of = partial(progress, each.name, number, len(every) + 1)
        told_of()
        chosen = baseline_choose(each, folds[0], k=k, seed=seed, tries=tries, on_try=told_of)
        score = each.fit(test, chosen.settings)
        if each.name == "popularity":
            popular = np.asarray(score(np.zeros(1, dtype=np.int64), test.past, test.now)[0], dtype=np.float64)
        lists[each.name] = lists_of(test, score, size=size, popular=popular)
        told[each.name] = {"settings": chosen.settings, "validation": chosen.validation, "tried": chosen.tried}
    ranker, ours = ranker_fit(
        folds, past_of(test, data.columns, seed=seed), k=k, eras=cut.kind != BY_TIME, progress=progress,
        budget=Budget(in_all=tries - RULES),
    )  # fmt: skip
    lists[OURS] = _ours(ranker, test, size=size, progress=progress)
    told[OURS] = {"settings": vars(ours), "validation": max(ours.rules.values()), "tried": ours.tried}
    progress("intervals", 0, 1)
    measured = _measured(test, lists, k=k, seed=seed, share=_had(test))
    for name, one in measured["methods"].items():
        one |= told[name]
    report = {
        "data": _described(data, test),
        "split": cut.told,
        "validation": {"folds": len(folds), "users": len(folds[0].known), "tries": tries},
        "k": k,
        "repeats": repeats,
        "seed": seed,
        **measured,
        "seconds": round(time.monotonic() - began, 1),
    }
    return Evaluation(report, test, lists, ranker)


def _ours(ranker: Ranker, fold: Fold, *, size: int, progress: Progress) -> Ints:
    """Lists by the path that serves."""
    found = np.full((len(fold.users), size), -1, dtype=np.int64)
    for start in range(0, len(fold.users), _ROWS):
        progress("test", start, len(fold.users))
        users = fold.users[start : start + _ROWS]
        shown = ranker.recommend_many(fold.past.of(users), fold.now[users], k=size)
        for row, one in enumerate(shown):
            found[start + row, : len(one)] = [each.item for each in one]
    return found


def _had(fold: Fold) -> Floats:
    """The part of the past's users who had each item, shape (items,)."""
    people = max(len(np.unique(fold.past.row)), 1)
    return np.bincount(fold.past.pairs.item, minlength=fold.past.items) / people


def _measured(fold: Fold, lists: dict[str, Ints], *, k: int, seed: int, share: Floats) -> dict[str, Any]:
    row, item, count = fold.relevant(fold.users)
    bootstrap = Bootstrap(len(fold.users), seed=seed)
    values: dict[tuple[str, str], Floats] = {}
    methods: dict[str, dict[str, Any]] = {}
    places = sorted({*PLACES, k})
    for name, shown in lists.items():
        hits = hits_of(shown, row, item, fold.past.items)
        for place in places:
            for metric, value in by_user(hits, count, place).items():
                values[name, f"{metric}@{place}"] = value
        methods[name] = {
            "metrics": {},
            "coverage": {f"@{place}": round(coverage(shown, place, fold.past.items), 4) for place in places},
            "novelty": {f"@{place}": round(novelty(shown, place, share), 3) for place in places},
        }
    keys = list(values)
    for key, interval in zip(keys, bootstrap.intervals(np.stack([values[key] for key in keys])), strict=True):
        methods[key[0]]["metrics"][key[1]] = interval.told
    others = [name for name in lists if name != OURS]
    names = [f"{metric}@{place}" for metric in NAMES for place in places]
    pairs = [(other, name) for other in others for name in names]
    paired = np.stack([values[OURS, name] - values[other, name] for other, name in pairs])
    differences: dict[str, dict[str, Any]] = {other: {} for other in others}
    for (other, name), interval in zip(pairs, bootstrap.intervals(paired), strict=True):
        base = float(values[other, name].mean())
        relative = None if not base else round(interval.mean / base, 4)
        differences[other][name] = interval.told | {"relative": relative}
    main = f"ndcg@{k}"
    best = max(others, key=lambda other: float(values[other, main].mean())) if others else None
    return {"methods": methods, "differences": differences, "best_baseline": best}


def _described(data: Data, fold: Fold) -> dict[str, Any]:
    return {
        "train_events": len(data.train.day), "test_events": len(data.test.day), "users": data.known_users,
        "items": data.known_items, "item_columns": list(data.columns.groups), "test_users": len(fold.users),
        "test_users_unknown": len(fold.users) - len(fold.known), "relevant": len(fold.user),
    }  # fmt: skip
