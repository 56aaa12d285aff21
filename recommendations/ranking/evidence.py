"""Why an item is in a list: the component that speaks most for it, and which of somebody's items that goes by."""

from collections.abc import Sequence

import numpy as np

from recommendations.ranking.blend import Blend
from recommendations.ranking.candidates import Candidates
from recommendations.ranking.context import Component, Context
from recommendations.ranking.factors import Als, Spectral
from recommendations.ranking.groups import GroupTaste
from recommendations.ranking.interactions import Ints, Singles
from recommendations.ranking.item_item import ItemItem, neighbours_of
from recommendations.ranking.own import Own


def source_of(found: Candidates, blend: Blend, at: Ints) -> list[str]:
    """The component that adds most to the linear rule, of the candidates at `at`."""
    names = list(found.scores)
    if blend.rule in names or blend.linear is None:
        return [blend.rule if blend.rule in names else names[0]] * len(at)
    part = np.clip(found.parts[at, : len(names)], 0, 1).astype(np.float64)
    weights = np.maximum(blend.linear.weights, 0)
    plain, logs = weights[: len(names)], weights[len(names) : 2 * len(names)]
    added = part * plain + (np.log(part + 1e-3) - np.log(1e-3)) / 3 * logs
    return [names[best] for best in added.argmax(axis=1)]


def evidence_of(
    components: Sequence[Component], context: Context, row: Ints, item: Ints, sources: Sequence[str]
) -> list[int | None]:
    """For each (row, item) the own item that its source goes by; None where the source goes by none."""
    by_name = {each.name: each for each in components}
    begin, own = context.pairs.begin, context.pairs.item
    found: list[int | None] = [None] * len(row)
    together: dict[tuple[int, str], list[int]] = {}
    for at, (person, source) in enumerate(zip(row.tolist(), sources, strict=True)):
        together.setdefault((person, source), []).append(at)
    for (person, source), places in together.items():
        mine = own[begin[person] : begin[person + 1]]
        speaks = _speaks(by_name[source], mine, item[places]) if len(mine) else None
        if speaks is not None:
            best = speaks.argmax(axis=0)
            for at, one, strength in zip(places, best.tolist(), speaks.max(axis=0).tolist(), strict=True):
                found[at] = int(mine[one]) if strength > 0 else None
    return found


def _speaks(component: Component, mine: Ints, wanted: Ints) -> Singles | None:
    """How much each of `mine` speaks for each of `wanted`, shape (mine, wanted)."""
    if isinstance(component, ItemItem):
        place = np.full(component.matrix.shape[1], -1)
        place[wanted] = np.arange(len(wanted))
        found = np.zeros((len(mine), len(wanted)), dtype=np.float32)
        of, at = neighbours_of(component.matrix, mine)
        column = place[component.matrix.indices[at]]
        there = column >= 0
        found[of[there], column[there]] = component.matrix.data[at[there]]
        return found
    if isinstance(component, Als | Spectral):
        return np.asarray(component.vectors[mine] @ component.vectors[wanted].T)
    if isinstance(component, GroupTaste):
        group = component.group
        same = (group[mine][:, None] == group[wanted]) & (group[wanted] >= 0)
        return np.asarray(same * component.share[mine][:, None], dtype=np.float32)
    if isinstance(component, Own):
        return np.asarray(mine[:, None] == wanted, dtype=np.float32)
    return None
