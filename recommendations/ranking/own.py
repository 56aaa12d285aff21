"""Somebody's own goods: how often, how lately, and when it is time again."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from recommendations.ranking.context import Context
from recommendations.ranking.interactions import Events, Floats, Singles


@dataclass(frozen=True)
class Own:
    """What somebody bought before: its events, each counting half after `half_life` days, raised to `power`.

    share: shape (items,), what everybody buys: it decides between equals, and goes on where the own goods end.
    """

    name: str
    half_life: float
    power: float
    share: Singles

    def scores(self, context: Context) -> Singles:
        """Next to nothing for what somebody never had."""
        found = own_counts(context.events, context.now, self.half_life)
        return (found if self.power == 1 else found**self.power) + np.float32(1e-6) * self.share

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Both numbers and the shares."""
        return {"settings": np.array([self.half_life, self.power]), "share": self.share}

    @classmethod
    def from_arrays(cls, name: str, arrays: dict[str, np.ndarray[Any, Any]]) -> "Own":
        """What `arrays` wrote."""
        half_life, power = arrays["settings"].tolist()
        return cls(name, half_life, power, arrays["share"])


def own_counts(events: Events, now: Floats, half_life: float) -> Singles:
    """Events by person and item, each counting half after `half_life` days (inf: never); shape (rows, items)."""
    age = np.maximum(now[events.row] - events.day, 0.0)
    weight = np.exp2(-age / half_life) if np.isfinite(half_life) else np.ones(len(age))
    flat = np.bincount(events.row * events.items + events.item, weights=weight, minlength=events.rows * events.items)
    return flat.reshape(events.rows, events.items).astype(np.float32)


def usual_gaps(events: Events) -> tuple[Floats, Floats]:
    """Of each item: the usual days until the same person buys it again, and the part of its buyers who ever did.

    Both shape (items,), shrunk towards what holds for all items.
    """
    pairs = events.pairs
    again = pairs.count > 1
    gap = (pairs.last - pairs.first)[again] / (pairs.count[again] - 1)
    overall = float(np.median(gap)) if len(gap) else 30.0
    times = np.bincount(pairs.item[again], minlength=events.items)
    log_sum = np.bincount(pairs.item[again], weights=np.log(np.maximum(gap, 0.5)), minlength=events.items)
    usual = np.exp((log_sum + 5 * np.log(max(overall, 0.5))) / (times + 5))
    buyers = np.bincount(pairs.item, minlength=events.items)
    mean = float(again.mean()) if len(again) else 0.0
    return usual, (times + 10 * mean) / (buyers + 10)
