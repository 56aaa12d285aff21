"""Kinds of people, by which groups of items they buy: a mixture of multinomials, fitted by expectation-maximisation.

Who bought little is told more by people of the same kind than by the little that they bought. Source: Nigam, McCallum,
Thrun and Mitchell (2000), Text classification from labeled and unlabeled documents using EM, with people as documents
and groups as words.
"""

from dataclasses import dataclass

import numpy as np

from recommendations.ranking.interactions import Singles

PEOPLE = 8_000
"""Fitted on so many people at most: a few kinds need no more."""
TURNS = 40
_SMOOTHING = 5.0


@dataclass(frozen=True)
class Segments:
    """share: each kind's part of the people, shape (kinds,). habit: what a kind buys, shape (kinds, groups); rows sum
    to 1."""

    share: Singles
    habit: Singles

    def usual(self, counts: Singles) -> Singles:
        """Of people with `counts` (people, groups), what their like buys: shape (people, groups), rows sum to 1."""
        if len(self.share) == 1:
            return np.broadcast_to(self.habit[0], counts.shape)
        return np.asarray(_belonging(counts, self.share, self.habit) @ self.habit, dtype=np.float32)


def segments_fit(counts: Singles, usual: Singles, *, kinds: int, seed: int) -> Segments:
    """counts: shape (people, groups); usual: what everybody buys, shape (groups,), sums to 1, no zeros."""
    if kinds == 1 or len(counts) < 2 * kinds:
        return Segments(np.ones(1, dtype=np.float32), usual[None].astype(np.float32))
    rng = np.random.default_rng(seed)
    known = np.flatnonzero(counts.sum(axis=1) > 0)
    if len(known) > PEOPLE:
        known = rng.choice(known, PEOPLE, replace=False)
    told = np.asarray(counts[known], dtype=np.float32)
    belonging = rng.dirichlet(np.ones(kinds), len(told)).astype(np.float32)
    for _ in range(TURNS):
        habit = belonging.T @ told + _SMOOTHING * usual
        habit /= habit.sum(axis=1, keepdims=True)
        share = belonging.mean(axis=0)
        belonging = _belonging(told, share, habit)
    return Segments(share.astype(np.float32), habit.astype(np.float32))


def _belonging(counts: Singles, share: Singles, habit: Singles) -> Singles:
    """The chance that each person is of each kind, shape (people, kinds)."""
    log = counts @ np.log(habit).T + np.log(np.maximum(share, 1e-9))
    log -= log.max(axis=1, keepdims=True)
    power = np.exp(log)
    return np.asarray(power / power.sum(axis=1, keepdims=True), dtype=np.float32)
