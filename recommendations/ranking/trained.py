"""Trains the ranker that serves: settings by a time split inside the past, then everything fitted anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from recommendations.ranking.cuts import BY_TIME, Cut, folds_inside
from recommendations.ranking.folds import Fold
from recommendations.ranking.interactions import Events, Ints
from recommendations.ranking.items import ItemColumns
from recommendations.ranking.metrics import ndcg_by_user
from recommendations.ranking.ranker import Ranker
from recommendations.ranking.search import Settings
from recommendations.ranking.training import Budget, Progress, Told, choose, past_of, ranker_fit

Plain = dict[str, Any]
_FOLDS, _FEW, _MANY = 24, 200_000, 400_000
_BATCH = 256
# What a training on a whole market may cost: one setting or two each, some thousand people to choose and learn by.
SERVING = Budget(tries=2, users=1_500, wanted=3_000, enough=3_000)


class Trained(NamedTuple):
    """settings: plain JSON, to be given to the next training. validation: NDCG@k on the window by who ranks it,
    `candidate` (people that the rule was not fitted on), `serving` (only where its settings were given) and
    `baselines` by name; with the window's first day and how many people it was measured on."""

    ranker: Ranker
    settings: Plain
    validation: Plain


@dataclass(frozen=True)
class Window:
    """What came last, to choose by. days: how long it is; k: of NDCG@k."""

    days: float = 30.0
    k: int = 10


def ranker_trained(
    events: Events,
    columns: ItemColumns,
    *,
    now: float,
    repeats: bool,
    seed: int = 0,
    budget: Budget = SERVING,
    progress: Progress = lambda stage, done, of: None,
    settings: Plain | None = None,
    window: Window = Window(),
) -> Trained:
    """events: of everybody up to `now` (day). settings: those kept of the serving ranker; the search begins there.

    The serving ranker itself may have seen the window, and is not asked; its settings are fitted again on what lay
    before the window, and measured there on the same people as the candidate: `validation["serving"]`.
    Raises ValueError if nobody in the window was there before it.
    """
    folds = folds_of(events, repeats=repeats, seed=seed, window=window)
    budget = replace(budget, quick=True)
    if len(folds) == 1:
        budget = replace(budget, users=max(budget.users, budget.wanted))
    moments = np.full(events.rows, now)
    whole = Fold(events, moments, repeats, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    before = _read(settings) if settings else None
    ranker, told = ranker_fit(
        folds, past_of(whole, columns, seed=seed), k=window.k, eras=False, progress=progress, budget=budget,
        start=before,
    )  # fmt: skip
    validation: Plain = {
        "k": window.k,
        "people": len(folds[0].sample(budget.users, seed=seed)),
        "from_day": float(folds[0].past.day.max()),
        "candidate": told.rules[told.rule],
        "components": {name: one["ndcg"] for name, one in told.components.items()},
    }
    if settings and before is not None:
        validation["serving"] = _again(told, settings, folds, columns, budget, window.k, seed, progress)
    return Trained(ranker, _plain(told), validation)


def folds_of(events: Events, *, repeats: bool, seed: int = 0, window: Window = Window()) -> list[Fold]:
    """The window and earlier ones of the same length, half a window apart, the latest first."""
    cut = Cut(BY_TIME, window.days, 0.0, None)
    # Where a window holds enough people, everything need not be fitted again for an earlier one.
    most = _FOLDS if len(events.day) < _FEW else 3 if len(events.day) < _MANY else 1
    return folds_inside(events, cut, repeats=repeats, seed=seed, most=most)


def ranker_ndcg(ranker: Ranker, fold: Fold, *, k: int = 10, users: Ints | None = None) -> float:
    """Mean NDCG@k of any ranker on a window (`folds_of(…)[0]`), for `users` (ascending, of `fold.known`).

    Fair only for a ranker that was fitted before the window began: `fold.past` ends there.
    """
    users = fold.known if users is None else users
    if not len(users):
        return 0.0
    total = 0.0
    for start in range(0, len(users), _BATCH):
        part = users[start : start + _BATCH]
        lists, _ = ranker.lists(fold.past.of(part), fold.now[part], size=k)
        total += float(ndcg_by_user(fold, part, lists, k).sum())
    return total / len(users)


def _again(
    told: Told, settings: Plain, folds: list[Fold], columns: ItemColumns, budget: Budget, k: int, seed: int,
    progress: Progress,
) -> float:  # fmt: skip
    """What the serving settings and rule reach, everything fitted on what lay before the window."""
    before = _read(settings)
    if not told.moved and settings["rule"] in told.rules:
        return told.rules[settings["rule"]]
    found = choose(folds, columns, seed=seed, k=k, eras=False, progress=progress, budget=budget, known=before).told
    return found.rules.get(settings["rule"], found.rules[found.rule])


def _plain(told: Told) -> Plain:
    """Infinity, which JSON lacks, is None."""
    components: dict[str, Plain] = {}
    for name, one in told.components.items():
        chosen: Mapping[str, Any] = one["settings"]  # type: ignore[assignment]
        components[name] = {key: None if value == float("inf") else value for key, value in chosen.items()}
    return {"components": components, "rule": told.rule}


def _read(settings: Plain) -> dict[str, Settings]:
    return {
        name: {key: float("inf") if value is None else value for key, value in chosen.items()}
        for name, chosen in settings["components"].items()
    }
