"""What comes after what: transitions from somebody's last baskets to the next ones.

Source: Garcin, Dimitrakakis and Faltings (2013) and the first-order chains of Rendle et al. (2010), FPMC, here counted
with decay over the next baskets and shrunk instead of factorised.
"""

from typing import Any

import numpy as np

from recommendations.ranking.context import Context
from recommendations.ranking.interactions import Events, Floats, Ints, Singles
from recommendations.ranking.item_item import FEW, ItemItem, dense, summed
from recommendations.ranking.weighting import Weighting

_REACH = 24  # events looked ahead at most
_BASKETS = 3  # baskets looked ahead at most
_SEEN = 1e-3  # what an old basket must keep to count


def baskets_of(events: Events) -> Ints:
    """The number of each event's basket: what somebody did at one moment. Counts on over all rows."""
    return events.basket


def transitions(events: Events, *, shrinkage: float, lean: float) -> Any:
    """Sparse (items, items): of what follows i, how much is j, leaning away from what is popular anyway.

    An event counts 1 for the basket right after it, 1/2 and 1/3 for the next two.
    """
    from scipy.sparse import csr_matrix

    basket, items = baskets_of(events), events.items
    found = csr_matrix((items, items), dtype=np.float32)
    for ahead in range(1, _REACH + 1):
        if ahead >= len(basket):
            break
        apart = basket[ahead:] - basket[:-ahead]
        follows = (events.row[ahead:] == events.row[:-ahead]) & (apart >= 1) & (apart <= _BASKETS)
        at = np.flatnonzero(follows)
        if len(at):
            weight = (1.0 / apart[at]).astype(np.float32)
            found = found + csr_matrix((weight, (events.item[at], events.item[at + ahead])), shape=(items, items))
    found = found.tocoo()
    out = np.maximum(np.bincount(found.row, weights=found.data, minlength=items), 1e-9)
    into = np.maximum(np.bincount(found.col, weights=found.data, minlength=items), 1e-9)
    data = found.data / (out[found.row] ** lean * into[found.col] ** (1 - lean)) * found.data
    data = data / (found.data + shrinkage)
    return csr_matrix((data.astype(np.float32), (found.row, found.col)), shape=(items, items))


def recency(events: Events, keep: float) -> Floats:
    """keep ** (how many of somebody's baskets are later than this one's), shape (events,)."""
    basket = baskets_of(events)
    last = np.zeros(events.rows, dtype=np.int64)
    last[events.row] = basket
    return np.asarray(keep ** (last[events.row] - basket))


class Transitions(ItemItem):
    """Scores by what follows the last baskets. `weighting.power` is how much an older basket keeps."""

    def scores(self, context: Context) -> Singles:
        """Sums over somebody's baskets, the last one most."""
        events = context.events
        if context.rows <= FEW:
            value = recency(events, self.weighting.power)
            seen = value > _SEEN
            return summed(
                self.matrix, events.row[seen], events.item[seen], value[seen].astype(np.float32), rows=context.rows
            )
        return dense(recent_matrix(events, self.weighting.power) @ self.matrix)


def recent_matrix(events: Events, keep: float) -> Any:
    """Sparse (rows, items) of `recency`; what can't be seen any more is left out."""
    from scipy.sparse import csr_matrix

    value = recency(events, keep)
    seen = value > _SEEN
    return csr_matrix(
        (value[seen].astype(np.float32), (events.row[seen], events.item[seen])), shape=(events.rows, events.items)
    )


def transitions_fit(events: Events, *, shrinkage: float, lean: float, keep: float, entries: int) -> Transitions:
    """The component, with about `entries` entries."""
    matrix = transitions(events, shrinkage=shrinkage, lean=lean)
    if matrix.nnz > entries:
        floor = np.partition(matrix.data, matrix.nnz - entries)[matrix.nnz - entries]
        matrix.data[matrix.data < floor] = 0
        matrix.eliminate_zeros()
    return Transitions("next", matrix, Weighting(power=keep))
