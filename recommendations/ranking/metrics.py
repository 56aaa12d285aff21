"""Metrics of ranked lists, by user; binary relevance.

Sources: Järvelin and Kekäläinen (2002) for NDCG; MAP as in Manning, Raghavan and Schütze (2008), chapter 8, cut at k
and divided by the most that could be found, min(k, relevant); novelty is the mean self-information of
Zhou et al. (2010).
"""

import numpy as np

from recommendations.ranking.folds import Fold, Score
from recommendations.ranking.interactions import Bools, Floats, Ints

NAMES = ("ndcg", "recall", "map", "hit")


def hits_of(lists: Ints, relevant_user: Ints, relevant_item: Ints, items: int) -> Bools:
    """Which places of `lists` (shape (users, places), -1: empty) are relevant, given the relevant pairs."""
    users = np.arange(len(lists))[:, None]
    keys = np.sort(relevant_user * items + relevant_item)
    wanted = np.where(lists >= 0, users * items + lists, -1)
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    return (keys[at] == wanted) if len(keys) else np.zeros(lists.shape, dtype=bool)


def by_user(hits: Bools, relevant: Ints, k: int) -> dict[str, Floats]:
    """Each metric at k for every user. hits: shape (users, places >= k); relevant: how many each user has, above 0."""
    top = hits[:, :k].astype(np.float64)
    place = np.arange(1, top.shape[1] + 1)
    gain = 1 / np.log2(place + 1)
    most = np.minimum(relevant, k)
    ideal = np.cumsum(1 / np.log2(np.arange(1, k + 1) + 1))[most - 1]
    precision = np.cumsum(top, axis=1) / place
    return {
        "ndcg": top @ gain / ideal,
        "recall": top.sum(axis=1) / relevant,
        "map": (precision * top).sum(axis=1) / most,
        "hit": top.any(axis=1).astype(np.float64),
    }


def coverage(lists: Ints, k: int, items: int) -> float:
    """The part of all items that somebody is shown."""
    shown = lists[:, :k]
    return len(np.unique(shown[shown >= 0])) / max(items, 1)


def novelty(lists: Ints, k: int, share: Floats) -> float:
    """Bits of surprise of what is shown: the mean of -log2 of the part of the users who had the item before."""
    shown = lists[:, :k]
    shown = shown[shown >= 0]
    return float(-np.log2(np.maximum(share[shown], 1e-9)).mean()) if len(shown) else 0.0


def ndcg_by_user(fold: Fold, users: Ints, lists: Ints, k: int) -> Floats:
    """NDCG at k of each of `users` (ascending, each with something relevant)."""
    row, item, count = fold.relevant(users)
    return by_user(hits_of(lists, row, item, fold.past.items), count, k)["ndcg"]


def ndcg(fold: Fold, users: Ints, score: Score, k: int) -> float:
    """Mean NDCG at k of `users`; 0 without any."""
    if not len(users):
        return 0.0
    return float(ndcg_by_user(fold, users, fold.lists(users, score, size=k), k).mean())
