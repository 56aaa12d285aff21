"""How often items go together, as a dense matrix."""

from typing import Any

import numpy as np

from recommendations.ranking.interactions import Singles

_ROWS = 4096


def gram(matrix: Any) -> Singles:
    """X'X of a sparse matrix (rows, items), shape (items, items)."""
    items = matrix.shape[1]
    found = np.zeros((items, items), dtype=np.float32)
    for start in range(0, matrix.shape[0], _ROWS):
        part = matrix[start : start + _ROWS]
        if part.nnz > 0.1 * part.shape[0] * items:
            dense = part.toarray()
            found += dense.T @ dense
        elif part.nnz:
            product = (part.T @ part).tocoo()
            found[product.row, product.col] += product.data
    return found


def inverse(symmetric: Singles) -> Singles:
    """Of a positive definite matrix; what is given is overwritten. Raises numpy.linalg.LinAlgError."""
    from scipy.linalg import lapack

    factor, info = lapack.spotrf(symmetric.T, lower=1, overwrite_a=1)
    if info:
        raise np.linalg.LinAlgError("not positive definite")
    lower, info = lapack.spotri(factor, lower=1, overwrite_c=1)
    if info:
        raise np.linalg.LinAlgError("can't be inverted")
    below = np.tril(lower)
    below += np.tril(lower, -1).T
    return np.ascontiguousarray(below, dtype=np.float32)
