"""Tables whose cells are shaded by their value: cohorts, hours of the week. They are tables first, colours second."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s

from xlcfi.console.charts import Shown
from xlcfi.console.formats import Number, percent

LEVELS = 9


@dataclass(frozen=True)
class HeatCell:
    """A value in words, and its shade from 0 (none) to LEVELS; an absent one has no shade."""

    text: str
    level: int | None
    title: str = ""


@dataclass(frozen=True)
class HeatTable:
    """For `console/heat.html`."""

    id: str
    title: str
    description: str
    corner: str
    heads: list[str]
    rows: list[tuple[str, list[HeatCell]]]
    note: str = ""

    @property
    def column_width(self) -> float:
        """Each column's part of the width in percent, so that all are equally wide."""
        return 82 / max(1, len(self.heads))


def heat_table(
    *,
    title: str,
    heads: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Number | None]]],
    corner: str = "",
    description: str = "",
    shown: Shown = percent,
    most: Number | None = None,
    note: str = "",
) -> HeatTable:
    """Rows of (name, values); None is an empty cell. most: the value of the deepest shade, otherwise the largest."""
    known = [float(value) for _name, values in rows for value in values if value is not None]
    top = float(most) if most is not None else max(known, default=0.0)

    def cell(value: Number | None) -> HeatCell:
        if value is None:
            return HeatCell("", None)
        part = max(0.0, min(1.0, float(value) / top)) if top > 0 else 0.0
        return HeatCell(shown(value), round(part * LEVELS))

    return HeatTable(
        id="heat-" + blake2s(str(title).encode(), digest_size=4).hexdigest(),
        title=title,
        description=description,
        corner=corner,
        heads=[str(head) for head in heads],
        rows=[(str(name), [cell(value) for value in values]) for name, values in rows],
        note=note,
    )
