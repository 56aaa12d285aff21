"""A product's price elasticity beside a demand that wanders by itself: Poisson counts, an AR(1) level, Laplace.

Prices fall when a product sells badly, and then it would have sold better anyway. Because the level's past is in the
model, a price that was set by looking at past sales is no confounder of it (ignorable given the past).
Source: Rue, Martino and Chopin (2009), Approximate Bayesian inference for latent Gaussian models, JRSS B 71.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.price.spells import Floats, Spells

_ROUNDS = 40
_SPREADS = (0.15, 0.3, 0.6, 1.0)
_KEEPS = (0.7, 0.85, 0.95, 0.98)
_LEVEL_SPREAD = 5.0  # of the product's mean, in logs: nothing is known of it


@dataclass(frozen=True)
class Wander:
    """How the level wanders: standard deviation in logs, and how much of it a week keeps."""

    spread: float
    keep: float


@dataclass(frozen=True)
class Estimate:
    """Elasticity and its standard error under the prior that was given; evidence: log marginal likelihood (Laplace)."""

    mean: float
    error: float
    evidence: float


def elasticity_fit(spells: Spells, *, prior: float, prior_spread: float, wander: Wander) -> Estimate:
    """Posterior mode and spread. prior, prior_spread: mean and standard deviation of what is believed before."""
    weeks = spells.week - spells.week[0]
    count = int(weeks[-1]) + 1
    size = count + 2  # levels of the weeks, the mean, the elasticity
    precision = np.zeros((size, size))
    inner = wander.spread**2 * (1 - wander.keep**2)
    at = np.arange(count)
    precision[at, at] = (1 + wander.keep**2) / inner
    precision[0, 0] = precision[count - 1, count - 1] = 1 / inner
    if count == 1:
        precision[0, 0] = 1 / wander.spread**2
    precision[at[1:], at[:-1]] = precision[at[:-1], at[1:]] = -wander.keep / inner
    precision[count, count] = 1 / _LEVEL_SPREAD**2
    precision[count + 1, count + 1] = 1 / prior_spread**2
    design = np.zeros((len(weeks), size))
    design[np.arange(len(weeks)), weeks] = 1
    design[:, count] = 1
    design[:, count + 1] = spells.log_price
    offset = np.log(spells.expected) + np.log(max(spells.units.sum(), 0.5) / spells.expected.sum())
    centre = np.zeros(size)
    centre[count + 1] = prior
    found = centre.copy()

    def height(values: Floats) -> float:
        log_mean = offset + design @ values
        away = values - centre
        return float(spells.units @ log_mean - np.exp(log_mean).sum() - away @ precision @ away / 2)

    top = height(found)
    for _ in range(_ROUNDS):
        mean = np.exp(offset + design @ found)
        slope = design.T @ (spells.units - mean) - precision @ (found - centre)
        bend = precision + (design * mean[:, None]).T @ design
        step, size_of = np.linalg.solve(bend, slope), 1.0
        while (new := height(found + size_of * step)) < top and size_of > 1e-4:
            size_of /= 2
        found, gained, top = found + size_of * step, new - top, new
        if gained < 1e-6:
            break
    mean = np.exp(offset + design @ found)
    bend = precision + (design * mean[:, None]).T @ design
    error = float(np.sqrt(np.linalg.inv(bend)[count + 1, count + 1]))
    evidence = top + (np.linalg.slogdet(precision)[1] - np.linalg.slogdet(bend)[1]) / 2
    return Estimate(float(found[count + 1]), error, float(evidence))


def wander_fit(series: Sequence[Spells], *, prior: float, prior_spread: float) -> Wander:
    """The wander under which these products' sales are likeliest: one for the shop, on a grid."""
    found = {
        wander: sum(
            elasticity_fit(spells, prior=prior, prior_spread=prior_spread, wander=wander).evidence for spells in series
        )
        for wander in (Wander(spread, keep) for spread in _SPREADS for keep in _KEEPS)
    }
    return max(found, key=lambda wander: found[wander])
