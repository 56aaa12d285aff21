"""Columns of the Java-owned tables, and their text for COPY."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xlcfi.demo.arrays import NEVER, Ints, Micros, Texts

CHUNK_ROWS = 40_000
_NULL = "\\N"


@dataclass(frozen=True)
class Column:
    """One column: its place in a row's template, and the values of rows start..stop for it."""

    name: str
    template: str
    values: Callable[[slice], list[Any]]


def whole(name: str, values: Ints) -> Column:
    """An integer column without nulls."""
    return Column(name, "%d", lambda rows: values[rows].tolist())


def reference(name: str, index: Ints) -> Column:
    """A foreign key: an index + 1, null for -1."""
    return Column(name, "%s", lambda rows: [key + 1 if key >= 0 else _NULL for key in index[rows].tolist()])


def money(name: str, hundredths: Ints) -> Column:
    """A numeric(38,2) from whole hundredths; exact below 10^13."""
    return Column(name, "%.2f", lambda rows: (hundredths[rows] / 100).tolist())


def code(name: str, values: Texts) -> Column:
    """A short text that needs no escaping."""
    return Column(name, "%s", lambda rows: values[rows].tolist())


def same(name: str, value: str, rows: int) -> Column:
    """The same text in every row."""
    return Column(name, "%s", lambda part: [value] * len(range(*part.indices(rows))))


def text(name: str, values: Sequence[str | None]) -> Column:
    """Free text, null for None."""
    return Column(name, "%s", lambda rows: [_escaped(value) for value in values[rows]])


def stamp(name: str, moments: Micros) -> Column:
    """A timestamp(6) without zone, null for NEVER."""

    def values(rows: slice) -> list[Any]:
        part = np.asarray(moments[rows])
        shown = np.datetime_as_string(part.view("datetime64[us]"), unit="us").tolist()
        if (part == NEVER).any():
            return [_NULL if moment == "NaT" else moment for moment in shown]
        return list(shown)

    return Column(name, "%s", values)


def _escaped(value: str | None) -> str:
    if value is None:
        return _NULL
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


@dataclass(frozen=True)
class Table:
    """Rows of one table; ids run from 1 in row order."""

    name: str
    rows: int
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names, `id` first, as COPY must list them."""
        return ("id", *(column.name for column in self.columns))

    def chunks(self) -> Iterator[tuple[int, bytes]]:
        """COPY text in parts of CHUNK_ROWS rows, each with its number of rows."""
        template = "\t".join(["%d", *(column.template for column in self.columns)]) + "\n"
        for start in range(0, self.rows, CHUNK_ROWS):
            stop = min(start + CHUNK_ROWS, self.rows)
            values = [column.values(slice(start, stop)) for column in self.columns]
            lines = map(template.__mod__, zip(range(start + 1, stop + 1), *values, strict=True))
            yield stop - start, "".join(lines).encode()
