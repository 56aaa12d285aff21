"""What a user would take instead: each tuned on the same validation fold, by the same search, with the same budget."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from recommendations.ranking.folds import Fold, Score
from recommendations.ranking.gram import gram
from recommendations.ranking.interactions import Events, Floats, Ints, Singles
from recommendations.ranking.item_item import cosine, ease
from recommendations.ranking.own import own_counts
from recommendations.ranking.popularity import popularity
from recommendations.ranking.search import Settings

EASE_ITEMS = 9_000


class Baseline(Protocol):
    """space: ordered values of each setting; start: where the search begins."""

    @property
    def name(self) -> str: ...
    @property
    def space(self) -> Mapping[str, Sequence[Any]]: ...
    @property
    def start(self) -> Settings: ...

    def fit(self, fold: Fold, settings: Settings) -> Score: ...


def binary(events: Events) -> Any:
    """Who had what, as a sparse matrix of ones."""
    return events.pairs.matrix(np.ones(len(events.pairs.row), dtype=np.float32))


def half_lives(fold: Fold) -> list[float]:
    """From a fiftieth of the past's length to forever."""
    span = max(float(np.ptp(fold.past.day)), 1.0)
    return [round(span * part, 2) for part in (0.01, 0.03, 0.1, 0.3, 1.0)] + [float("inf")]


@dataclass
class Popularity:
    """The most bought, lately more."""

    fold: Fold
    name: str = "popularity"

    def __post_init__(self) -> None:
        lives = half_lives(self.fold)
        self.space: Mapping[str, Sequence[Any]] = {"half_life": lives}
        self.start: Settings = {"half_life": lives[3]}

    def fit(self, fold: Fold, settings: Settings) -> Score:
        count = popularity(fold.past, now=float(fold.past.day.max()), half_life=settings["half_life"])
        score = count.astype(np.float32)
        return lambda users, past, now: np.broadcast_to(score, (len(users), len(score)))


class _Counted:
    """X'X of the fold that was asked last."""

    def __init__(self) -> None:
        self._fold: Fold | None = None
        self._counts: Singles | None = None

    def of(self, fold: Fold) -> Singles:
        if self._fold is not fold or self._counts is None:
            self._fold, self._counts = fold, gram(binary(fold.past))
        return self._counts


def _summed(weights: Singles) -> Score:
    def score(users: Ints, past: Events, now: Floats) -> Singles:
        return np.asarray(binary(past) @ weights)

    return score


@dataclass
class Cosine:
    """Item-item cosine with shrinkage and the nearest neighbours."""

    counted: _Counted
    name: str = "item-item cosine"

    def __post_init__(self) -> None:
        self.space: Mapping[str, Sequence[Any]] = {
            "neighbours": [10, 20, 50, 100, 200, 500, 2000],
            "shrinkage": [0.0, 1.0, 5.0, 20.0, 100.0],
        }
        self.start: Settings = {"neighbours": 100, "shrinkage": 5.0}

    def fit(self, fold: Fold, settings: Settings) -> Score:
        counts = self.counted.of(fold)
        return _summed(cosine(counts, shrinkage=settings["shrinkage"], neighbours=settings["neighbours"]))


@dataclass
class Ease:
    """Steck's closed form; beyond 9,000 items only the most popular ones have weights."""

    counted: _Counted
    name: str = "EASE"

    def __post_init__(self) -> None:
        self.space: Mapping[str, Sequence[Any]] = {
            "strength": [1.0, 3.0, 10.0, 30.0, 100.0, 250.0, 500.0, 1000.0, 2000.0, 5000.0]
        }
        self.start: Settings = {"strength": 250.0}

    def fit(self, fold: Fold, settings: Settings) -> Score:
        counts = self.counted.of(fold)
        kept = np.sort(np.argsort(-np.diag(counts), kind="stable")[:EASE_ITEMS])
        weights = ease(counts[np.ix_(kept, kept)], settings["strength"])
        if len(kept) == len(counts):
            return _summed(weights)

        def score(users: Ints, past: Events, now: Floats) -> Singles:
            found = np.full((len(users), past.items), -np.inf, dtype=np.float32)
            found[:, kept] = binary(past)[:, kept] @ weights
            return found

        return score


@dataclass
class ImplicitAls:
    """`implicit`'s alternating least squares; users' factors are computed from their past, as in its own training."""

    seed: int
    name: str = "implicit ALS"

    def __post_init__(self) -> None:
        self.space: Mapping[str, Sequence[Any]] = {
            "factors": [16, 32, 64, 128, 256],
            "regularization": [0.001, 0.01, 0.1, 1.0, 10.0, 50.0],
            "alpha": [1.0, 3.0, 10.0, 40.0],
            "iterations": [8, 15, 30],
        }
        self.start: Settings = {"factors": 64, "regularization": 0.1, "alpha": 3.0, "iterations": 15}

    def fit(self, fold: Fold, settings: Settings) -> Score:
        from implicit.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        model = AlternatingLeastSquares(
            **settings, random_state=self.seed, num_threads=int(os.environ.get("OMP_NUM_THREADS", "0")), use_gpu=False
        )
        with threadpool_limits(limits=1, user_api="blas"):  # it has threads of its own; two kinds wait for each other
            model.fit(binary(fold.past), show_progress=False)
        people, items = np.asarray(model.user_factors), np.asarray(model.item_factors)
        return lambda users, past, now: np.asarray(people[users] @ items.T)


@dataclass
class OwnHistory:
    """What somebody bought most and last; popular things where that ends."""

    fold: Fold
    name: str = "own frequency and recency"

    def __post_init__(self) -> None:
        lives = half_lives(self.fold)
        self.space: Mapping[str, Sequence[Any]] = {"half_life": lives}
        self.start: Settings = {"half_life": lives[3]}

    def fit(self, fold: Fold, settings: Settings) -> Score:
        count = popularity(fold.past, now=float(fold.past.day.max()), half_life=float("inf"))
        rest = (1e-6 * count / max(count.max(), 1)).astype(np.float32)
        return lambda users, past, now: own_counts(past, now, settings["half_life"]) + rest


def baselines(fold: Fold, *, seed: int, without: Sequence[str] = ()) -> list[Baseline]:
    """All of them; the own history only where repeats count."""
    counted = _Counted()
    found: list[Baseline] = [Popularity(fold), Cosine(counted), Ease(counted), ImplicitAls(seed)]
    if fold.repeats:
        found.append(OwnHistory(fold))
    return [each for each in found if each.name not in without]
