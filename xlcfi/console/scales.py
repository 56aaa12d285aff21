"""Where things lie on a chart: plain arithmetic, in percent of its width and height."""

import math
from collections.abc import Sequence


def nice_ticks(least: float, most: float, wanted: int = 4) -> list[float]:
    """Round numbers, evenly apart, from at most `least` to at least `most`: the lines of an axis."""
    if most <= least:
        return [least, least + 1]
    raw = (most - least) / wanted
    size = 10 ** math.floor(math.log10(raw))
    step = next(one * size for one in (1, 2, 2.5, 5, 10) if one * size >= raw * 0.999)
    first = math.floor(least / step + 1e-9)
    last = math.ceil(most / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def share(value: float, least: float, most: float) -> float:
    """Where `value` lies between `least` (0) and `most` (100)."""
    return round((value - least) / (most - least) * 100, 3) if most > least else 0.0


def places(many: int) -> list[float]:
    """The horizontal places of so many points, from 0 to 100; one alone stands in the middle."""
    if many == 1:
        return [50.0]
    return [round(number * 100 / (many - 1), 3) for number in range(many)]


def runs(values: Sequence[float | None]) -> list[list[int]]:
    """The positions of values without a gap between them, run by run."""
    found: list[list[int]] = []
    for position, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][-1] == position - 1:
            found[-1].append(position)
        else:
            found.append([position])
    return found
