"""Boosted trees for log odds as plain arrays: grown by scikit-learn, read by numpy alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.churn.orders import Bools, Floats, Ints

DEPTH = 3
_ROWS = 4096


@dataclass(frozen=True)
class Growth:
    """How trees are grown; depth: at most DEPTH."""

    trees: int
    rate: float
    depth: int

    @property
    def told(self) -> str:
        """For people."""
        return f"{self.trees} trees of depth {self.depth}, rate {self.rate}"


@dataclass(frozen=True)
class Trees:
    """Complete trees of depth DEPTH, nodes numbered level by level: right where a feature is above the threshold.

    feature, threshold: shape (trees, 2**DEPTH - 1). value: of the leaves from left to right, shape (trees, 2**DEPTH).
    base: what all trees are added to.
    """

    feature: Ints
    threshold: Floats
    value: Floats
    base: float

    def log_odds(self, features: Floats) -> Floats:
        """features: shape (n, features), finite. shape (n,)."""
        found = np.empty(len(features))
        every = np.arange(len(self.feature))
        for start in range(0, len(features), _ROWS):
            rows = features[start : start + _ROWS]
            at = np.zeros((len(rows), len(every)), dtype=np.int64)
            of = np.arange(len(rows))[:, None]
            for _ in range(DEPTH):
                at = 2 * at + 1 + (rows[of, self.feature[every, at]] > self.threshold[every, at])
            found[start : start + _ROWS] = self.value[every, at - (2**DEPTH - 1)].sum(axis=1)
        return found + self.base

    @classmethod
    def of_arrays(cls, arrays: "dict[str, np.ndarray[Any, Any]]", *, features: int) -> "Trees":
        """The reverse. Raises KeyError where one is missing, ValueError for no trees of so many features."""
        found = cls(arrays["feature"], arrays["threshold"], arrays["value"], float(arrays["base"]))
        trees = len(found.feature)
        inner = (trees, 2**DEPTH - 1)
        if not found.feature.shape == found.threshold.shape == inner or found.value.shape != (trees, 2**DEPTH):
            raise ValueError("the trees do not fit together")
        if trees and not 0 <= found.feature.min() <= found.feature.max() < features:
            raise ValueError("the trees ask for features that there are not")
        return found


def trees_fit(features: Floats, label: Bools, growth: Growth, *, seed: int) -> Trees:
    """features: shape (n, features), finite; label: shape (n,).

    Source: Ke et al. (2017), LightGBM, NeurIPS, as scikit-learn's HistGradientBoostingClassifier has it.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    grown = HistGradientBoostingClassifier(
        max_iter=growth.trees, learning_rate=growth.rate, max_depth=growth.depth, max_leaf_nodes=2**growth.depth,
        min_samples_leaf=max(10, min(60, len(label) // 40)), l2_regularization=10.0, max_features=0.4,
        early_stopping=False, random_state=seed,
    )  # fmt: skip
    with threadpool_limits(limits=1):  # over few rows threads only wait for each other
        return _plain(grown.fit(features, label))


def _plain(grown: Any) -> Trees:
    inner, leaves, count = 2**DEPTH - 1, 2**DEPTH, len(grown._predictors)
    feature, threshold = np.zeros((count, inner), dtype=np.int64), np.full((count, inner), np.inf)
    value = np.zeros((count, leaves))
    for number, [tree] in enumerate(grown._predictors):
        waiting = [(0, 0, 0)]  # node of the tree, place here, level
        while waiting:
            at, place, level = waiting.pop()
            node = tree.nodes[at]
            if node["is_leaf"]:
                wide = 2 ** (DEPTH - level)
                first = (place - (2**level - 1)) * wide
                value[number, first : first + wide] = node["value"]
            else:
                feature[number, place], threshold[number, place] = node["feature_idx"], node["num_threshold"]
                waiting.append((node["left"], 2 * place + 1, level + 1))
                waiting.append((node["right"], 2 * place + 2, level + 1))
    return Trees(feature, threshold, value, float(np.ravel(grown._baseline_prediction)[0]))
