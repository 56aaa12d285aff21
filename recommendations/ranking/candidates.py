"""Few items of many: the best of each component, with what the blend is told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommendations.ranking.context import Component, Context
from recommendations.ranking.features import SALES, Facts
from recommendations.ranking.interactions import Bools, Events, Ints, Singles
from recommendations.ranking.linear import Linear

EACH = 30  # candidates of each component
SHORT = 80  # of which so many, the best by the linear rule, are looked at closely


@dataclass(frozen=True)
class Candidates:
    """row, item: sorted by row, then item. scores: by component, shape (n,). rows: how many people.

    parts: each score as a part of the person's highest one, then logs of the item's sales, (n, components + SALES).
    features: shape (n, features). line: what the linear rule says, where it was asked, shape (n,).
    """

    row: Ints
    item: Ints
    scores: dict[str, Singles]
    parts: Singles
    features: Singles
    rows: int
    line: Singles | None = None


def component_scores(components: Sequence[Component], context: Context) -> dict[str, Singles]:
    """Scores of every item, by component; shape (rows, items) each."""
    return {each.name: each.scores(context) for each in components}


def candidates_of(
    scores: Mapping[str, Singles],
    context: Context,
    facts: Facts,
    *,
    allowed: Bools | None,
    line: Linear | None = None,
    each: int = EACH,
) -> Candidates:
    """The `each` best of every component; of these the SHORT best by `line`, where one is given.

    allowed: shape (rows, items) or (items,), None: everything.
    """
    rows, items = context.rows, context.events.items
    if rows == 1:
        item = _best_of_one(scores, allowed, each)
        row = np.zeros(len(item), dtype=np.int64)
        of = {name: np.maximum(score[0].take(item), 0) for name, score in scores.items()}
    else:
        taken = np.zeros((rows, items), dtype=bool)
        at_row = np.arange(rows)[:, None]
        for score in scores.values():
            masked = score if allowed is None else np.where(allowed, score, -np.inf)
            if each < items:
                top = np.argpartition(masked, items - each, axis=1)[:, items - each :]
                taken[at_row, top] |= masked[at_row, top] > 0
            else:
                taken |= masked > 0
        row, item = np.nonzero(taken)
        of = {name: np.maximum(score[row, item], 0) for name, score in scores.items()}
    parts = np.concatenate([_parts(of, row), facts.table[item, :SALES]], axis=1)
    said = None if line is None else line.scores(parts)
    if said is not None and len(row) > rows * SHORT:
        short = shortlist(row, said, rows)
        row, item, parts, said = row[short], item[short], parts[short], said[short]
        of = {name: score[short] for name, score in of.items()}
    return Candidates(row, item, of, parts, facts.features(context, row, item, of, parts), rows, said)


def _best_of_one(scores: Mapping[str, Singles], allowed: Bools | None, each: int) -> Ints:
    """The same for a single row, without its columns of indices."""
    items = next(iter(scores.values())).shape[1]
    taken = np.zeros(items, dtype=bool)
    shown = None if allowed is None else allowed.ravel()
    for score in scores.values():
        there = score[0] > 0
        if shown is not None:
            there &= shown
        item = np.flatnonzero(there)
        if len(item) > each:
            item = item[np.argpartition(score[0].take(item), len(item) - each)[len(item) - each :]]
        taken[item] = True
    return np.flatnonzero(taken)


def _parts(scores: Mapping[str, Singles], row: Ints) -> Singles:
    if not len(row):
        return np.zeros((0, len(scores)), dtype=np.float32)
    if row[-1] == row[0]:
        stacked = np.stack(list(scores.values()), axis=1)
        return np.asarray(stacked / np.maximum(stacked.max(axis=0), 1e-12), dtype=np.float32)
    start = np.flatnonzero(np.diff(row, prepend=-1))
    length = np.diff(start, append=len(row))
    highest = [np.repeat(np.maximum.reduceat(score, start), length) for score in scores.values()]
    return np.stack(
        [score / np.maximum(most, 1e-12) for score, most in zip(scores.values(), highest, strict=True)], axis=1
    )


def shortlist(row: Ints, line: Singles, rows: int) -> Ints:
    """Where the SHORT best of each row are, ascending."""
    if rows == 1:
        return np.sort(np.argsort(-line, kind="stable")[:SHORT])
    order = np.lexsort((-line, row))
    place = np.arange(len(row)) - np.searchsorted(row, np.arange(rows))[row]
    return np.sort(order[place < SHORT])


def allowed_of(events: Events, repeats: bool) -> Bools | None:
    """Without repeats, what somebody has is not a candidate. shape (rows, items)."""
    if repeats:
        return None
    allowed = np.ones((events.rows, events.items), dtype=bool)
    allowed[events.row, events.item] = False
    return allowed


def top_of(row: Ints, item: Ints, value: Singles, *, rows: int, size: int) -> tuple[Ints, Singles]:
    """The `size` best items of each row and their values, shape (rows, size); -1 and -inf where there are no more."""
    if rows == 1:  # items ascend: a stable order is enough
        first = np.argsort(-value, kind="stable")[:size]
        items, values = np.full((1, size), -1, dtype=np.int64), np.full((1, size), -np.inf, dtype=np.float32)
        items[0, : len(first)], values[0, : len(first)] = item[first], value[first]
        return items, values
    order = np.lexsort((item, -value, row))
    start = np.searchsorted(row, np.arange(rows))
    place = np.arange(len(row)) - start[row]
    kept = order[place < size]
    items = np.full((rows, size), -1, dtype=np.int64)
    values = np.full((rows, size), -np.inf, dtype=np.float32)
    at = place[place < size]
    items[row[kept], at], values[row[kept], at] = item[kept], value[kept]
    return items, values
