"""Chooses the settings of a baseline on the validation fold, and fits it again on all of train."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recommendations.evaluation.baselines import Baseline
from recommendations.ranking.folds import Fold, Score
from recommendations.ranking.interactions import Events, Floats, Ints
from recommendations.ranking.metrics import ndcg
from recommendations.ranking.search import Settings, search

BUDGET, LESS = 60, 24
MANY_EVENTS, MANY_ITEMS = 400_000, 4_000
USERS = 3_000


@dataclass(frozen=True)
class Chosen:
    """What was chosen of a baseline, and how it did on validation."""

    name: str
    settings: Settings
    validation: float
    tried: int


def tries_for(train: Events) -> int:
    """Settings that each method may try in all, ours as well as each baseline; fewer where each takes long."""
    return LESS if len(train.day) > MANY_EVENTS or train.items > MANY_ITEMS else BUDGET


def baseline_choose(
    baseline: Baseline, fold: Fold, *, k: int, seed: int, tries: int, on_try: Callable[[], None]
) -> Chosen:
    """Settings by a search of at most `tries` steps."""
    users = fold.sample(USERS, seed=seed)

    def score(settings: Settings) -> float:
        on_try()
        return ndcg(fold, users, baseline.fit(fold, settings), k)

    found = search(baseline.space, baseline.start, score, budget=tries)
    return Chosen(baseline.name, found.settings, found.score, len(found.tried))


def lists_of(fold: Fold, score: Score, *, size: int, popular: Floats) -> Ints:
    """Lists for all users of the fold; who has no past gets what is popular (shape (items,))."""
    lists = np.empty((len(fold.users), size), dtype=np.int64)
    known = np.isin(fold.users, fold.known)
    lists[known] = fold.lists(fold.users[known], score, size=size)
    if not known.all():
        lists[~known] = fold.lists(
            fold.users[~known],
            lambda users, past, now: np.broadcast_to(popular.astype(np.float32), (len(users), len(popular))),
            size=size,
        )
    return lists
