"""Products laid out by category, so that one of a category can be drawn on a day in one look-up."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import Floats, Ints


@dataclass(frozen=True)
class Shelves:
    """order: shape (products,), products sorted by category. total: shape (days, leaves), intensity of each category.

    The running sum of the intensity over all days, shape (days * products,), makes a draw a binary search.
    """

    order: Ints
    leaf: Ints  # shape (products,): column of the category of each product
    total: Floats
    _running: Floats
    _first: Ints

    @classmethod
    def laid_out(cls, *, leaf: Ints, leaves: int, intensity: Floats) -> "Shelves":
        """leaf: shape (products,). intensity: shape (products, days), non-negative."""
        order = np.argsort(leaf, kind="stable")
        running = np.concatenate([[0.0], np.cumsum(intensity[order].T.ravel(), dtype=np.float64)])
        first = np.searchsorted(leaf[order], np.arange(leaves + 1))
        days, products = intensity.shape[1], intensity.shape[0]
        edges = running[np.arange(days)[:, None] * products + first[None, :]]
        return cls(order, leaf, np.diff(edges, axis=1), running, first)

    def draw(self, *, day: Ints, leaf: Ints, uniform: Floats) -> Ints:
        """A product of category `leaf` on `day` by its intensity; all shape (n,)."""
        products = len(self.order)
        start = day * products + self._first[leaf]
        low = self._running[start]
        # Strictly inside, so that rounding never leads to the neighbour.
        target = low + (uniform * 0.999999 + 5e-7) * self.total[day, leaf]
        found = np.searchsorted(self._running, target, side="right") - 1
        found = np.clip(found, start, day * products + self._first[leaf + 1] - 1)
        return np.asarray(self.order[found - day * products])
