"""How much an event says: what it weighs, how often it happened and how long ago."""

from dataclasses import dataclass

import numpy as np

from recommendations.ranking.interactions import Floats, Pairs, Singles

PLAIN, RANKED, SIGNED = "plain", "ranked", "signed"


@dataclass(frozen=True)
class Weighting:
    """scheme: `plain` (weights say nothing), `ranked` (low weights count less), `signed` (the lowest count against).

    half_life: days after which an event counts half, inf for never. power: of how often it happened.
    """

    scheme: str = PLAIN
    half_life: float = np.inf
    power: float = 0.0


@dataclass(frozen=True)
class WeightScale:
    """Where a weight stands among those of the training data: `share` of them lies below each of `levels`."""

    levels: Floats
    share: Floats

    @classmethod
    def of(cls, weight: Floats) -> "WeightScale":
        """From the weights of all events."""
        levels, count = np.unique(weight, return_counts=True)
        below = (np.cumsum(count) - count / 2) / max(count.sum(), 1)
        if len(levels) > 64:
            at = np.linspace(0, len(levels) - 1, 64).astype(np.int64)
            levels, below = levels[at], below[at]
        return cls(levels.astype(np.float64), below)

    @property
    def says_something(self) -> bool:
        """Whether weights differ at all."""
        return len(self.levels) > 1

    def stands(self, weight: Floats) -> Floats:
        """Between 0 and 1."""
        return np.interp(weight, self.levels, self.share)


def values_of(pairs: Pairs, now: Floats, weighting: Weighting, scale: WeightScale) -> Singles:
    """The strength of each pair at `now` (day by row, shape (rows,)); shape (pairs,)."""
    value = np.ones(len(pairs.row))
    if weighting.power:
        value = pairs.count**weighting.power
    if np.isfinite(weighting.half_life):
        age = np.maximum(now[pairs.row] - pairs.last, 0.0)
        value = value * np.exp2(-age / weighting.half_life)
    if scale.says_something and weighting.scheme != PLAIN:
        stands = scale.stands(pairs.weight)
        value = value * (0.3 + 0.7 * stands if weighting.scheme == RANKED else 1.25 * stands - 0.25)
    return value.astype(np.float32)
