"""Elasticities of products pooled over their category: empirical Bayes of two levels."""

from dataclasses import dataclass

import numpy as np

from ml.price.spells import Floats, Ints

_ROUNDS = 60
_LEAST_SPREAD = 0.05


@dataclass(frozen=True)
class Pooled:
    """mean, error: of each product's elasticity after pooling, shape (products,). category: mean of each category.

    within, between: standard deviations of products about their category and of categories about the whole.
    """

    mean: Floats
    error: Floats
    category: Floats
    whole: float
    within: float
    between: float


def pooled(mean: Floats, error: Floats, category: Ints) -> Pooled:
    """mean, error: estimates from the product alone (under a prior so wide that it hardly matters), shape (products,).

    By expectation maximisation. Source: Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), ch. 5.
    """
    count = int(category.max()) + 1
    whole, within, between = float(np.average(mean, weights=1 / (error**2 + 0.25))), 0.5, 0.5
    own, own_error = mean.copy(), error.copy()
    for _ in range(_ROUNDS):
        weight = 1 / (error**2 + within**2)
        precision = 1 / between**2 + np.bincount(category, weights=weight, minlength=count)
        group = (whole / between**2 + np.bincount(category, weights=weight * mean, minlength=count)) / precision
        group_error = np.sqrt(1 / precision)
        share = within**2 / (within**2 + error**2)
        own = share * mean + (1 - share) * group[category]
        own_error = np.sqrt(share * error**2 + ((1 - share) * group_error[category]) ** 2)
        known = share * error**2
        within = max(_LEAST_SPREAD, float(np.sqrt(np.mean((own - group[category]) ** 2 + known))))
        between = max(_LEAST_SPREAD, float(np.sqrt(np.mean((group - whole) ** 2 + group_error**2))))
        whole = float(np.mean(group))
    return Pooled(own, own_error, group, whole, within, between)
