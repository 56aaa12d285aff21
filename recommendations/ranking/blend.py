"""The rule that orders candidates: one component alone, a linear rule, boosted trees, or trees and line together."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from recommendations.ranking.boosting import Trees
from recommendations.ranking.candidates import Candidates
from recommendations.ranking.interactions import Singles
from recommendations.ranking.linear import Linear

LINEAR, BOOSTED = "linear", "boosted"


@dataclass(frozen=True)
class Blend:
    """rule: the name of a component, `linear` or `boosted`. What the rule does not use may be None.

    Trees are told what the line says, beside all features. Both are log odds: where `mixed`, they are added up.
    """

    rule: str
    linear: Linear | None = None
    trees: Trees | None = None
    mixed: bool = False

    def scores(self, candidates: Candidates) -> Singles:
        """shape (n,); the higher the better."""
        if self.rule in candidates.scores:
            return candidates.scores[self.rule]
        assert self.linear is not None
        line = self.linear.scores(candidates.parts) if candidates.line is None else candidates.line
        if self.rule == LINEAR:
            return line
        assert self.trees is not None
        grown = self.trees.scores(with_line(candidates.features, line))
        return grown + line if self.mixed else grown

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The rule and what it uses."""
        found = {"rule": np.array(self.rule), "mixed": np.array(self.mixed)}
        if self.linear is not None:
            found |= {f"linear.{name}": array for name, array in self.linear.arrays().items()}
        if self.trees is not None:
            found |= {f"trees.{name}": array for name, array in self.trees.arrays().items()}
        return found

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray[Any, Any]]) -> "Blend":
        """What `arrays` wrote."""
        linear = Linear(arrays["linear.weights"]) if "linear.weights" in arrays else None
        nodes = {name.removeprefix("trees."): array for name, array in arrays.items() if name.startswith("trees.")}
        return cls(str(arrays["rule"]), linear, Trees.from_arrays(nodes) if nodes else None, bool(arrays["mixed"]))


def with_line(features: Singles, line: Singles) -> Singles:
    """Features and, last, what the linear rule says."""
    return np.concatenate([features, line[:, None]], axis=1)
