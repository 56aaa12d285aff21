"""The components a ranking is blended of: which settings each may have, and how each is fitted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recommendations.ranking.context import Component, Context
from recommendations.ranking.factors import Als, Spectral, als, spectral
from recommendations.ranking.gram import gram
from recommendations.ranking.groups import GroupTaste
from recommendations.ranking.interactions import Events, Floats, Singles
from recommendations.ranking.item_item import ItemItem, cosine, ease
from recommendations.ranking.items import ItemColumns
from recommendations.ranking.own import Own
from recommendations.ranking.popularity import Era, Popular, popularity
from recommendations.ranking.search import Settings
from recommendations.ranking.sequences import Transitions, transitions_fit
from recommendations.ranking.weighting import PLAIN, RANKED, SIGNED, Weighting, WeightScale

FOREVER = float("inf")
EASE_ITEMS = 9_000
ENTRIES = 1_000_000  # of an item-item matrix that is kept


@dataclass
class Past:
    """What a component is fitted on. now: one day for all; moments: of each user, shape (rows,)."""

    events: Events
    now: float
    moments: Floats
    columns: ItemColumns
    scale: WeightScale
    repeats: bool
    seed: int
    entries: int = ENTRIES
    vectors: Singles | None = None  # of items, of a fit on nearly the same past: where factors may begin
    _grams: dict[Any, Singles] = field(default_factory=dict)

    @property
    def span(self) -> float:
        """Days that the past covers, at least 1."""
        return max(float(np.ptp(self.events.day)), 1.0)

    def context(self) -> Context:
        """All users."""
        return Context(self.events, self.moments, self.scale)

    def gram(self, weighting: Weighting) -> Singles:
        """X'X under `weighting`; the last ones asked for are kept."""
        if weighting not in self._grams:
            if len(self._grams) >= 2:
                self._grams.pop(next(iter(self._grams)))
            self._grams[weighting] = gram(self.context().matrix(weighting))
        return self._grams[weighting]

    def forget(self, *, keep: bool = False) -> None:
        """Let go of what X'X takes."""
        if not keep:
            self._grams.clear()


@dataclass(frozen=True)
class Kind:
    """space: ordered values of each setting; start: where a search begins; fit: a past and settings to a component."""

    name: str
    space: Mapping[str, Sequence[Any]]
    start: Settings
    fit: Callable[[Past, Settings], Component]


def kinds(past: Past, *, eras: bool) -> list[Kind]:
    """Those that make sense for this past. eras: whether people are asked for at moments of their own."""
    lives = [round(past.span * part, 2) for part in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)] + [FOREVER]
    weights = [PLAIN, RANKED, SIGNED] if past.scale.says_something else [PLAIN]
    powers = [0.0, 0.5] if past.repeats or (past.events.pairs.count > 1).mean() > 0.05 else [0.0]
    common: dict[str, Sequence[Any]] = {"half_life": lives[2:], "scheme": weights, "power": powers}
    usual: Settings = {"half_life": FOREVER, "scheme": PLAIN, "power": 0.0}
    found = [
        Kind("popular", {"half_life": lives}, {"half_life": lives[3]}, _popular),
        Kind(
            "ease",
            {"strength": [1.0, 3.0, 10.0, 30.0, 100.0, 250.0, 500.0, 1000.0, 2000.0, 5000.0], **common},
            {"strength": 250.0, **usual},
            _ease,
        ),
        Kind(
            "cosine",
            {
                "neighbours": [10, 20, 50, 100, 200, 500, 2000],
                "shrinkage": [0.0, 1.0, 5.0, 20.0, 100.0],
                "lean": [0.3, 0.4, 0.5, 0.6, 0.8],
                **common,
            },
            {"neighbours": 100, "shrinkage": 5.0, "lean": 0.5, **usual},
            _cosine,
        ),
        Kind(
            "factors",
            {
                "strength": [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
                "unseen": [0.02, 0.05, 0.1, 0.2, 0.5],
                "factors": [16, 32, 64],
                "half_life": lives[3:],
            },
            {"strength": 0.003, "unseen": 0.1, "factors": 32, "half_life": FOREVER},
            _factors,
        ),
        Kind(
            "spectral",
            {"factors": [8, 16, 32, 64, 128], "half_life": lives[3:]},
            {"factors": 32, "half_life": FOREVER},
            _spectral,
        ),
        Kind(
            "next",
            {
                "keep": [0.1, 0.3, 0.5, 0.7, 0.85, 0.95],
                "lean": [0.3, 0.5, 0.7, 1.0],
                "shrinkage": [0.0, 1.0, 5.0, 20.0],
            },
            {"keep": 0.7, "lean": 0.5, "shrinkage": 1.0},
            _next,
        ),
    ]
    if past.repeats:
        found.append(
            Kind("own", {"half_life": lives[1:], "power": [0.5, 1.0]}, {"half_life": lives[4], "power": 1.0}, _own)
        )
    if eras:
        found.append(Kind("era", {"eras": [3, 6, 12, 25, 50, 100]}, {"eras": 25}, _era))
    for name in past.columns.groups:
        space = {"fresh": lives[1:], "half_life": lives[2:], "prior": [1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]}
        start = {"fresh": lives[3], "half_life": FOREVER, "prior": 100.0}
        space["segments"], start["segments"] = [1, 3, 6, 12], 6
        found.append(Kind(f"group {name}", space, start, _group(name)))
    return found


def _weighting(settings: Settings) -> Weighting:
    return Weighting(settings.get("scheme", PLAIN), settings["half_life"], settings.get("power", 0.0))


def _lasting(settings: Settings) -> Weighting:
    """What is learnt between items does not fade; only what it is asked with does."""
    return Weighting(settings.get("scheme", PLAIN), FOREVER, settings.get("power", 0.0))


def _popular(past: Past, settings: Settings) -> Component:
    return Popular.fit("popular", past.events, now=past.now, half_life=settings["half_life"])


def _ease(past: Past, settings: Settings) -> Component:
    counts = past.gram(_lasting(settings))
    items = len(counts)
    if items > EASE_ITEMS:
        kept = np.sort(np.argsort(-np.diag(counts), kind="stable")[:EASE_ITEMS])
        weights = np.zeros((items, items), dtype=np.float32)
        weights[np.ix_(kept, kept)] = ease(counts[np.ix_(kept, kept)], settings["strength"])
    else:
        weights = ease(counts, settings["strength"])
    return ItemItem("ease", weights, _weighting(settings))


def _cosine(past: Past, settings: Settings) -> Component:
    counts = past.gram(_lasting(settings))
    found = cosine(
        np.maximum(counts, 0), shrinkage=settings["shrinkage"], lean=settings["lean"], neighbours=settings["neighbours"]
    )
    return ItemItem("cosine", found, _weighting(settings))


def _factors(past: Past, settings: Settings) -> Component:
    matrix = past.context().matrix(_lasting(settings))
    fold = {"unseen": settings["unseen"], "strength": settings["strength"], "by_count": 1.0}
    begun = past.vectors is not None and past.vectors.shape == (matrix.shape[1], settings["factors"])
    vectors = als(
        matrix, factors=settings["factors"], turns=3 if begun else 8, seed=past.seed, **fold,
        begin=past.vectors if begun else None,
    )  # fmt: skip
    return Als("factors", vectors, weighting=_weighting(settings), **fold)


def _spectral(past: Past, settings: Settings) -> Component:
    vectors, scale = spectral(past.context().matrix(_lasting(settings)), factors=settings["factors"], seed=past.seed)
    return Spectral("spectral", vectors, scale, _weighting(settings))


def _next(past: Past, settings: Settings) -> Component:
    return transitions_fit(past.events, entries=past.entries, **settings)


def _own(past: Past, settings: Settings) -> Component:
    share = popularity(past.events, now=past.now, half_life=past.span / 10)
    share = (share / max(share.max(), 1e-9)).astype(np.float32)
    return Own("own", settings["half_life"], settings["power"], share)


def _era(past: Past, settings: Settings) -> Component:
    return Era.fit("era", past.events, eras=settings["eras"])


def _group(column: str) -> Callable[[Past, Settings], Component]:
    def fit(past: Past, settings: Settings) -> Component:
        group = past.columns.groups[column]
        return GroupTaste.fit(f"group {column}", past.events, group, now=past.now, seed=past.seed, **settings)

    return fit


READERS: dict[str, Callable[[str, dict[str, np.ndarray[Any, Any]]], Component]] = {
    "popular": Popular.from_arrays, "ease": ItemItem.from_arrays, "cosine": ItemItem.from_arrays,
    "factors": Als.from_arrays, "spectral": Spectral.from_arrays, "next": Transitions.from_arrays,
    "own": Own.from_arrays, "era": Era.from_arrays, "group": GroupTaste.from_arrays,
}  # fmt: skip
