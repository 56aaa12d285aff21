"""Who did what when, as arrays: the one form in which the ranking reads the past."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Events:
    """Events of `rows` people, sorted by row, then time.

    row, item: shape (events,), 0-based. day: days since 1970, fractions allowed. weight: above 0; 1 where nothing is
    known. One person: a single row. items: how many items there are.
    """

    row: Ints
    item: Ints
    day: Floats
    weight: Floats
    rows: int
    items: int

    @classmethod
    def sorted(cls, *, row: Ints, item: Ints, day: Floats, weight: Floats, rows: int, items: int) -> "Events":
        """Events in any order; equal times stay in the order given."""
        order = np.lexsort((day, row))
        return cls(row[order], item[order], day[order], weight[order], rows, items)

    @classmethod
    def of_one(cls, *, item: Ints, day: Floats, weight: Floats | None = None, items: int) -> "Events":
        """The events of one person, in any order."""
        order = np.argsort(day, kind="stable")
        weight = np.ones(len(item)) if weight is None else weight
        return cls(np.zeros(len(item), dtype=np.int64), item[order], day[order], weight[order], 1, items)

    @cached_property
    def first(self) -> Ints:
        """Where each row's events begin, shape (rows + 1,)."""
        if self.rows == 1:
            return np.array([0, len(self.row)])
        return np.searchsorted(self.row, np.arange(self.rows + 1))

    @cached_property
    def basket(self) -> Ints:
        """The number of each event's basket: what somebody did at one moment. Counts on over all rows."""
        new = np.zeros(len(self.row), dtype=bool)
        new[1:] = (self.row[1:] != self.row[:-1]) | (self.day[1:] > self.day[:-1])
        return np.cumsum(new)

    @cached_property
    def pairs(self) -> "Pairs":
        """Each person with each item once."""
        return pairs_of(self)

    @cached_property
    def last_day(self) -> Floats:
        """The last day of each row, shape (rows,); nan without events."""
        last = np.full(self.rows, np.nan)
        last[self.row] = self.day  # sorted by time: the last one stays
        return last

    def of(self, rows: Ints) -> "Events":
        """The events of some rows, renumbered 0, 1, … in the order given."""
        start, length = self.first[rows], np.diff(self.first)[rows]
        begin = np.concatenate([[0], np.cumsum(length)])
        at = np.repeat(start - begin[:-1], length) + np.arange(begin[-1])
        row = np.repeat(np.arange(len(rows)), length)
        return Events(row, self.item[at], self.day[at], self.weight[at], len(rows), self.items)

    def where(self, kept: Bools) -> "Events":
        """The events for which `kept` (shape (events,)) holds; the rows stay numbered as they are."""
        return Events(self.row[kept], self.item[kept], self.day[kept], self.weight[kept], self.rows, self.items)


@dataclass(frozen=True)
class Pairs:
    """Each (person, item) once, sorted by row, then item; shape (pairs,) each.

    count: events. first, last: days. weight: the mean of its events.
    """

    row: Ints
    item: Ints
    count: Floats
    first: Floats
    last: Floats
    weight: Floats
    rows: int
    items: int

    @cached_property
    def begin(self) -> npt.NDArray[np.int32]:
        """Where each row begins, shape (rows + 1,): the `indptr` of a CSR matrix."""
        if self.rows == 1:
            return np.array([0, len(self.row)], dtype=np.int32)
        return np.searchsorted(self.row, np.arange(self.rows + 1)).astype(np.int32)

    def matrix(self, values: npt.NDArray[Any]) -> Any:
        """`values` (shape (pairs,)) as a sparse matrix of shape (rows, items)."""
        from scipy.sparse import csr_matrix

        found = csr_matrix((self.rows, self.items), dtype=np.float32)
        found.data = values.astype(np.float32, copy=False)
        found.indices, found.indptr = self.item.astype(np.int32), self.begin
        return found


def pairs_of(events: Events) -> Pairs:
    """Sum the events of each (person, item) up."""
    key = events.row * events.items + events.item
    order = np.argsort(key, kind="stable")  # within a pair the events stay sorted by time
    key = key[order]
    new = np.ones(len(key) + 1, dtype=bool)
    new[1:-1] = key[1:] != key[:-1]
    bounds = np.flatnonzero(new) if len(key) else np.zeros(1, dtype=np.int64)
    start = bounds[:-1]
    count = (bounds[1:] - start).astype(np.float64)
    unique, day = key[start], events.day[order]
    weight = np.add.reduceat(events.weight[order], start) / count if len(start) else np.zeros(0)
    last = day[start + count.astype(np.int64) - 1]
    return Pairs(
        unique // events.items, unique % events.items, count, day[start], last, weight, events.rows, events.items
    )
