"""Names for the kinds of arrays the market is made of."""

from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Ints: TypeAlias = npt.NDArray[np.signedinteger[Any]]
Bools: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = npt.NDArray[np.object_]
# Seoul wall time, microseconds since 1970-01-01, as the Java services write it: without a zone.
Micros: TypeAlias = npt.NDArray[np.int64]

NEVER = np.iinfo(np.int64).min  # what numpy calls NaT once it is seen as datetime64
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Streams:
    """One random stream for each subject, so that a change in one subject leaves the others as they were."""

    def __init__(self, seed: int) -> None:
        if seed < 0:
            raise ValueError("seed must not be negative")
        self.seed = seed

    def of(self, subject: str) -> np.random.Generator:
        """The stream of `subject`: the same seed and subject give the same stream, from its beginning."""
        return np.random.default_rng(np.random.SeedSequence(entropy=self.seed, spawn_key=(crc32(subject.encode()),)))


def pick_rows(weights: Floats, uniform: Floats) -> Ints:
    """One column for each row, drawn with probability proportional to `weights` (rows, columns), all non-negative.

    uniform: shape (rows,), in [0, 1). Returns shape (rows,).
    """
    cumulative = np.cumsum(weights, axis=1)
    found = (cumulative <= (uniform * cumulative[:, -1])[:, None]).sum(axis=1)
    return np.asarray(np.minimum(found, weights.shape[1] - 1))
