"""A linear rule over the components' scores, fitted so that what was chosen is likely among the candidates.

Source: the listwise softmax of Cao et al. (2007), ListNet, with every relevant candidate as a choice of its own.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from recommendations.ranking.interactions import Bools, Floats, Ints, Singles


@dataclass(frozen=True)
class Linear:
    """weights: of each component's part of the highest score, of these parts' logs, and of the logs of sales."""

    weights: Floats

    def scores(self, parts: Singles) -> Singles:
        """parts: shape (n, components + logs of sales), as in Candidates. shape (n,)."""
        components = len(self.weights) - parts.shape[1]
        return np.asarray(_inputs(parts, components) @ self.weights, dtype=np.float32)

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The weights."""
        return {"weights": self.weights}


def _inputs(parts: Singles, components: int) -> Floats:
    part = np.clip(parts[:, :components], 0.0, 1.0).astype(np.float64)
    return np.concatenate([part, np.log(part + 1e-3) / 3, parts[:, components:] / 3], axis=1)


def linear_fit(parts: Singles, row: Ints, label: Bools, *, components: int, ridge: float = 1.0) -> Linear:
    """row: of the candidates, ascending; label: whether one was chosen. All shape (n, …).

    components: how many of the columns of `parts` are parts of a component's highest score.
    """
    from scipy.optimize import minimize

    inputs = _inputs(parts, components)
    start = np.flatnonzero(np.diff(row, prepend=-1))
    length = np.diff(start, append=len(row))
    chosen = np.add.reduceat(label.astype(np.float64), start)
    # A person of many choices does not outweigh many of one.
    heavy = np.sqrt(chosen) / np.maximum(chosen, 1)
    weight = np.repeat(heavy, length) * label

    def loss(weights: Floats) -> tuple[float, Floats]:
        score = inputs @ weights
        score -= np.repeat(np.maximum.reduceat(score, start), length)
        power = np.exp(score)
        total = np.add.reduceat(power, start)
        value = float((np.log(total) * heavy * chosen).sum() - (score * weight).sum())
        pull = power / np.repeat(total, length) * np.repeat(heavy * chosen, length) - weight
        return value + ridge * float(weights @ weights) / 2, inputs.T @ pull + ridge * weights

    found = minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    return Linear(np.asarray(found.x))
