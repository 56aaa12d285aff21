"""Boosted trees as plain arrays: fitted by scikit-learn, evaluated by numpy."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from recommendations.ranking.interactions import Bools, Ints, Singles

DEPTH = 4
_ROWS = 1024
_FEW = 256


@dataclass(frozen=True)
class Growth:
    """How trees are grown."""

    trees: int = 100
    rate: float = 0.08
    least_in_leaf: int = 40


@dataclass(frozen=True)
class Trees:
    """Complete trees of depth DEPTH, nodes numbered level by level.

    feature, threshold: shape (trees, 2**DEPTH - 1); right if the feature is above the threshold. value: of the leaves
    from left to right, shape (trees, 2**DEPTH).
    """

    feature: Ints
    threshold: Singles
    value: Singles

    def scores(self, features: Singles) -> Singles:
        """Sum over the trees; features: shape (n, features). shape (n,)."""
        if len(features) <= _FEW:
            return self._walked(features)
        found = np.empty(len(features), dtype=np.float32)
        for start in range(0, len(features), _ROWS):
            found[start : start + _ROWS] = self._scores(features[start : start + _ROWS].T)
        return found

    def _scores(self, turned: Singles) -> Singles:
        # Every node is asked, then answers are chosen from the leaves up: that is far quicker than to follow paths.
        right = np.ascontiguousarray(turned)[self.feature.T.ravel()] > self.threshold.T.reshape(-1, 1)
        right = right.reshape(*self.feature.T.shape, turned.shape[1])
        chosen: Any = self.value.T[:, :, None]
        for level in range(DEPTH - 1, -1, -1):
            nodes = right[2**level - 1 : 2 ** (level + 1) - 1]
            chosen = np.where(nodes, chosen[1::2], chosen[0::2])
        return np.asarray(chosen[0].sum(axis=0))

    @cached_property
    def _flat(self) -> tuple[Ints, Singles, Singles, Ints]:
        """Nodes and leaves one tree after the other, and each tree's number."""
        trees = np.arange(len(self.feature), dtype=np.int64)[:, None]
        return self.feature.astype(np.int64).ravel(), self.threshold.ravel(), self.value.ravel(), trees

    def _walked(self, features: Singles) -> Singles:
        """The same along the paths: quicker for few rows, where all nodes' answers do not stay in the cache."""
        feature, threshold, value, tree = self._flat
        inner, leaves = 2**DEPTH - 1, 2**DEPTH
        plain = np.ascontiguousarray(features).ravel()
        rows = np.arange(len(features)) * features.shape[1]
        node = np.zeros((len(tree), 1), dtype=np.int64)
        for _ in range(DEPTH):
            at = node + tree * inner
            node = 2 * node + 1 + (plain.take(feature.take(at) + rows) > threshold.take(at))
        return np.asarray(value.take(node - inner + tree * leaves).sum(axis=0))

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """All of it."""
        return {"feature": self.feature, "threshold": self.threshold, "value": self.value}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray[Any, Any]]) -> "Trees":
        """What `arrays` wrote."""
        return cls(arrays["feature"], arrays["threshold"], arrays["value"])


def trees_fit(features: Singles, label: Bools, growth: Growth, *, seed: int) -> Trees:
    """Logistic loss, candidate by candidate. features: finite, shape (n, features); label: shape (n,)."""
    return _plain(_model(features, label, growth, seed))


def trees_staged(
    features: Singles, label: Bools, other: Singles, growth: Growth, *, stages: Sequence[int], seed: int
) -> list[Singles]:
    """Scores of `other` after so many trees of one ensemble as `stages` say; shape (len(other),) each."""
    model = _model(features, label, growth, seed)
    return [
        score.ravel().astype(np.float32)
        for number, score in enumerate(model.staged_decision_function(other), start=1)
        if number in stages
    ]


def _model(features: Singles, label: Bools, growth: Growth, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=growth.trees, max_depth=DEPTH, max_leaf_nodes=2**DEPTH, learning_rate=growth.rate,
        min_samples_leaf=growth.least_in_leaf, l2_regularization=5.0, max_features=0.5, early_stopping=False,
        random_state=seed,
    )  # fmt: skip
    return model.fit(features, label)


def _plain(model: Any) -> Trees:
    inner, leaves = 2**DEPTH - 1, 2**DEPTH
    count = len(model._predictors)
    feature = np.zeros((count, inner), dtype=np.int32)
    threshold = np.full((count, inner), np.inf)
    value = np.zeros((count, leaves), dtype=np.float32)
    for number, [tree] in enumerate(model._predictors):
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
    single = threshold.astype(np.float32)
    # Rounded down, so that what is above the threshold in double precision is so here.
    single = np.where(single > threshold, np.nextafter(single, np.float32(-np.inf)), single)
    return Trees(feature, single, value)
