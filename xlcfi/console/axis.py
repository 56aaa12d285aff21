"""Which labels stand below a chart, and how they are written there: as many as there is room for, the last always."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

ROOMS = {"": 34, "middle": 62, "wide": 110}
"""How many letters fit beside each other below a chart on a phone, on half a page, and on a wide one."""
LABELS_MOST = 10
APART = 1.5
"""Letters that stay free between two labels, at least."""
DAY = re.compile(r"\d{4}-\d\d-\d\d")
HOUR = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d):00")


def x_ticks(labels: Sequence[str], across: Sequence[float]) -> list[dict[str, Any]]:
    """The labels that are shown, from left to right. least: "" on every width, "middle" from half a page on, "wide".

    Evenly apart and counted back from the last one, since the present is what people look for. across: the place of
    each label in percent, from left to right.
    """
    texts = axis_texts(labels)
    able = [_Label(across[number], text) for number, text in enumerate(texts) if text][::-1]
    if not able:
        return []
    # What a narrow chart shows a wider one shows too: each step divides the one before.
    steps, step = {}, 0
    for least, room in ROOMS.items():
        step = steps[least] = _step(able, room, of=step)
    found = []
    for back, label in enumerate(able):
        shown = next((name for name, step in steps.items() if back % step == 0), None)
        if shown is not None:
            found.append({"x": label.place, "text": label.text, "edge": label.edge, "least": shown})
    return found[::-1]


class _Label(NamedTuple):
    place: float
    text: str

    @property
    def edge(self) -> str:
        """Which end it stands at: there it reaches inwards only."""
        return "first" if self.place < 4 else "last" if self.place > 96 else ""

    def ends(self, room: int) -> tuple[float, float]:
        """From where to where it reaches, in letters, on a chart that is so many wide."""
        long = len(self.text)
        left = self.place / 100 * room - {"first": 0.0, "last": long, "": long / 2}[self.edge]
        return left, left + long


def _step(labels: Sequence[_Label], room: int, *, of: int) -> int:
    """The smallest step, a divisor of `of` (0: any), at which no label touches the next. Labels from right to left."""
    for step in range(1, len(labels)):
        if of and of % step:
            continue
        ends = [label.ends(room) for label in labels[::step]]
        if len(ends) <= LABELS_MOST and all(end + APART <= begin for (begin, _), (_, end) in pairwise(ends)):
            return step
    return of or len(labels)


def axis_texts(labels: Sequence[str]) -> list[str]:
    """How labels are written at an axis: days of one year without it, hours by the day that they begin; "" for none.

    The table below the chart and its tips tell them whole.
    """
    whole = [str(label) for label in labels]
    hours = [HOUR.fullmatch(label) for label in whole]
    if len(whole) > 24 and all(hours):
        whole = [found[1] if found[2] == "00" else "" for found in hours if found]
    days = [label for label in whole if label]
    if days and all(DAY.fullmatch(label) for label in days) and days[0][:4] == days[-1][:4]:
        return [label[5:] for label in whole]
    return whole
