"""What each buyer likes, and how likings shift on the break's day."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import Floats, Ints, Texts

SEGMENTS = 6
_BROAD = 0.75  # how far segments differ, in log units
_OWN = 0.7  # how far buyers of one segment differ
_SHIFT = 0.55  # how far liking moves on the break's day


@dataclass(frozen=True)
class Tastes:
    """category_ids: shape (leaves,), the order of all columns here.

    liking: shape (buyers, leaves), a multiplier of what the market draws; mean about 1 within a category.
    shift: shape (segments, leaves), what `liking` is multiplied with from the break's day on. segment: shape (buyers,).
    """

    category_ids: Ints
    segment: Ints
    liking: Floats
    shift: Floats

    def at(self, buyer: Ints, after_break: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Floats:
        """Likings of `buyer` (shape (n,)) before or after the break, shape (n, leaves)."""
        liking = self.liking[buyer]
        liking[after_break] *= self.shift[self.segment[buyer[after_break]]]
        return liking


def tastes_build(*, category_ids: Ints, countries: Texts, rng: np.random.Generator) -> Tastes:
    """Likings of every buyer over the categories that hold products. countries: shape (buyers,)."""
    leaves, buyers = len(category_ids), len(countries)
    known, country = np.unique(countries, return_inverse=True)
    national = rng.normal(0, 0.4, (len(known), leaves))
    segment = rng.integers(0, SEGMENTS, buyers)
    of_segment = rng.normal(0, _BROAD, (SEGMENTS, leaves))
    shared = of_segment[segment] + national[country]
    log_liking = shared.astype(np.float32) + rng.normal(0, _OWN, (buyers, leaves)).astype(np.float32)
    liking = np.exp(log_liking)
    liking /= liking.mean(axis=0)
    shift = np.exp(rng.normal(0, _SHIFT, (1, leaves)) + rng.normal(0, 0.3, (SEGMENTS, leaves)))
    return Tastes(category_ids, segment, liking, shift.astype(np.float32))
