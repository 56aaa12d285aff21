"""Logistic regression with a ridge, by Newton's method."""

from dataclasses import dataclass

import numpy as np

from ml.churn.orders import Bools, Floats

_ROUNDS = 60
_STILL = 1e-8


@dataclass(frozen=True)
class Logistic:
    """log odds = intercept + weights · (features - centre) / scale. weights, centre, scale: shape (features,)."""

    centre: Floats
    scale: Floats
    weights: Floats
    intercept: float

    def log_odds(self, features: Floats) -> Floats:
        """features: shape (n, features). shape (n,)."""
        return np.asarray((features - self.centre) / self.scale @ self.weights + self.intercept)

    def parts(self, features: Floats) -> Floats:
        """What each feature adds to the log odds, against its mean; shape (n, features)."""
        return np.asarray((features - self.centre) / self.scale * self.weights)


def logistic_fit(features: Floats, label: Bools, *, ridge: float, weight: Floats | None = None) -> Logistic:
    """features: shape (n, features), finite; label: shape (n,); weight: of the rows, 1 each without it.

    ridge: half of it times the squared weights, of features with unit variance, is added to the sum of the rows'
    losses; the intercept is free.
    """
    centre, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    x = np.column_stack([(features - centre) / scale, np.ones(len(features))])
    of = np.ones(len(x)) if weight is None else weight
    pull = np.append(np.full(features.shape[1], ridge), 1e-6)
    found = np.zeros(x.shape[1])
    loss = _loss(x, label, of, pull, found)
    for _ in range(_ROUNDS):
        chance = sigmoid(x @ found)
        slope = x.T @ (of * (chance - label)) + pull * found
        bend = (x * (of * np.maximum(chance * (1 - chance), 1e-6))[:, None]).T @ x + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        size = 1.0
        while (new := _loss(x, label, of, pull, found - size * step)) > loss and size > 1e-4:
            size /= 2
        found, gained, loss = found - size * step, loss - new, new
        if gained < _STILL * max(abs(loss), 1.0):
            break
    return Logistic(centre, scale, found[:-1], float(found[-1]))


def sigmoid(log_odds: Floats) -> Floats:
    """The chance that has these log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))


def log_loss(log_odds: Floats, label: Bools) -> float:
    """Mean loss of each row, in nats."""
    return float(np.logaddexp(0, np.where(label, -log_odds, log_odds)).mean())


def _loss(x: Floats, label: Bools, of: Floats, pull: Floats, found: Floats) -> float:
    odds = x @ found
    return float(of @ np.logaddexp(0, np.where(label, -odds, odds)) + pull @ found**2 / 2)
