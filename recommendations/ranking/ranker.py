"""The ranking that serves: lists for one person or many, from their pasts and plain arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from recommendations.ranking.blend import BOOSTED, Blend
from recommendations.ranking.candidates import Candidates, allowed_of, candidates_of, component_scores, top_of
from recommendations.ranking.components import READERS
from recommendations.ranking.context import Component, Context
from recommendations.ranking.evidence import evidence_of, source_of
from recommendations.ranking.features import Facts
from recommendations.ranking.interactions import Bools, Events, Floats, Ints, Singles
from recommendations.ranking.weighting import WeightScale

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Recommended:
    """An item in a list. source: the component that speaks most for it; evidence: the item that it goes by, or None."""

    item: int
    score: float
    source: str
    evidence: int | None


@dataclass(frozen=True)
class Ranker:
    """components and facts as of the last training; blend orders what they bring forward.

    Nothing of any person is in it: who bought a minute ago is known by what the caller gives.
    """

    components: tuple[Component, ...]
    facts: Facts
    blend: Blend
    scale: WeightScale
    repeats: bool

    @property
    def items(self) -> int:
        """How many items it knows."""
        return len(self.facts.table)

    @cached_property
    def popular(self) -> Singles:
        """shape (items,): what is shown to who has no past."""
        nothing = np.zeros(0, dtype=np.int64)
        nobody = Events(nothing, nothing, np.zeros(0), np.zeros(0), 1, self.items)
        return np.array(self.components[0].scores(Context(nobody, np.zeros(1), self.scale))[0])

    def lists(self, events: Events, now: Floats, *, size: int, allowed: Bools | None = None) -> tuple[Ints, Singles]:
        """The `size` best items of each row and their scores; -1 where there are no more.

        now: day, shape (rows,). allowed: shape (items,) or (rows, items), True where an item may be shown.
        """
        _, items, scores = self._ranked(Context(events, now, self.scale), size, allowed)
        return items, scores

    def recommend(
        self,
        events: Events,
        now: float,
        *,
        k: int,
        exclude: Sequence[int] = (),
        allowed: Bools | None = None,
    ) -> list[Recommended]:
        """For one person: `events` of a single row. allowed: shape (items,). Fewer than k where nothing is left.

        Where the components run out of candidates, popular items follow.
        """
        if len(exclude):
            allowed = np.ones(self.items, dtype=bool) if allowed is None else allowed.copy()
            allowed[np.asarray(exclude, dtype=np.int64)] = False
        return self.recommend_many(events, np.array([now]), k=k, allowed=allowed)[0]

    def recommend_many(
        self, events: Events, now: Floats, *, k: int, allowed: Bools | None = None
    ) -> list[list[Recommended]]:
        """For every row of `events`."""
        context = Context(events, now, self.scale)
        found, items, scores = self._ranked(context, k, allowed)
        if len(found.row):
            row, place = np.nonzero(items >= 0)
            at = np.searchsorted(found.row * self.items + found.item, row * self.items + items[row, place])
            sources = source_of(found, self.blend, at)
            nobody = np.diff(events.first)[row] == 0
            sources = ["popular" if cold else source for source, cold in zip(sources, nobody, strict=True)]
            evidence = evidence_of(self.components, context, row, items[row, place], sources)
        else:
            row, sources, evidence = np.zeros(0, dtype=np.int64), [], []
        lists: list[list[Recommended]] = [[] for _ in range(events.rows)]
        shown = zip(
            row.tolist(), items[items >= 0].tolist(), scores[items >= 0].tolist(), sources, evidence, strict=True
        )
        for mine, item, score, source, by in shown:
            lists[mine].append(Recommended(item, score, source, by))
        self._fill(lists, events, k, allowed)
        return lists

    def _ranked(self, context: Context, size: int, allowed: Bools | None) -> tuple[Candidates, Ints, Singles]:
        mine = allowed_of(context.events, self.repeats)
        both = mine if allowed is None else (allowed if mine is None else mine & allowed)
        line = self.blend.linear if self.blend.rule == BOOSTED else None
        scores = component_scores(self.components, context)
        found = candidates_of(scores, context, self.facts, allowed=both, line=line)
        value = self.blend.scores(found)
        known = np.diff(context.events.first) > 0
        if not known.all():  # who has no past has nothing that the blend could go by
            value = np.where(known[found.row], value, found.scores[self.components[0].name])
        items, best = top_of(found.row, found.item, value, rows=context.rows, size=size)
        return found, items, best

    def _fill(self, lists: list[list[Recommended]], events: Events, k: int, allowed: Bools | None) -> None:
        for number, mine in enumerate(lists):
            if len(mine) >= k:
                continue
            score = self.popular.copy()
            score[[each.item for each in mine]] = -np.inf
            if allowed is not None:
                score[~(allowed if allowed.ndim == 1 else allowed[number])] = -np.inf
            if not self.repeats:
                score[events.item[events.row == number]] = -np.inf
            best = np.argsort(-score, kind="stable")[: k - len(mine)]
            mine += [Recommended(int(item), 0.0, "popular", None) for item in best if np.isfinite(score[item])]

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Plain arrays that `from_arrays` makes the same ranker of."""
        found: dict[str, np.ndarray[Any, Any]] = {
            "format": np.array(FORMAT),
            "repeats": np.array(self.repeats),
            "components": np.array([each.name for each in self.components], dtype=np.str_),
            "scale.levels": self.scale.levels,
            "scale.share": self.scale.share,
        }
        for number, each in enumerate(self.components):
            found |= {f"component{number}.{name}": array for name, array in each.arrays().items()}
        found |= {f"facts.{name}": array for name, array in self.facts.arrays().items()}
        return found | {f"blend.{name}": array for name, array in self.blend.arrays().items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray[Any, Any]]) -> "Ranker":
        """Raises ValueError for another format."""
        if int(arrays["format"]) != FORMAT:
            raise ValueError(f"format {int(arrays['format'])} is not {FORMAT}")
        components = []
        for number, name in enumerate(arrays["components"].tolist()):
            reader = READERS[name.split(" ")[0]]
            components.append(reader(name, _under(arrays, f"component{number}.")))
        return cls(
            tuple(components),
            Facts.from_arrays(_under(arrays, "facts.")),
            Blend.from_arrays(_under(arrays, "blend.")),
            WeightScale(arrays["scale.levels"], arrays["scale.share"]),
            bool(arrays["repeats"]),
        )


def _under(arrays: Mapping[str, np.ndarray[Any, Any]], prefix: str) -> dict[str, np.ndarray[Any, Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
