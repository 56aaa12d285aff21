"""Gradient-boosted trees as plain arrays: grown by scikit-learn, read by numpy alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.demand.series import Bools, Floats, Ints


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees, one after the other.

    feature, threshold, left, right, missing_left, value: shape (nodes,); feature -1 for a leaf. root: shape (trees,),
    the number of each tree's first node. base: what all trees are added to.
    """

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    missing_left: Bools
    value: Floats
    root: Ints
    base: float

    def predict(self, features: Floats) -> Floats:
        """Sum of the trees, shape (rows,). features: shape (rows, features), nan where unknown."""
        rows = np.arange(len(features))
        found = np.full(len(features), self.base)
        for root in self.root:
            node = np.full(len(features), root)
            inner = rows
            while len(inner):
                at = node[inner]
                value = features[inner, self.feature[at]]
                goes_left = np.where(np.isnan(value), self.missing_left[at], value <= self.threshold[at])
                node[inner] = np.where(goes_left, self.left[at], self.right[at])
                inner = inner[self.feature[node[inner]] >= 0]
            found += self.value[node]
        return found

    def arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """For a model's file, each under `name`."""
        return {
            f"{name}.feature": self.feature,
            f"{name}.threshold": self.threshold,
            f"{name}.left": self.left,
            f"{name}.right": self.right,
            f"{name}.missing_left": self.missing_left,
            f"{name}.value": self.value,
            f"{name}.root": self.root,
            f"{name}.base": np.array([self.base]),
        }

    @classmethod
    def of_arrays(cls, arrays: Any, name: str) -> "Trees":
        """The reverse. Raises KeyError where one is missing, ValueError where they do not fit together."""
        names = ("feature", "threshold", "left", "right", "missing_left", "value")
        parts: list[Any] = [arrays[f"{name}.{part}"] for part in names]
        root, base = arrays[f"{name}.root"], float(arrays[f"{name}.base"][0])
        nodes = len(parts[0])
        if any(len(part) != nodes for part in parts) or not len(root) or root.min() < 0 or root.max() >= nodes:
            raise ValueError(f"the trees {name} do not fit together")
        inner = parts[0] >= 0
        # A child comes after its parent, so that no walk goes round in circles.
        numbers = np.arange(nodes)[inner]
        if any((child[inner] <= numbers).any() or (child[inner] >= nodes).any() for child in (parts[2], parts[3])):
            raise ValueError(f"the trees {name} lead astray")
        feature, threshold, left, right, missing_left, value = parts
        return cls(feature, threshold, left, right, missing_left, value, root, base)


@dataclass(frozen=True)
class Growing:
    """How trees are grown: how many, how much each counts, and how fine they may be."""

    rounds: int = 150
    rate: float = 0.05
    leaves: int = 15
    least: int = 60


def trees_grow(features: Floats, target: Floats, weight: Floats, *, loss: str, growing: Growing, seed: int) -> Trees:
    """Trees that foretell `target` from `features` by `loss` (regression_l1: its median; regression: its mean).

    features: shape (rows, features). target, weight: shape (rows,).
    Source: Ke et al. (2017), LightGBM: a highly efficient gradient boosting decision tree, NeurIPS 30.
    """
    import lightgbm

    data = lightgbm.Dataset(features, target, weight=weight, params={"max_bin": 63, "verbose": -1})
    grown = lightgbm.train(
        {
            "objective": loss, "num_leaves": growing.leaves, "learning_rate": growing.rate, "lambda_l2": 1.0,
            "min_data_in_leaf": growing.least, "feature_fraction": 0.5, "bagging_fraction": 0.7, "bagging_freq": 1,
            "num_threads": 1, "verbose": -1, "force_col_wise": True, "deterministic": True, "seed": seed,
        },
        data,
        growing.rounds,
    )  # fmt: skip
    return _plain(grown.dump_model()["tree_info"])


def _plain(grown: list[dict[str, Any]]) -> Trees:
    nodes: list[tuple[int, float, int, int, bool, float]] = []
    roots = []
    for tree in grown:
        roots.append(len(nodes))
        _walk(tree["tree_structure"], nodes)
    feature, threshold, left, right, missing_left, value = zip(*nodes, strict=True)
    return Trees(
        np.array(feature, dtype=np.int32), np.array(threshold), np.array(left, dtype=np.int32),
        np.array(right, dtype=np.int32), np.array(missing_left), np.array(value), np.array(roots, dtype=np.int32), 0.0,
    )  # fmt: skip


def _walk(node: dict[str, Any], nodes: list[tuple[int, float, int, int, bool, float]]) -> int:
    """Puts a node and all below it to the end of `nodes`; returns its number."""
    number = len(nodes)
    if "split_feature" not in node:
        nodes.append((-1, 0.0, 0, 0, False, float(node["leaf_value"])))
        return number
    # LightGBM takes what is unknown for 0 where it saw nothing unknown while it grew.
    left_if_missing = node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0
    nodes.append((0, 0.0, 0, 0, False, 0.0))
    left, right = _walk(node["left_child"], nodes), _walk(node["right_child"], nodes)
    nodes[number] = (node["split_feature"], float(node["threshold"]), left, right, bool(left_if_missing), 0.0)
    return number
