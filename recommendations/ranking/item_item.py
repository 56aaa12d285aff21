"""Item-item models: what somebody has speaks for what goes with it.

Sources: EASE, Steck (2019), Embarrassingly Shallow Autoencoders for Sparse Data; cosine with shrinkage, Sarwar et al.
(2001) and Koren (2008); asymmetric cosine, Aiolli (2013), Efficient top-N recommendation for very large scale binary
rated datasets.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from recommendations.ranking.context import Context, weighting_arrays, weighting_from
from recommendations.ranking.gram import inverse
from recommendations.ranking.interactions import Ints, Singles
from recommendations.ranking.weighting import Weighting

FEW = 16
_SLICES = 100


@dataclass(frozen=True)
class ItemItem:
    """matrix: sparse (CSR) or dense, shape (items, items): row i speaks for column j."""

    name: str
    matrix: Any
    weighting: Weighting

    def scores(self, context: Context) -> Singles:
        """Sums over what somebody has."""
        if context.rows <= FEW and not isinstance(self.matrix, np.ndarray):
            pairs = context.pairs
            return summed(self.matrix, pairs.row, pairs.item, context.values(self.weighting), rows=context.rows)
        return dense(context.matrix(self.weighting) @ self.matrix)

    def pruned(self, entries: int) -> "ItemItem":
        """With about `entries` entries: of each column those that are largest."""
        return ItemItem(self.name, pruned(self.matrix, entries), self.weighting)

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """A CSR matrix's parts."""
        matrix = self.matrix
        return {
            "data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr, **weighting_arrays(self.weighting)
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, name: str, arrays: dict[str, np.ndarray[Any, Any]]) -> "ItemItem":
        """What `arrays` wrote."""
        from scipy.sparse import csr_matrix

        items = len(arrays["indptr"]) - 1
        matrix = csr_matrix((items, items), dtype=np.float32)
        matrix.data, matrix.indices, matrix.indptr = arrays["data"], arrays["indices"], arrays["indptr"]
        return cls(name, matrix, weighting_from(arrays))


def neighbours_of(matrix: Any, item: Ints) -> tuple[Ints, Ints]:
    """The entries of a CSR matrix's rows `item`: which of `item` each belongs to, and where it is."""
    start = matrix.indptr[item].astype(np.int64)
    length = matrix.indptr[item + 1] - start
    begin = np.concatenate([[0], np.cumsum(length)])
    of = np.repeat(np.arange(len(item)), length)
    return of, np.arange(begin[-1]) + (start - begin[:-1])[of]


def summed(matrix: Any, row: Ints, item: Ints, value: Singles, *, rows: int) -> Singles:
    """Sums of `value` times the rows `item` of a CSR matrix, by `row`: for few people quicker than a product."""
    items = matrix.shape[1]
    if rows == 1 and 0 < len(item) <= _SLICES:
        indices, data, begin = matrix.indices, matrix.data, matrix.indptr
        spans = [slice(start, end) for start, end in zip(begin[item].tolist(), begin[item + 1].tolist(), strict=True)]
        column = np.concatenate([indices[span] for span in spans])
        heavy = np.concatenate([data[span] * one for span, one in zip(spans, value, strict=True)])
        return np.bincount(column, weights=heavy, minlength=items).astype(np.float32)[None]
    of, at = neighbours_of(matrix, item)
    flat = matrix.indices[at] if rows == 1 else row[of] * items + matrix.indices[at]
    found = np.bincount(flat, weights=value[of] * matrix.data[at], minlength=rows * items)
    return found.astype(np.float32).reshape(rows, items)


def dense(found: Any) -> Singles:
    """A product of sparse with sparse or dense, as a plain array."""
    return np.asarray(found.toarray() if hasattr(found, "toarray") else found, dtype=np.float32)


def pruned(matrix: Any, entries: int) -> Any:
    """The largest entries by size of each column of a dense matrix, as CSR; all of them if they are few."""
    from scipy.sparse import csr_matrix

    items = matrix.shape[1]
    each = max(entries // max(items, 1), 10)
    if each < items:
        kept = np.zeros(matrix.shape, dtype=bool)
        for start in range(0, items, 512):
            size = np.abs(matrix[:, start : start + 512])
            floor = np.partition(size, items - each, axis=0)[items - each]
            kept[:, start : start + 512] = size >= np.maximum(floor, 1e-12)
        row, column = np.nonzero(kept)
        return csr_matrix((matrix[row, column], (row, column)), shape=matrix.shape, dtype=np.float32)
    return csr_matrix(matrix)


def ease(counts: Singles, strength: float) -> Singles:
    """The item-item weights of EASE for X'X = `counts`, ridge `strength`; zero diagonal."""
    regular = counts.copy()
    regular[np.diag_indices(len(counts))] += strength
    precision = inverse(regular)
    weights = precision / -np.diag(precision)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights, dtype=np.float32)


def cosine(counts: Singles, *, shrinkage: float, lean: float = 0.5, neighbours: int | None = None) -> Singles:
    """counts: X'X. lean: 0.5 is the cosine, towards 1 the confidence of row to column. Each column keeps the
    `neighbours` largest."""
    norm = np.maximum(np.diag(counts), 1e-9).astype(np.float64)
    found = counts / (norm[:, None] ** lean * norm[None, :] ** (1 - lean)).astype(np.float32)
    if shrinkage:
        found *= counts / (counts + np.float32(shrinkage))
    np.fill_diagonal(found, 0.0)
    items = len(found)
    if neighbours is not None and neighbours < items:
        for start in range(0, items, 512):
            part = found[:, start : start + 512]
            part[part < np.partition(part, items - neighbours, axis=0)[items - neighbours]] = 0.0
    return np.asarray(found, dtype=np.float32)
