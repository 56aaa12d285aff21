"""A linear model on the pieces of a text, each piece as strong as it speaks for one side in the texts it was fitted to.

Wang and Manning (2012), Baselines and Bigrams: a support vector machine on features scaled by the log ratio of naive
Bayes. Fitting needs scipy and scikit-learn, answering numpy alone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.reviews.ngrams import BITS, pieces

if TYPE_CHECKING:
    Floats = np.ndarray[Any, np.dtype[np.float32]]
    Labels = np.ndarray[Any, np.dtype[np.int64]]

SIZE = 1 << BITS
# A piece that stands in fewer texts says nothing of others.
LEAST_TEXTS = 2
_STEPS = 127


class Linear:
    """weights: of each piece, a signed byte; strengths: of each piece, a byte. The scales make numbers of them."""

    def __init__(
        self, *, weights: Any, strengths: Any, weight_scale: float, strength_scale: float, bias: float
    ) -> None:
        self.weights, self.strengths = weights, strengths
        self.weight_scale, self.strength_scale, self.bias = weight_scale, strength_scale, bias
        # A piece's weight already holds its strength once, its square is what a text's length is made of.
        self._squares = (np.arange(256, dtype=np.float32) * strength_scale) ** 2

    def margins(self, texts: Sequence[str]) -> "Floats":
        """Of each text: above 0 for good, below for bad, 0 for one that holds nothing known."""
        found = np.zeros(len(texts), dtype=np.float32)
        for first, last, place, piece in pieces(texts):
            size = last - first
            said = np.bincount(place, weights=self.weights[piece], minlength=size) * self.weight_scale
            squares = np.bincount(place, weights=self._squares[self.strengths[piece]], minlength=size)
            known = squares > 0
            found[first:last] = np.where(known, said / np.sqrt(np.where(known, squares, 1.0)) + self.bias, 0.0)
        return found

    def arrays(self, prefix: str) -> dict[str, Any]:
        """What is stored of it."""
        numbers = np.array([self.weight_scale, self.strength_scale, self.bias], dtype=np.float64)
        return {f"{prefix}_weights": self.weights, f"{prefix}_strengths": self.strengths, f"{prefix}_numbers": numbers}


def linear_of(arrays: Any, prefix: str) -> Linear:
    """The model that was stored as `arrays`. Raises KeyError and ValueError for what is none."""
    weights, strengths = arrays[f"{prefix}_weights"], arrays[f"{prefix}_strengths"]
    weight_scale, strength_scale, bias = (float(number) for number in arrays[f"{prefix}_numbers"])
    if weights.shape != (SIZE,) or strengths.shape != (SIZE,):
        raise ValueError(f"made for other pieces: {weights.shape}")
    return Linear(
        weights=weights, strengths=strengths, weight_scale=weight_scale, strength_scale=strength_scale, bias=bias
    )


class Pieces:
    """The counted pieces of texts as a sparse matrix, for fitting several models to the same texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        from scipy import sparse

        places, hashes = [], []
        for first, _, place, piece in pieces(texts):
            places.append((place + first).astype(np.int32))
            hashes.append(piece.astype(np.int32))
        rows, columns = np.concatenate(places), np.concatenate(hashes)
        ones = np.ones(len(rows), dtype=np.float32)
        self.counts: Any = sparse.csr_matrix((ones, (rows, columns)), shape=(len(texts), SIZE))

    def strengths(self, labels: "Labels", weights: "Floats") -> "Floats":
        """How strongly each piece speaks for one side: |log ratio| with one added to either count."""
        counts = self.counts
        by_piece = np.repeat(weights, np.diff(counts.indptr))
        good_piece = np.repeat(labels > 0, np.diff(counts.indptr))
        good = 1 + np.bincount(counts.indices, weights=by_piece * good_piece, minlength=SIZE)
        bad = 1 + np.bincount(counts.indices, weights=by_piece * ~good_piece, minlength=SIZE)
        texts = np.bincount(counts.indices, minlength=SIZE)
        ratio = np.abs(np.log(good / good.sum()) - np.log(bad / bad.sum()))
        return np.where(texts < LEAST_TEXTS, 0.0, ratio).astype(np.float32)

    def scaled(self, strengths: "Floats", columns: "Labels") -> Any:
        """The texts with the pieces `columns` alone, as strong as they speak, each text of length 1."""
        from scipy import sparse

        counts = self.counts
        place_of = np.full(SIZE, -1, dtype=np.int32)
        place_of[columns] = np.arange(len(columns))
        places = place_of[counts.indices]
        known = places >= 0
        ends = np.concatenate([[0], np.cumsum(known)])[counts.indptr]
        row_of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))[known]
        strength = strengths[counts.indices[known]]
        said = counts.data[known] * strength
        squares = np.bincount(row_of, weights=said * strength, minlength=counts.shape[0])
        lengths = np.sqrt(np.where(squares > 0, squares, 1.0)).astype(np.float32)
        return sparse.csr_matrix((said / lengths[row_of], places[known], ends), shape=(counts.shape[0], len(columns)))


def linear_fitted(
    counted: Pieces, labels: "Labels", weights: "Floats", *, penalty: float, rows: Any = slice(None), seed: int = 0
) -> Linear:
    """A model of the `rows` of `counted`. labels: 1 good, 0 bad; penalty: C of the support vector machine."""
    from sklearn.svm import LinearSVC

    part = counted if isinstance(rows, slice) and rows == slice(None) else _part(counted, rows)
    strengths = part.strengths(labels[rows], weights[rows])
    columns = np.flatnonzero(strengths)
    machine = LinearSVC(C=penalty, dual=True, tol=1e-2, random_state=seed)
    machine.fit(part.scaled(strengths, columns), labels[rows], sample_weight=weights[rows])
    fitted = np.zeros(SIZE, dtype=np.float32)
    fitted[columns] = machine.coef_[0] * strengths[columns]
    return _stored(fitted, strengths, float(machine.intercept_[0]))


def _part(counted: Pieces, rows: Any) -> Pieces:
    part = object.__new__(Pieces)
    part.counts = counted.counts[rows]
    return part


def _stored(weights: Any, strengths: Any, bias: float) -> Linear:
    """With the numbers in bytes."""
    # The few largest are cut, so that the many small ones keep their differences.
    known = np.abs(weights[weights != 0])
    weight_scale = float(np.quantile(known, 0.9995)) / _STEPS if len(known) else 1.0
    strength_scale = float(strengths.max()) / 255 or 1.0
    return Linear(
        weights=np.clip(np.rint(weights / weight_scale), -_STEPS, _STEPS).astype(np.int8),
        strengths=np.rint(strengths / strength_scale).astype(np.uint8),
        weight_scale=weight_scale,
        strength_scale=strength_scale,
        bias=bias,
    )
