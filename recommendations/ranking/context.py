"""What a component is asked with: the pasts of some people, and the moment at which they are asked for."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from recommendations.ranking.interactions import Events, Floats, Pairs, Singles
from recommendations.ranking.weighting import Weighting, WeightScale, values_of


@dataclass(frozen=True)
class Context:
    """events: of `rows` people. now: day, shape (rows,). scale: of the training data's weights."""

    events: Events
    now: Floats
    scale: WeightScale

    @property
    def pairs(self) -> Pairs:
        """Each person with each item once."""
        return self.events.pairs

    @property
    def rows(self) -> int:
        """How many people."""
        return self.events.rows

    def values(self, weighting: Weighting) -> Singles:
        """The strength of each pair, shape (pairs,)."""
        return values_of(self.pairs, self.now, weighting, self.scale)

    def matrix(self, weighting: Weighting) -> Any:
        """What they did, as a sparse matrix of shape (rows, items)."""
        return self.pairs.matrix(self.values(weighting))


class Component(Protocol):
    """Something that scores every item for everybody."""

    @property
    def name(self) -> str:
        """Its kind, and the column it is about where there are several."""
        ...

    def scores(self, context: Context) -> Singles:
        """shape (rows, items); the higher the better, zero where nothing is known."""
        ...

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """All that is needed to score, as plain arrays."""
        ...


def weighting_arrays(weighting: Weighting) -> dict[str, np.ndarray[Any, Any]]:
    """A weighting as arrays."""
    return {
        "scheme": np.array(weighting.scheme),
        "half_life": np.array(weighting.half_life),
        "power": np.array(weighting.power),
    }


def weighting_from(arrays: dict[str, np.ndarray[Any, Any]]) -> Weighting:
    """The weighting that `weighting_arrays` wrote."""
    return Weighting(str(arrays["scheme"]), float(arrays["half_life"]), float(arrays["power"]))
