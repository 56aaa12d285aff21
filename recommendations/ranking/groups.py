"""What somebody likes by category, price band or seller, and what is bought of it now."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from recommendations.ranking.context import Context
from recommendations.ranking.interactions import Events, Floats, Ints, Singles
from recommendations.ranking.popularity import popularity
from recommendations.ranking.segments import Segments, segments_fit


@dataclass(frozen=True)
class GroupTaste:
    """group: of each item, shape (items,), -1 none. share: an item's part of what is bought now, shape (items,).

    usual: each group's part of what was ever bought, shape (groups,). segments: what kinds of people buy of the groups.
    Somebody's own parts are drawn towards those of their like as if they had bought `prior` things like them; their
    events count half after `half_life` days.
    """

    name: str
    group: Ints
    share: Singles
    usual: Singles
    segments: Segments
    prior: float
    half_life: float

    def lifts(self, context: Context) -> Singles:
        """How many times as much as everybody each person buys of each group, shape (rows, groups)."""
        counts = group_counts(context.events, self.group, len(self.usual), context.now, self.half_life)
        total = counts.sum(axis=1, keepdims=True)
        expected = self.segments.usual(counts)
        return np.asarray((counts + self.prior * expected) / ((total + self.prior) * self.usual), dtype=np.float32)

    def scores(self, context: Context) -> Singles:
        """What is bought now, times the lift of its group; groups that are unknown are liked as usual."""
        lifts = np.concatenate([self.lifts(context), np.ones((context.rows, 1), dtype=np.float32)], axis=1)
        return np.asarray(lifts[:, self.group] * self.share)

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """All of it."""
        settings = np.array([self.prior, self.half_life])
        return {
            "group": self.group, "share": self.share, "usual": self.usual, "settings": settings,
            "segment_share": self.segments.share, "segment_habit": self.segments.habit,
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, name: str, arrays: dict[str, np.ndarray[Any, Any]]) -> "GroupTaste":
        """What `arrays` wrote."""
        prior, half_life = arrays["settings"].tolist()
        segments = Segments(arrays["segment_share"], arrays["segment_habit"])
        return cls(name, arrays["group"], arrays["share"], arrays["usual"], segments, prior, half_life)

    @classmethod
    def fit(
        cls,
        name: str,
        events: Events,
        group: Ints,
        *,
        now: float,
        half_life: float,
        fresh: float,
        prior: float,
        segments: int,
        seed: int,
    ) -> "GroupTaste":
        """fresh: days after which a sale counts half for what is bought now. segments: how many kinds of people."""
        sold = popularity(events, now=now, half_life=fresh) + 0.02
        ever = popularity(events, now=now, half_life=float("inf"))
        groups = int(group.max()) + 1
        usual = np.bincount(group[group >= 0], weights=ever[group >= 0], minlength=groups) + 0.5
        share = (sold / sold.sum()).astype(np.float32)
        usual = (usual / usual.sum()).astype(np.float32)
        counts = group_counts(events, group, groups, np.full(events.rows, now), half_life)
        kinds = segments_fit(counts, usual, kinds=segments, seed=seed)
        return cls(name, group, share, usual, kinds, prior, half_life)


def group_counts(events: Events, group: Ints, groups: int, now: Floats, half_life: float) -> Singles:
    """Events by person and group, each counting half after `half_life` days; shape (rows, groups)."""
    of = group[events.item]
    kept = of >= 0
    age = np.maximum(now[events.row] - events.day, 0.0)
    weight = np.exp2(-age / half_life) if np.isfinite(half_life) else np.ones(len(age))
    flat = np.bincount(events.row[kept] * groups + of[kept], weights=weight[kept], minlength=events.rows * groups)
    return flat.reshape(events.rows, groups).astype(np.float32)
