"""Pieces of a page of one's own: tiles with a figure, tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from xlcfi.console.charts import Shown
from xlcfi.console.formats import Number, change, change_ratio, count

Kind = Literal["good", "bad", "plain"]


@dataclass(frozen=True)
class Tile:
    """A figure at a glance, for `console/tiles.html` (`tiles=[…]`)."""

    name: str
    label: str
    value: str
    hint: str = ""
    link: str = ""
    changes: list[dict[str, str]] = field(default_factory=list)
    kind: Kind = "plain"


def tile(
    *,
    name: str,
    label: str,
    value: str,
    now: Number | None = None,
    compared: Iterable[tuple[str, Number | None]] = (),
    shown: Shown = count,
    less_is_better: bool = False,
    hint: str = "",
    link: str = "",
    kind: Kind = "plain",
) -> Tile:
    """A tile. compared: (with what, its value) to tell `now`'s change against each; `shown` writes that value."""
    changes = []
    for what, before in compared:
        ratio = change_ratio(now, before)
        mood = "plain" if not ratio else "good" if (ratio > 0) != less_is_better else "bad"
        arrow = "" if not ratio else "▲" if ratio > 0 else "▼"
        text = "" if ratio is None else change(now, before)
        changes.append({"what": what, "text": text, "mood": mood, "arrow": arrow, "before": shown(before)})
    return Tile(name, label, value, hint, link, changes, kind)


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, and whether figures stand in it (to the right)."""

    head: str
    figure: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell with a link, or with a mood: good, bad, quiet. whole: never broken into lines; short ones never are."""

    text: str
    link: str = ""
    mood: str = ""
    title: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Table:
    """For `console/table.html` (`table=…`)."""

    title: str
    columns: list[Column]
    rows: list[list[Cell]]
    empty: str
    note: str = ""
    link: str = ""
    link_text: str = ""


def table(
    *,
    title: str,
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[Any]],
    empty: str = "",
    note: str = "",
    link: str = "",
    link_text: str = "",
) -> Table:
    """A table for people. A value is a Cell, or anything that is written as it is; numbers with their thousands."""

    def cell(value: Any) -> Cell:
        if isinstance(value, Cell):
            return value
        if value is None:
            return Cell("–", mood="quiet")
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Cell(count(value))
        return Cell(str(value))

    heads = [one if isinstance(one, Column) else Column(str(one)) for one in columns]
    return Table(title, heads, [[cell(value) for value in row] for row in rows], empty, note, link, link_text)
