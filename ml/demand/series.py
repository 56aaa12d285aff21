"""What was sold, as arrays: a row for each item, a column for each day."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Series:
    """Daily sales of all items over the same run of days.

    items: names. first: the day of column 0. units: shape (items, days), units sold, not negative. start: shape
    (items,), the column from which on an item was on sale. group: shape (items,), number of the item's category, all 0
    where none is known. hidden: shape (items, days), days on which stock had run out, so that what was sold is less
    than what was wanted; None where nobody knows. price: shape (items, days), None where unknown.
    """

    items: list[str]
    first: date
    units: Floats
    start: Ints
    group: Ints
    hidden: Bools | None = None
    price: Floats | None = None

    @property
    def days(self) -> int:
        """How many days there are."""
        return int(self.units.shape[1])

    @property
    def groups(self) -> int:
        """How many categories there are."""
        return int(self.group.max()) + 1 if len(self.group) else 1

    def day(self, column: int) -> date:
        """The day of `column`, also of one after the last."""
        return self.first + timedelta(days=int(column))

    @cached_property
    def running(self) -> Floats:
        """Units before each column, shape (items, days + 1)."""
        return running(self.units)

    def total(self, first: int, last: int) -> Floats:
        """Units of the columns first..last-1, shape (items,)."""
        return np.asarray(self.running[:, last] - self.running[:, first])

    def until(self, column: int) -> "Series":
        """The days before `column` only: what was known that morning. Items that had not started keep a row."""
        return Series(
            self.items,
            self.first,
            self.units[:, :column],
            np.minimum(self.start, column),
            self.group,
            None if self.hidden is None else self.hidden[:, :column],
            None if self.price is None else self.price[:, :column],
        )


def running(values: Any) -> Floats:
    """Sums of what comes before each column, shape (rows, columns + 1), float64."""
    found = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, dtype=np.float64, out=found[:, 1:])
    return found
