"""What came after a past, as candidates with and without a choice: what a blend is learnt of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommendations.ranking.blend import with_line
from recommendations.ranking.candidates import Candidates, allowed_of, candidates_of, component_scores
from recommendations.ranking.components import Past
from recommendations.ranking.context import Component, Context
from recommendations.ranking.features import Facts
from recommendations.ranking.folds import Fold
from recommendations.ranking.interactions import Bools, Ints, Singles
from recommendations.ranking.linear import Linear

_ROWS = 256
_NEGATIVES = 30


@dataclass(frozen=True)
class Learnt:
    """Candidates of a fold with what became of them. user: of each row, shape (rows,)."""

    candidates: Candidates
    label: Bools
    user: Ints


def facts_of(past: Past) -> Facts:
    return Facts.of(past.events, past.columns, now=past.now, span=past.span, repeats=past.repeats)


def learn(fold: Fold, past: Past, components: Sequence[Component], users: Ints, *, whole: bool) -> Learnt:
    """whole: keep all candidates, to measure by; else some of those that nobody chose."""
    facts, rng = facts_of(past), np.random.default_rng(past.seed)
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
    return Learnt(_joined([each for each, _ in parts], len(users)), np.concatenate([b for _, b in parts]), users)


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


@dataclass(frozen=True)
class Thin:
    """Some candidates of a fold, those without a choice left out by row. row: ascending, shape (n,)."""

    row: Ints
    user: Ints
    features: Singles
    parts: Singles
    label: Bools

    def where(self, kept_rows: Bools) -> "Thin":
        kept = kept_rows[self.row]
        return Thin(self.row[kept], self.user, self.features[kept], self.parts[kept], self.label[kept])


def thin(learnt: Learnt, rng: np.random.Generator) -> Thin:
    found, rows = learnt.candidates, len(learnt.user)
    kept = _thinned(found.row, learnt.label, rows, rng)
    kept &= np.bincount(found.row, weights=learnt.label, minlength=rows)[found.row] > 0
    return Thin(found.row[kept], learnt.user, found.features[kept], found.parts[kept], learnt.label[kept])


def stacked(parts: Sequence[Thin]) -> tuple[Singles, Ints, Bools]:
    start = np.cumsum([0] + [len(part.user) for part in parts])
    return (
        np.concatenate([part.parts for part in parts]),
        np.concatenate([part.row + first for part, first in zip(parts, start, strict=False)]),
        np.concatenate([part.label for part in parts]),
    )


def all_features(parts: Sequence[Thin], linear: Linear) -> tuple[Singles, Bools]:
    return (
        np.concatenate([with_line(part.features, linear.scores(part.parts)) for part in parts]),
        np.concatenate([part.label for part in parts]),
    )
