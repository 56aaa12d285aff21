"""Factor models that know a person by folding in what they did.

Sources: iALS, Hu, Koren and Volinsky (2008), Collaborative filtering for implicit feedback datasets; regularised by
frequency as in Rendle, Krichene, Zhang and Koren (2022), Revisiting the performance of iALS on item recommendation
benchmarks; conjugate gradients as in Takács, Pilászy and Tikk (2011). The spectral one: the ideal low-pass filter of
Shen et al. (2021), How powerful is graph convolution for recommendation?
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from recommendations.ranking.context import Context, weighting_arrays, weighting_from
from recommendations.ranking.interactions import Singles
from recommendations.ranking.weighting import Weighting

_CHUNK = 1 << 14


@dataclass(frozen=True)
class Als:
    """vectors: shape (items, factors). A person's vector solves the regression that made them."""

    name: str
    vectors: Singles
    unseen: float
    strength: float
    by_count: float
    weighting: Weighting

    @cached_property
    def _base(self) -> Singles:
        return np.asarray(self.unseen * (self.vectors.T @ self.vectors), dtype=np.float32)

    def scores(self, context: Context) -> Singles:
        """Folded in, row by row."""
        begin, item = context.pairs.begin, context.pairs.item
        value = np.maximum(context.values(self.weighting), 0)
        base = self._base
        people = np.zeros((context.rows, self.vectors.shape[1]), dtype=np.float32)
        eye = np.eye(len(base), dtype=np.float32)
        for row in range(context.rows):
            part = slice(begin[row], begin[row + 1])
            weight = value[part]
            if len(weight):
                own = self.vectors[item[part]]
                ridge = self.strength * (len(weight) + self.unseen * len(self.vectors)) ** self.by_count
                people[row] = np.linalg.solve(base + (own.T * weight) @ own + ridge * eye, own.T @ weight)
        return np.asarray(people @ self.vectors.T)

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The item vectors and how to fold in."""
        fold = np.array([self.unseen, self.strength, self.by_count])
        return {"vectors": self.vectors, "fold": fold, **weighting_arrays(self.weighting)}

    @classmethod
    def from_arrays(cls, name: str, arrays: dict[str, np.ndarray[Any, Any]]) -> "Als":
        """What `arrays` wrote."""
        unseen, strength, by_count = arrays["fold"].tolist()
        return cls(name, arrays["vectors"], unseen, strength, by_count, weighting_from(arrays))


def als(
    matrix: Any,
    *,
    factors: int,
    unseen: float,
    strength: float,
    by_count: float,
    turns: int,
    seed: int,
    begin: Singles | None = None,
) -> Singles:
    """Item vectors, shape (items, factors), of a non-negative sparse matrix (rows, items).

    What was done weighs its value and should be 1, what was not weighs `unseen` and should be 0. The ridge of a row is
    strength * (its entries + unseen * the other side's length) ** by_count. begin: item vectors to go on from.
    """
    rng = np.random.default_rng(seed)
    matrix = matrix.tocsr().copy()
    matrix.data = np.maximum(matrix.data, 0)
    matrix.eliminate_zeros()
    turned = matrix.T.tocsr()
    people, items = (
        (rng.normal(0, 0.1 / np.sqrt(factors), (side, factors))).astype(np.float32) for side in matrix.shape
    )
    if begin is not None:
        items = begin.astype(np.float32, copy=True)
    for _ in range(turns):
        _solve(people, items, matrix, unseen, strength, by_count)
        _solve(items, people, turned, unseen, strength, by_count)
    return items


def _solve(own: Singles, other: Singles, matrix: Any, unseen: float, strength: float, by_count: float) -> None:
    """Three steps of conjugate gradients from where `own` stands, for all rows at once; changes `own`."""
    base = (unseen * (other.T @ other)).astype(np.float32)
    ridge = (strength * (np.diff(matrix.indptr) + unseen * matrix.shape[1]) ** by_count).astype(np.float32)[:, None]
    weighted = matrix.copy()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))

    def applied(vector: Singles) -> Singles:
        weighted.data = matrix.data * _dots(vector, other, row, matrix.indices)
        return np.asarray(vector @ base + ridge * vector + weighted @ other)

    left = matrix @ other - applied(own)
    step, size = left.copy(), (left * left).sum(axis=1)
    for _ in range(3):
        moved = applied(step)
        length = size / np.maximum((step * moved).sum(axis=1), 1e-20)
        own += length[:, None] * step
        left -= length[:, None] * moved
        after = (left * left).sum(axis=1)
        step = left + (after / np.maximum(size, 1e-20))[:, None] * step
        size = after


def _dots(left: Singles, right: Singles, row: Any, column: Any) -> Singles:
    """left[row] . right[column], in parts that stay in the cache."""
    found = np.empty(len(row), dtype=np.float32)
    for start in range(0, len(row), _CHUNK):
        part = slice(start, start + _CHUNK)
        np.einsum("ij,ij->i", left[row[part]], right[column[part]], out=found[part])
    return found


@dataclass(frozen=True)
class Spectral:
    """The strongest directions of the normalised item-item matrix. vectors: (items, factors); scale: (items,)."""

    name: str
    vectors: Singles
    scale: Singles
    weighting: Weighting

    def scores(self, context: Context) -> Singles:
        """Into the directions and back."""
        item = context.pairs.item
        value = context.values(self.weighting) * self.scale[item]
        if context.rows == 1:
            people = (value @ self.vectors[item])[None, :]
        else:
            people = context.pairs.matrix(value) @ self.vectors
        return np.asarray((people @ self.vectors.T) / self.scale)

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The directions and the items' scale."""
        return {"vectors": self.vectors, "item_scale": self.scale, **weighting_arrays(self.weighting)}

    @classmethod
    def from_arrays(cls, name: str, arrays: dict[str, np.ndarray[Any, Any]]) -> "Spectral":
        """What `arrays` wrote."""
        return cls(name, arrays["vectors"], arrays["item_scale"], weighting_from(arrays))


def spectral(matrix: Any, *, factors: int, seed: int) -> tuple[Singles, Singles]:
    """Vectors (items, factors) and scale (items,) by randomised subspace iteration (Halko et al., 2011)."""
    matrix = matrix.tocsr().astype(np.float32)
    by_row = np.asarray(np.abs(matrix).sum(axis=1)).ravel()
    by_item = np.asarray(np.abs(matrix).sum(axis=0)).ravel()
    scale = (1 / np.sqrt(np.maximum(by_item, 1.0))).astype(np.float32)
    normal = matrix.copy()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    normal.data = matrix.data / np.sqrt(np.maximum(by_row[row], 1e-6)) * scale[matrix.indices]
    normal.data = normal.data.astype(np.float32)
    factors = min(factors, min(matrix.shape) - 1)
    vectors = np.random.default_rng(seed).normal(size=(matrix.shape[1], min(factors + 10, matrix.shape[1])))
    vectors = vectors.astype(np.float32)
    for _ in range(6):
        vectors, _ = np.linalg.qr(normal.T @ (normal @ vectors))
    right = np.linalg.svd(normal @ vectors, full_matrices=False)[2]
    return np.asarray(vectors @ right[:factors].T, dtype=np.float32), scale
