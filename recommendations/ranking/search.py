"""Looks for good settings: from a start, one setting at a time, towards what is better, within a budget."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Settings = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """The best settings, their score and everything that was tried, in order."""

    settings: Settings
    score: float
    tried: list[tuple[Settings, float]]


def search(
    space: Mapping[str, Sequence[Any]],
    start: Settings,
    score: Callable[[Settings], float],
    *,
    budget: int,
    least_gain: float = 0.0005,
) -> Found:
    """Climb. space: ordered values of each setting, neighbours being alike. least_gain: relative, to move at all."""
    tried: dict[tuple[Any, ...], float] = {}
    log: list[tuple[Settings, float]] = []

    def ask(settings: Settings) -> float | None:
        key = tuple(settings[name] for name in space)
        if key not in tried:
            if len(tried) >= budget:
                return None
            tried[key] = score(settings)
            log.append((dict(settings), tried[key]))
        return tried[key]

    here = dict(start)
    value = ask(here) or 0.0
    moved = True
    while moved:
        moved = False
        for name, values in space.items():
            for direction in (1, -1):
                steps = 0
                while True:
                    at = list(values).index(here[name]) + direction
                    if not 0 <= at < len(values):
                        break
                    there = {**here, name: values[at]}
                    asked = ask(there)
                    if asked is None or asked <= value * (1 + least_gain):
                        break
                    here, value, moved, steps = there, asked, True, steps + 1
                if steps:
                    break
    return Found(here, value, log)


def near(space: Mapping[str, Sequence[Any]], settings: Settings) -> Settings:
    """`settings` moved to the nearest values of the space, as those kept of another past."""
    found: Settings = {}
    for name, values in space.items():
        value = settings.get(name)
        if value in values or not isinstance(value, int | float):
            found[name] = value if value in values else values[0]
            continue
        if value == float("inf"):
            found[name] = values[-1]
            continue
        finite = [each for each in values if each != float("inf")]
        found[name] = min(finite, key=lambda each: abs(math.log((each + 1e-6) / (value + 1e-6))))
    return found
