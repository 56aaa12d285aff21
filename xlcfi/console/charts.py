"""Charts made by the server: SVG and HTML without any library, each with the same figures as a table.

Give what these functions return to the template: `{% include "console/chart.html" with chart=chart %}`. Lines are
stretched to the page's width while labels keep their size, so that a phone shows them as sharp as a wide screen. A
comparison is told apart by dashes and not by colour alone; an anomaly has a shape of its own and is listed in words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2s
from typing import Any, Literal

from django.utils.translation import gettext as _

from xlcfi.console.axis import x_ticks
from xlcfi.console.formats import Number, count, short
from xlcfi.console.scales import nice_ticks, places, runs, share

Look = Literal["now", "before", "year", "other"]
Shown = Callable[[Number | None], str]


@dataclass(frozen=True)
class Series:
    """One line: its name, a value for each label (None: none), and what it is compared with others."""

    name: str
    values: Sequence[Number | None]
    look: Look = "now"


@dataclass(frozen=True)
class Anomaly:
    """A point that breaks the pattern: which (its position among the labels), and in words why."""

    position: int
    words: str
    series: int = 0


@dataclass(frozen=True)
class Chart:
    """A chart for `console/chart.html`. `heads` and `rows` are the figures as a table."""

    kind: Literal["line", "columns", "bars"]
    id: str
    title: str
    description: str
    heads: list[str]
    rows: list[list[str]]
    drawn: list[dict[str, Any]]
    legend: list[dict[str, str]] = field(default_factory=list)
    y_ticks: list[dict[str, Any]] = field(default_factory=list)
    x_ticks: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    points: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def points_id(self) -> str:
        """Where the page's script finds the points."""
        return f"{self.id}-points"

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.rows


def bar_chart(
    *,
    title: str,
    rows: Sequence[tuple[Any, ...]],
    description: str = "",
    shown: Shown = count,
    label_name: str = "",
    value_name: str = "",
    before: Sequence[Number | None] | None = None,
    note: str = "",
    chart_id: str = "",
) -> Chart:
    """A ranking: (label, value) or (label, value, link) from the largest down, bars lying. before: each one's earlier
    value, shown as a mark on its bar."""
    earlier = list(before) if before is not None else [None] * len(rows)
    if len(earlier) != len(rows):
        raise ValueError("every bar needs its earlier value, or none has one")
    most = max((abs(float(one)) for one in [*(row[1] for row in rows), *earlier] if one is not None), default=0.0)
    drawn = [
        {
            "label": row[0],
            "link": row[2] if len(row) > 2 else "",
            "width": share(abs(float(row[1])), 0, most),
            "minus": row[1] < 0,
            "value": shown(row[1]),
            "before": None if old is None else share(abs(float(old)), 0, most),
            "before_value": None if old is None else shown(old),
        }
        for row, old in zip(rows, earlier, strict=True)
    ]
    heads = [label_name or _("name"), value_name or _("value")] + ([_("before")] if before is not None else [])
    table = [
        [str(row[0]), shown(row[1]), *([shown(old)] if before is not None else [])]
        for row, old in zip(rows, earlier, strict=True)
    ]
    if any(old is not None for old in earlier):
        note = " ".join(filter(None, [_("The double line: the period before."), note]))
    return Chart("bars", _id(title, chart_id), title, description, heads, table, drawn, note=note)


def _over_time(
    kind: Literal["line", "columns"],
    *,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    description: str = "",
    anomalies: Sequence[Anomaly] = (),
    shown: Shown = count,
    axis: Shown = short,
    label_name: str = "",
    note: str = "",
    chart_id: str = "",
    ticks: Sequence[float] = (),
) -> Chart:
    for one in series:
        if len(one.values) != len(labels):
            raise ValueError(f"{one.name}: {len(one.values)} values for {len(labels)} labels")
    known = [float(value) for one in series for value in one.values if value is not None]
    ticks = ticks or nice_ticks(min(0.0, min(known, default=0.0)), max(0.0, max(known, default=0.0)))
    low, high = ticks[0], ticks[-1]

    def height(value: Number) -> float:
        return round(100 - share(float(value), low, high), 3)

    across = (
        places(len(labels)) if kind == "line" else [(n + 0.5) * 100 / max(1, len(labels)) for n in range(len(labels))]
    )
    draw = _lines if kind == "line" else _columns
    words = {(one.series, one.position): one.words for one in anomalies}
    marks = [
        {"x": across[one.position], "y": height(value), "label": labels[one.position], "words": one.words}
        for one in anomalies
        if one.series < len(series)
        and 0 <= one.position < len(labels)
        and (value := series[one.series].values[one.position]) is not None
    ]
    rows = [
        [str(label), *(shown(one.values[number]) for one in series), *([words.get((0, number), "")] if words else [])]
        for number, label in enumerate(labels)
    ]
    return Chart(
        kind=kind,
        id=_id(title, chart_id),
        title=title,
        description=description,
        heads=[label_name or _("period"), *(one.name for one in series), *([_("anomaly")] if words else [])],
        rows=rows,
        drawn=draw(series, across, height),
        legend=[{"name": one.name, "look": one.look} for one in series],
        y_ticks=[{"y": height(value), "text": axis(value), "zero": value == 0} for value in ticks],
        x_ticks=x_ticks(labels, across),
        marks=marks,
        points={
            "labels": [str(label) for label in labels],
            "x": across,
            "series": [
                {
                    "name": one.name,
                    "look": one.look,
                    "shown": [shown(value) for value in one.values],
                    "y": [None if value is None else height(value) for value in one.values],
                }
                for one in series
            ],
            "anomalies": {str(mark.position): mark.words for mark in anomalies},
        },
        note=note,
    )


line_chart = partial(_over_time, "line")
"""Values over time, one line for each series. `shown` writes a value, `axis` writes it at the axis.

The labels are in order; a None leaves a gap. ticks: the lines of the axis where they are known beforehand, all values
between the first and the last; otherwise they follow the values. ValueError where a series has another length than the
labels.
"""

column_chart = partial(_over_time, "columns")
"""As `line_chart`, with upright bars: for counts of few periods. A comparison is an outline without filling."""


def _lines(series: Sequence[Series], across: list[float], height: Callable[[Number], float]) -> list[dict[str, Any]]:
    drawn = []
    for one in series:
        parts = []
        for run in runs([None if value is None else 1.0 for value in one.values]):
            spots = [(across[number], height(one.values[number] or 0)) for number in run]
            # A point alone has no line: a short one stands for it.
            if len(spots) == 1:
                (x, y) = spots[0]
                spots = [(max(0.0, x - 0.4), y), (min(100.0, x + 0.4), y)]
            parts.append(" ".join(f"{x:g},{y:g}" for x, y in spots))
        drawn.append({"look": one.look, "parts": parts})
    # What is compared lies beneath what it is compared with.
    return drawn[::-1]


def _columns(series: Sequence[Series], across: list[float], height: Callable[[Number], float]) -> list[dict[str, Any]]:
    room = 100 / max(1, len(across)) * 0.76
    width = room / max(1, len(series))
    zero = height(0)
    drawn = []
    for place, one in enumerate(series):
        parts = []
        for x, value in zip(across, one.values, strict=True):
            if value is not None:
                top = height(value)
                parts.append(
                    {
                        "x": round(x - room / 2 + place * width, 3),
                        "y": min(top, zero),
                        "width": round(width * 0.92, 3),
                        "height": round(abs(top - zero), 3),
                    }
                )
        drawn.append({"look": one.look, "parts": parts})
    return drawn


def _id(title: str, chart_id: str) -> str:
    return chart_id or "chart-" + blake2s(str(title).encode(), digest_size=4).hexdigest()
