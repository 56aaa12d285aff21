"""Trains the model that ranks personal lists: read, choose by a time split, compare with what serves, fit on all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from recommendations.evaluation.baselines import baselines
from recommendations.ranking.folds import Fold
from recommendations.ranking.interactions import Ints
from recommendations.ranking.metrics import ndcg
from recommendations.ranking.search import search
from recommendations.ranking.trained import Window, folds_of, ranker_trained
from recommendations.ranking.training import Budget
from recommendations.selectors.choices import opted_out_ids
from recommendations.selectors.training import TrainingData, training_data
from xlcfi import clock
from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.subjects import Candidate, Loaded, Progress

FORMAT: Final = 1
K: Final = 10
METRIC: Final = "ndcg@10"
FEWEST_PURCHASES: Final = 2_000
FEWEST_PEOPLE: Final = 100
"""In the window, of people who were there before it: with fewer nothing can be told apart."""
NO_WORSE: Final = 0.995
"""With newer data, what is within half a percent of what serves is better: it knows what sells now."""
BUDGET: Final = Budget(tries=2, users=1_200, wanted=2_400, enough=2_400)
"""What a minute and 2 GB allow for 50,000 people and 5,000 products; `evaluate` takes its time and tries more."""
QUICK: Final = Budget(tries=1, users=600, wanted=900, enough=900)
# What takes longest to fit, and what serves nobody as it is, is measured by `manage.py evaluate`, not at each training.
_NOT_HERE = ("EASE", "implicit ALS")
_BASELINE_TRIES = 2


@dataclass(frozen=True)
class Asked:
    """days: how far back purchases are read; window: days at their end to choose by."""

    days: int = 1_095
    window: int = 28
    seed: int = 0
    budget: Budget = BUDGET


def candidate_trained(asked: Asked, *, serving: Loaded | None, progress: Progress) -> Candidate:
    """A ranker of all there is, and how it compares on the window. Raises SubjectRefused for too little data."""
    progress(_("reading"), 0, 0)
    now = clock.now()
    data = training_data(since=now - timedelta(days=asked.days), until=now, without=left_out_ids())
    window, fold = _window(data, asked)
    assert data is not None
    known = serving.parameters.get("settings") if serving is not None else None
    if serving is not None and serving.parameters.get("format") != FORMAT:
        known = None
    trained = ranker_trained(
        data.events,
        data.columns,
        now=float(data.events.day.max()),
        repeats=True,
        seed=asked.seed,
        budget=asked.budget,
        progress=progress,
        settings=known,
        window=window,
    )
    found = trained.validation
    users = fold.sample(asked.budget.users, seed=asked.seed)
    others = _baselines(fold, users, seed=asked.seed, progress=progress)
    metrics: dict[str, Any] = {
        "candidate": {METRIC: found["candidate"]},
        "serving": {METRIC: found["serving"]} if "serving" in found else None,
        "baselines": {name: {METRIC: value} for name, value in others.items()},
        "components": found["components"],
        "window": {"days": window.days, "people": len(users)},
    }
    newer = serving is not None and data.last > serving.window[1]
    better, reason = _judged(metrics, newer=newer)
    return Candidate(
        arrays={**trained.ranker.arrays(), "items": data.items},
        parameters={
            "format": FORMAT,
            "settings": trained.settings,
            "seed": asked.seed,
            "purchases": len(data.events.day),
            "people": data.people,
            "products": len(data.items),
            "purchases_of_unknown_products": data.left_out,
            "validation_days": window.days,
        },
        metrics=metrics,
        window=(data.first, data.last),
        better=better,
        reason=reason,
        features=trained.ranker.facts.names(tuple(each.name for each in trained.ranker.components)),
    )


def left_out_ids() -> Collection[int]:
    """Whose purchases teach nothing: who wants no personal lists, known bots, and internal accounts."""
    return {*opted_out_ids(), *settings.ANALYTICS_EXCLUDED_USER_IDS}


def _window(data: TrainingData | None, asked: Asked) -> tuple[Window, Fold]:
    """The days at the end to choose by; a tenth of all where there are few."""
    if data is None or len(data.events.day) < FEWEST_PURCHASES:
        raise SubjectRefused(
            _(
                "There are too few paid orders to learn from: %(found)d purchases of products in the last %(days)d "
                "days, at least %(least)d are needed. Run `manage.py rebuild` if the platform has more."
            )
            % {"found": 0 if data is None else len(data.events.day), "days": asked.days, "least": FEWEST_PURCHASES}
        )
    span = float(np.ptp(data.events.day))
    window = Window(days=min(float(asked.window), span / 10), k=K)
    fold = folds_of(data.events, repeats=True, seed=asked.seed, window=window)[0]
    if len(fold.known) < FEWEST_PEOPLE:
        raise SubjectRefused(
            _(
                "There are too few buyers to choose by: %(found)d bought in the last %(days).0f days and before, at "
                "least %(least)d are needed. Try a longer `--window`."
            )
            % {"found": len(fold.known), "days": window.days, "least": FEWEST_PEOPLE}
        )
    return window, fold


def _baselines(fold: Fold, users: Ints, *, seed: int, progress: Progress) -> dict[str, float]:
    """NDCG@K of what a shop would take instead, on the same people, each with its settings chosen on them."""
    found = {}
    every = [each for each in baselines(fold, seed=seed) if each.name not in _NOT_HERE]
    for number, each in enumerate(every):
        progress(_("baselines"), number, len(every))
        chosen = search(
            each.space,
            each.start,
            lambda tried, each=each: ndcg(fold, users, each.fit(fold, tried), K),  # type: ignore[misc]
            budget=_BASELINE_TRIES,
        )
        found[each.name] = chosen.score
    return found


def _judged(metrics: Mapping[str, Any], *, newer: bool) -> tuple[bool, str]:
    """(whether it is to serve, why or why not)."""
    mine = metrics["candidate"][METRIC]
    best = max(metrics["baselines"], key=lambda name: metrics["baselines"][name][METRIC])
    theirs = metrics["baselines"][best][METRIC]
    told = {"mine": mine, "best": best, "theirs": theirs}
    if mine < theirs:
        return False, _("NDCG@10 %(mine).4f: no better than %(best)s (%(theirs).4f)") % told
    if metrics["serving"] is None:
        return True, _("NDCG@10 %(mine).4f, best baseline %(best)s %(theirs).4f; nothing served before") % told
    told["present"] = present = metrics["serving"][METRIC]
    if mine > present:
        return True, _("NDCG@10 %(mine).4f, the serving settings reach %(present).4f") % told
    if newer and mine >= NO_WORSE * present:
        return True, _("NDCG@10 %(mine).4f, as good as the serving settings (%(present).4f), with newer data") % told
    return False, _("NDCG@10 %(mine).4f, the serving settings reach %(present).4f") % told
