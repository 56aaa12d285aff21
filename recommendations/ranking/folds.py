"""A past and what came after it: what a ranking is fitted on, and what it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommendations.ranking.interactions import Bools, Events, Floats, Ints, Singles

_ROWS = 512
Score = Callable[[Ints, Events, Floats], Singles]  # users, their pasts, their moments -> (users, items)


@dataclass(frozen=True)
class Fold:
    """past: of all users. now: day on which each is asked, shape (users,). repeats: own items may be recommended.

    user, item: what came after, each relevant pair once, sorted.
    """

    past: Events
    now: Floats
    repeats: bool
    user: Ints
    item: Ints

    @classmethod
    def of(cls, past: Events, future: Events, *, now: Floats, repeats: bool) -> "Fold":
        """Without repeats, what somebody had before is not relevant."""
        pairs = future.pairs
        key = pairs.row * past.items + pairs.item
        if not repeats:
            had = past.pairs.row * past.items + past.pairs.item
            key = np.setdiff1d(key, had)
        return cls(past, now, repeats, key // past.items, key % past.items)

    @cached_property
    def users(self) -> Ints:
        """Who has something relevant, ascending."""
        return np.unique(self.user)

    @cached_property
    def known(self) -> Ints:
        """Those of `users` who have a past."""
        return self.users[np.diff(self.past.first)[self.users] > 0]

    def relevant(self, users: Ints) -> tuple[Ints, Ints, Ints]:
        """Relevant (row, item) pairs of `users` (ascending), rows numbered in their order; and how many each has."""
        row = np.searchsorted(users, self.user)
        mine = (row < len(users)) & (users[np.minimum(row, len(users) - 1)] == self.user)
        row = row[mine]
        return row, self.item[mine], np.bincount(row, minlength=len(users))

    def sample(self, most: int, *, seed: int) -> Ints:
        """At most `most` of the known users, ascending."""
        if len(self.known) <= most:
            return self.known
        return np.sort(np.random.default_rng(seed).choice(self.known, most, replace=False))

    def lists(self, users: Ints, score: Score, *, size: int, allowed: Bools | None = None) -> Ints:
        """The `size` best items for each of `users`, shape (users, size), -1 where there are no more."""
        found = np.full((len(users), size), -1, dtype=np.int64)
        for start in range(0, len(users), _ROWS):
            part = users[start : start + _ROWS]
            past = self.past.of(part)
            scores = np.array(score(part, past, self.now[part]), dtype=np.float32)
            if not self.repeats:
                scores[past.row, past.item] = -np.inf
            if allowed is not None:
                scores[:, ~allowed] = -np.inf
            found[start : start + len(part)] = best(scores, size)
        return found


def best(scores: Singles, size: int) -> Ints:
    """The `size` highest of each row, best first, ties by position; -1 for what is -inf. shape (rows, size)."""
    size_here = min(size, scores.shape[1])
    if size_here < scores.shape[1]:
        top = np.argpartition(-scores, size_here - 1, axis=1)[:, :size_here]
        top.sort(axis=1)
    else:
        top = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    value = np.take_along_axis(scores, top, axis=1)
    order = np.argsort(-value, axis=1, kind="stable")
    found = np.where(np.isfinite(np.take_along_axis(value, order, axis=1)), np.take_along_axis(top, order, axis=1), -1)
    return np.pad(found, ((0, 0), (0, size - size_here)), constant_values=-1)
