"""What everybody buys: now, lately and ever."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from recommendations.ranking.context import Context
from recommendations.ranking.interactions import Events, Floats, Singles


def popularity(events: Events, *, now: float, half_life: float) -> Floats:
    """Events of each item, shape (items,), each counting half after `half_life` days (inf: never)."""
    age = np.maximum(now - events.day, 0.0)
    weight = np.exp2(-age / half_life) if np.isfinite(half_life) else np.ones(len(age))
    return np.bincount(events.item, weights=weight, minlength=events.items).astype(np.float64)


@dataclass(frozen=True)
class Popular:
    """The same for everybody. share: shape (items,)."""

    name: str
    share: Singles

    def scores(self, context: Context) -> Singles:
        """shape (rows, items), not to be written to."""
        return np.broadcast_to(self.share, (context.rows, len(self.share)))

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The shares."""
        return {"share": self.share}

    @classmethod
    def from_arrays(cls, name: str, arrays: dict[str, np.ndarray[Any, Any]]) -> "Popular":
        """What `arrays` wrote."""
        return cls(name, arrays["share"])

    @classmethod
    def fit(cls, name: str, events: Events, *, now: float, half_life: float) -> "Popular":
        """From the events of everybody."""
        count = popularity(events, now=now, half_life=half_life)
        return cls(name, (count / max(count.sum(), 1e-9)).astype(np.float32))


@dataclass(frozen=True)
class Era:
    """What was bought around the time when somebody was last there. edges: (eras - 1,) days; share: (eras, items)."""

    name: str
    edges: Floats
    share: Singles

    def scores(self, context: Context) -> Singles:
        """The shares of each row's era; who has no past is in the last one."""
        day = np.where(np.isnan(context.events.last_day), np.inf, context.events.last_day)
        return self.share[np.searchsorted(self.edges, day)]

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Edges and shares."""
        return {"edges": self.edges, "share": self.share}

    @classmethod
    def from_arrays(cls, name: str, arrays: dict[str, np.ndarray[Any, Any]]) -> "Era":
        """What `arrays` wrote."""
        return cls(name, arrays["edges"], arrays["share"])

    @classmethod
    def fit(cls, name: str, events: Events, *, eras: int) -> "Era":
        """Eras of equal numbers of events, each blurred into the ones beside it."""
        edges = np.unique(np.quantile(events.day, np.linspace(0, 1, eras + 1)[1:-1]))
        era = np.searchsorted(edges, events.day)
        count = np.bincount(era * events.items + events.item, minlength=(len(edges) + 1) * events.items)
        share = count.reshape(len(edges) + 1, events.items).astype(np.float64)
        share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-9)
        beside = np.pad(share, ((1, 1), (0, 0)), mode="edge")
        share = 0.25 * beside[:-2] + 0.5 * share + 0.25 * beside[2:]
        return cls(name, edges, (0.9 * share + 0.1 * share.mean(axis=0)).astype(np.float32))
